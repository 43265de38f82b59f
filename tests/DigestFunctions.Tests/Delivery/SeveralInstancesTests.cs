using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Web.Operate;
using Xunit;

namespace DigestFunctions.Tests.Delivery;

/// <summary>Several instances at once: they share the work and the limits, and heed one switch.</summary>
public sealed class SeveralInstancesTests(ThreeInstances three) : IClassFixture<ThreeInstances>
{
    private const int ToShare = 90;
    private const int ToPause = 60;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_plan_the_same_runs_once_and_share_the_work_within_a_fifth()
    {
        var (before, plannedBefore) = (await three.AcceptedAsync(), await three.FiguresAsync("empathy_digest_runs_total", "\"planned\""));

        var runs = await three.Scene.OpenAsync(ToShare);
        await three.UntilAcceptedAsync(runs);

        await AssertOnceAsync(runs);
        var shares = (await three.AcceptedAsync()).Zip(before, (now, then) => now - then).ToList();
        var planned = (await three.FiguresAsync("empathy_digest_runs_total", "\"planned\"")).Zip(plannedBefore, (now, then) => now - then).ToList();
        TestContext.Current.TestOutputHelper!.WriteLine($"Mails: {string.Join(", ", shares)}. Planned: {string.Join(", ", planned)}.");
        Assert.Equal(ToShare, planned.Sum());
        var third = ToShare * ThreeInstances.InSlot / 3.0;
        Assert.Equal(3 * third, shares.Sum());
        Assert.All(shares, share => Assert.InRange(share, 0.8 * third, 1.2 * third));
    }

    [Fact]
    public async Task One_switch_pauses_all_of_them_in_the_midst_of_sending_and_then_all_arrives_once()
    {
        var runs = await three.Scene.OpenAsync(ToPause);
        await UntilAsync(async () => (await three.Scene.BatchesAsync(runs)).Any(batch => batch is { State: BatchState.Accepted }), "a first mail");

        await OperateAsync(three.Processes[0], "/operate/send/pause", new { reason = "wrong tip" });
        try
        {
            // Each has looked, and what was under way then has come to its end.
            await UntilAsync(async () => await IsHeldBackAsync(runs), "all three to hold back");
            var accepted = await three.AcceptedAsync();
            Assert.InRange((await three.Scene.BatchesAsync(runs)).Count(batch => batch is { State: BatchState.Accepted }), 1, ToPause - 1);
            await UntilAsync(() => Task.FromResult(three.Processes.All(process => Pauses(process) >= 10)), "each to have tried again");
            Assert.Equal(accepted, await three.AcceptedAsync());
        }
        finally
        {
            await OperateAsync(three.Processes[1], "/operate/send/resume", new { });
        }

        await three.UntilAcceptedAsync(runs);
        await AssertOnceAsync(runs);
    }

    [Fact]
    public async Task Sign_ups_from_one_network_count_together_whichever_of_them_takes_them() => await WithinAnHourAsync(async network =>
    {
        for (var number = 0; number < SignUpLimits.PerNetwork; number++)
            Assert.Equal(HttpStatusCode.Accepted, await SignUpAsync(three.Processes[number % 3], network, number));

        foreach (var process in three.Processes)
            Assert.Equal(HttpStatusCode.TooManyRequests, await SignUpAsync(process, network, SignUpLimits.PerNetwork));
    });

    [Fact]
    public async Task Wrong_keys_from_one_network_count_together_and_close_the_door_of_all() => await WithinAnHourAsync(async network =>
    {
        for (var number = 0; number < OperatorTries.Most; number++)
            Assert.Equal(HttpStatusCode.Unauthorized, await LookAsync(three.Processes[number % 3], network, Secrets.New()));

        foreach (var process in three.Processes)
            Assert.Equal(HttpStatusCode.TooManyRequests, await LookAsync(process, network, TestApp.OperateKey));
    });

    // Handed over once: at one attempt, to everyone of these runs, and to nobody twice.
    private async Task AssertOnceAsync(IReadOnlyList<RunId> runs)
    {
        var batches = (await three.Scene.BatchesAsync(runs)).Select(batch => batch!).ToList();
        Assert.All(batches, batch => Assert.IsType<BatchState.Accepted>(batch.State));
        var waiting = three.Scene.Waiting();
        Assert.Equal(runs.Count * ThreeInstances.InSlot, batches.Sum(batch => batch.Members.Count));
        Assert.All(batches.SelectMany(batch => batch.Members), id => Assert.Equal(1, waiting[three.Scene.Addresses[id]]));
        Assert.Equal(0, await three.Scene.DuplicatesAsync());
    }

    private async Task<bool> IsHeldBackAsync(IReadOnlyList<RunId> runs) =>
        three.Processes.All(process => Pauses(process) > 0)
        && (await three.Scene.BatchesAsync(runs)).All(batch => batch is not { State: BatchState.Claimed });

    private static int Pauses(ServiceProcess process) =>
        process.Said.Count(line => line.Contains("The operator has paused all sending", StringComparison.Ordinal));

    // Counts begin anew with the hour: what fell on both sides of it says nothing, and is done again.
    private static async Task WithinAnHourAsync(Func<string, Task> test)
    {
        var hour = DateTime.UtcNow.Hour;
        var host = Random.Shared.Next(1, 255).ToString(CultureInfo.InvariantCulture);
        try
        {
            await test("198.51.100." + host);
        }
        catch (Xunit.Sdk.XunitException) when (DateTime.UtcNow.Hour != hour)
        {
            // From another, of which nothing counts in this hour either.
            await test("203.0.113." + host);
        }
    }

    private static async Task<HttpStatusCode> SignUpAsync(ServiceProcess process, string network, int number)
    {
        var email = string.Create(CultureInfo.InvariantCulture, $"{network}.{number}@example.com");
        using var post = new HttpRequestMessage(HttpMethod.Post, new Uri("/subscribe", UriKind.Relative))
        {
            Content = JsonContent.Create(new { email, weekday = "Tue", time = "08:30", zone = "Europe/Paris" }),
        };
        post.Headers.Add("X-Forwarded-For", network);
        using var answer = await process.Http.SendAsync(post, Cancellation);
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> LookAsync(ServiceProcess process, string network, string key)
    {
        using var look = new HttpRequestMessage(HttpMethod.Get, new Uri("/operate", UriKind.Relative));
        look.Headers.Add("X-Forwarded-For", network);
        look.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await process.Http.SendAsync(look, Cancellation);
        return answer.StatusCode;
    }

    private static async Task OperateAsync(ServiceProcess process, string path, object fields)
    {
        using var post = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = JsonContent.Create(fields) };
        post.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestApp.OperateKey);
        post.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var answer = await process.Http.SendAsync(post, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        while (!await holds())
        {
            Assert.False(patience.IsCancellationRequested, $"Waited in vain for {what}.");
            await Task.Delay(200, Cancellation);
        }
    }
}
