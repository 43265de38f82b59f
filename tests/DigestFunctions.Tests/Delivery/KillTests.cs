using System.Globalization;
using Xunit;

namespace DigestFunctions.Tests.Delivery;

/// <summary>Three real service processes on one store, killed again and again while they send. Store and emulator live on.</summary>
public sealed class KillTests
{
    private const int Everyone = 20_000;
    private const int Slots = 40;
    private const int Processes = 3;

    // Taken, and then the answer is awaited: that is when a kill hurts.
    private static readonly object Slow = new { path = "/v3/mail/send", delayMs = 400, take = true };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_is_killed_whenever_nobody_gets_a_digest_twice_and_whom_it_missed_is_told()
    {
        var random = SeededRandom();
        await using var scene = await KillScene.StartAsync(Everyone, Slots);
        object[] faults =
        [
            .. Enumerable.Repeat<object>(new { path = "/v3/mail/send", calls = 1, delayMs = 400, take = true }, 20),
            .. Enumerable.Repeat<object>(new { path = "/v3/mail/send", calls = 1, reset = "before", delayMs = 100 }, 4),
            .. Enumerable.Repeat<object>(new { path = "/v3/mail/send", calls = 1, reset = "after" }, 4),
            .. Enumerable.Repeat<object>(new { path = "/v3/mail/send", calls = 1, status = 503 }, 4),
            .. Enumerable.Repeat<object>(new { path = "/v3/mail/send", calls = 1, status = 503, take = true }, 4),
        ];
        random.Shuffle(faults);
        await scene.FaultAsync([.. faults, Slow]);

        await SendAndKillAsync(scene, random, kills: 6);
        await scene.FindOutAsync(eventsCome: false);

        var held = await scene.AssertOnceAsync();
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Held: {held} recipients"));
    }

    // No more than ten attempts whose outcome nobody knows: one for each kill, since a process works on one
    // message at a time, and one for each fault. That many can be cancelled at the provider; events prove more.
    [Fact]
    public async Task With_the_providers_events_and_cancellations_nothing_is_even_held()
    {
        var random = SeededRandom();
        await using var scene = await KillScene.StartAsync(Everyone, Slots);
        scene.Settings["Delivery:MaxConcurrency"] = "1";
        object[] faults =
        [
            .. Enumerable.Repeat<object>(new { path = "/v3/mail/send", calls = 1, delayMs = 400, take = true }, 12),
            new { path = "/v3/mail/send", calls = 1, reset = "before" },
            new { path = "/v3/mail/send", calls = 1, reset = "after" },
            new { path = "/v3/mail/send", calls = 1, status = 503 },
            new { path = "/v3/mail/send", calls = 1, status = 503, take = true },
        ];
        random.Shuffle(faults);
        await scene.FaultAsync([.. faults, Slow]);

        await SendAndKillAsync(scene, random, kills: 5);
        await scene.FindOutAsync(eventsCome: true);

        Assert.Equal(0, await scene.AssertOnceAsync());
        Assert.Equal(Everyone, scene.Received().Count);
    }

    private static async Task SendAndKillAsync(KillScene scene, Random random, int kills)
    {
        var processes = new List<ServiceProcess>();
        try
        {
            while (processes.Count < Processes)
                processes.Add(await ServiceProcess.StartAsync(scene.Settings, Cancellation));
            for (var kill = 0; kill < kills; kill++)
            {
                await Task.Delay(random.Next(200, 1_200), Cancellation);
                var which = random.Next(Processes);
                await processes[which].KillAsync(Cancellation);
                processes[which].Dispose();
                // What it had taken comes again in half a minute; a message more is as good, and then both come.
                await scene.EnqueueAllAsync();
                processes[which] = await ServiceProcess.StartAsync(scene.Settings, Cancellation);
            }

            await scene.UntilTriedAsync();
            await Task.WhenAll(processes.Select(process => process.StopAsync(Cancellation)));
        }
        finally
        {
            foreach (var process in processes)
                process.Dispose();
        }
    }

    private static Random SeededRandom()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Seed: {seed}"));
        return new Random(seed);
    }
}
