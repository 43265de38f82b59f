using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Storage;
using DigestFunctions.Local;
using DigestFunctions.Tests.Delivery;
using WorkerHost;
using WorkerHost.Messages;
using Xunit;

namespace DigestFunctions.Tests.EntryPoints;

/// <summary>How the real worker process ends while it sends.</summary>
public sealed class WorkerEndTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(Skip = WorkerApp.OnlyFacsimile, SkipUnless = nameof(WorkerApp.IsReal), SkipType = typeof(WorkerApp))]
    [InlineData(nameof(ByHost))]
    [InlineData(nameof(BySignal))]
    public async Task A_worker_that_is_told_to_end_finishes_its_call_and_another_goes_on_with_the_rest(string how)
    {
        await using var scene = await KillScene.StartAsync(subscribers: 6_000, slots: 1);
        // Taken, and the answer comes late: the end comes in the midst of a call.
        await scene.FaultAsync([new { path = "/v3/mail/send", delayMs = 2_000, take = true }]);
        var message = Assert.Single(scene.Messages);
        // The planner's, which is handed over below.
        await scene.Store.Ranges.ClearMessagesAsync(Cancellation);

        await using (var host = await StandIn.StartAsync(WorkerApp.Folder, scene.Settings, Cancellation))
        {
            var sending = host.Deliver("SendRange", message);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            patience.CancelAfter(TestApp.Patience);
            while (!(await scene.BatchesAsync()).Any(batch => batch?.State is BatchState.Claimed))
                await Task.Delay(20, patience.Token);
            if (how == nameof(ByHost))
                ByHost(host, sending);
            else
                BySignal(host);

            // One that never ends would fail by it.
            Assert.Equal(0, await host.Worker.Exited.WaitAsync(TestApp.Patience, Cancellation));
        }

        var left = await scene.BatchesAsync();
        Assert.All(left, batch => Assert.True(batch!.State is BatchState.Accepted or BatchState.Planned, $"{batch.Key} is {batch.State}."));
        Assert.Contains(left, batch => batch!.State is BatchState.Accepted);
        Assert.Contains(left, batch => batch!.State is BatchState.Planned);
        // For whoever comes first, and not when the host has noticed that one is gone.
        var rest = Assert.Single((await scene.Store.Ranges.PeekMessagesAsync(2, Cancellation)).Value);
        Assert.Equal(message, QueueMessages.Decode(rest.Body.ToString()));

        await using (var another = await StandIn.StartAsync(WorkerApp.Folder, scene.Settings, Cancellation))
            await SucceededAsync(another.Deliver("SendRange", message));
        await scene.FindOutAsync(eventsCome: false);

        Assert.Equal(0, await scene.AssertOnceAsync());
    }

    // In this order: its functions are cancelled, and then it is to end.
    private static void ByHost(StandIn host, Invocation sending)
    {
        host.Cancel(sending);
        host.Terminate();
    }

    private static void BySignal(StandIn host) => Processes.Terminate(host.Worker.Id);

    private static async Task SucceededAsync(Invocation invocation)
    {
        var ended = await invocation.Ended;
        Assert.True(ended.Status == StatusResult.Types.Status.Success, ended.Exception?.Message);
    }
}
