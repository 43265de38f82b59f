using DigestFunctions.Core.Delivery;
using Xunit;

namespace DigestFunctions.Tests.Delivery;

/// <summary>A real service process that is told to stop (SIGTERM) in the midst of sending, and what it leaves to the next.</summary>
public sealed class StoppingTests
{
    private const int Slots = 20;
    private const int Everyone = 3 * Slots;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_finishes_what_it_is_at_takes_no_more_and_gives_the_rest_back_at_once()
    {
        await using var scene = await KillScene.StartAsync(Everyone, Slots);
        scene.Settings["Delivery:MaxConcurrency"] = "2";
        await scene.FaultAsync([new { path = "/v3/mail/send", delayMs = 1_000 }]);
        using var first = await ServiceProcess.StartAsync(scene.Settings, Cancellation);
        await scene.UntilAnyAsync(batch => batch is { State: BatchState.Claimed });

        await first.StopAsync(Cancellation);

        Assert.Equal(0, first.ExitCode);
        var batches = await scene.BatchesAsync();
        Assert.All(batches, batch => Assert.True(batch is null or { State: BatchState.Accepted or BatchState.Planned }, $"It left a batch {batch?.State}."));
        var accepted = batches.Count(batch => batch is { State: BatchState.Accepted });
        Assert.InRange(accepted, 1, Slots - 1);
        // Not out of sight until the half minute is over that it had taken them for.
        Assert.Equal(Slots - accepted, (await scene.Store.Ranges.PeekMessagesAsync(32, Cancellation)).Value.Length);

        using var second = await ServiceProcess.StartAsync(scene.Settings, Cancellation);
        await scene.UntilTriedAsync();
        await second.StopAsync(Cancellation);

        Assert.All(await scene.BatchesAsync(), batch => Assert.True(batch is { State: BatchState.Accepted, Attempts: 1 }));
        Assert.Equal(Everyone, scene.Waiting().Count);
        Assert.Equal(0, await scene.DuplicatesAsync());
    }
}
