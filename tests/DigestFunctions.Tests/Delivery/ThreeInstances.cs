using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Schedule;
using Xunit;

namespace DigestFunctions.Tests.Delivery;

/// <summary>Three real processes of the service on one store and one emulator, which is slow: so slow that what a process loses elsewhere is little beside it. Each plans every second.</summary>
public sealed class ThreeInstances : IAsyncLifetime
{
    /// <summary>How many people are in each slot.</summary>
    public const int InSlot = 4;

    private const int Slots = 150;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal KillScene Scene { get; private set; } = null!;

    internal IReadOnlyList<ServiceProcess> Processes { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        Scene = await KillScene.StartAsync(Slots * InSlot, Slots, planned: false);
        // What a process has in hand at once has to be little beside its share.
        Scene.Settings["Delivery:MaxConcurrency"] = "2";
        await Scene.FaultAsync([new { path = "/v3/mail/send", delayMs = 1_500 }]);
        Processes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => ServiceProcess.StartAsync(Scene.Settings, Cancellation, "--hurry")));
    }

    /// <summary>How many digests each process has had accepted.</summary>
    internal Task<double[]> AcceptedAsync() => FiguresAsync("empathy_digest_accepted_mails_total", "\"digest\"");

    internal Task<double[]> FiguresAsync(string name, string tag) =>
        Task.WhenAll(Processes.Select(process => process.FigureAsync(name, tag, Cancellation)));

    /// <summary>Waits until all batches of these runs are accepted.</summary>
    internal async Task UntilAcceptedAsync(IReadOnlyList<RunId> runs)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromMinutes(3));
        while ((await Scene.BatchesAsync(runs)).Any(batch => batch is not { State: BatchState.Accepted }))
            await Task.Delay(500, patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Processes)
            process.Dispose();
        await Scene.DisposeAsync();
    }
}
