using Xunit;

namespace DigestFunctions.Tests.Emulator;

public sealed class ScheduledMailTests
{
    private static readonly DateTimeOffset InAnHour = RunningEmulator.Start.AddHours(1);

    [Fact]
    public async Task Mail_waits_until_it_is_due()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        await emulator.SendAsync(MailJson.To("ada@example.org").At(InAnHour));
        Assert.Empty(await emulator.InboxAsync());
        Assert.Equal("waiting", (await emulator.WaitingAsync()).Single()!["state"]!.GetValue<string>());

        emulator.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Empty(await emulator.InboxAsync());

        emulator.Clock.Advance(TimeSpan.FromMinutes(1));
        var message = (await emulator.InboxAsync()).Single()!;
        Assert.Equal(InAnHour, message["sendAt"]!.GetValue<DateTimeOffset>());
        Assert.Equal(InAnHour, message["deliveredAt"]!.GetValue<DateTimeOffset>());
        Assert.Empty(await emulator.WaitingAsync());
    }

    [Fact]
    public async Task Each_personalization_may_have_its_own_time()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var mail = MailJson.To("soon@example.org", "later@example.org").At(InAnHour.AddHours(1));
        mail.Personalizations[0]!["send_at"] = InAnHour.ToUnixTimeSeconds();
        await emulator.SendAsync(mail);

        emulator.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("soon@example.org", (await emulator.InboxAsync()).Single()!["to"]!.GetValue<string>());
        Assert.Equal("later@example.org", (await emulator.WaitingAsync()).Single()!["to"]!.GetValue<string>());
    }

    [Fact]
    public async Task Mail_scheduled_for_the_past_goes_at_once()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        await emulator.SendAsync(MailJson.To("ada@example.org").At(RunningEmulator.Start.AddDays(-1)));
        Assert.Single(await emulator.InboxAsync());
    }

    [Fact]
    public async Task Delivered_at_once_it_still_says_what_it_was_scheduled_for()
    {
        await using var emulator = await RunningEmulator.StartAsync(new() { DeliverAtOnce = true });
        await emulator.SendAsync(MailJson.To("ada@example.org").At(InAnHour));
        Assert.Equal(InAnHour, (await emulator.InboxAsync()).Single()!["sendAt"]!.GetValue<DateTimeOffset>());
    }

    [Fact]
    public async Task What_was_delivered_at_once_can_not_be_cancelled_any_more()
    {
        await using var emulator = await RunningEmulator.StartAsync(new() { DeliverAtOnce = true });
        var (gone, free) = (await emulator.MakeBatchAsync(), await emulator.MakeBatchAsync());
        await emulator.SendAsync(MailJson.To("ada@example.org").At(InAnHour, gone));

        Assert.Equal(400, (await emulator.CancelAsync(gone)).Status);
        Assert.Equal(201, (await emulator.CancelAsync(free)).Status);
    }

    [Fact]
    public async Task A_cancelled_batch_is_dropped_when_it_is_due()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var batch = await emulator.MakeBatchAsync();
        await emulator.SendAsync(MailJson.To("ada@example.org").At(InAnHour, batch));

        Assert.Equal(201, (await emulator.CancelAsync(batch)).Status);
        Assert.Single(await emulator.WaitingAsync());

        emulator.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty(await emulator.InboxAsync());
        Assert.Equal(1, await emulator.StatAsync("cancelled"));
    }

    [Fact]
    public async Task Mail_that_arrives_after_its_batch_was_cancelled_is_dropped_too()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var batch = await emulator.MakeBatchAsync();
        await emulator.CancelAsync(batch);

        Assert.Equal(202, (await emulator.SendAsync(MailJson.To("ada@example.org").At(InAnHour, batch))).Status);
        emulator.Clock.Advance(TimeSpan.FromHours(2));

        Assert.Empty(await emulator.InboxAsync());
    }

    [Fact]
    public async Task A_cancellation_less_than_ten_minutes_ahead_comes_too_late()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var batch = await emulator.MakeBatchAsync();
        await emulator.SendAsync(MailJson.To("ada@example.org").At(InAnHour, batch));
        emulator.Clock.Advance(TimeSpan.FromMinutes(51));

        Assert.Equal(201, (await emulator.CancelAsync(batch)).Status);
        emulator.Clock.Advance(TimeSpan.FromMinutes(9));

        Assert.Single(await emulator.InboxAsync());
    }

    [Fact]
    public async Task A_cancellation_that_is_lifted_in_time_never_was()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var batch = await emulator.MakeBatchAsync();
        await emulator.SendAsync(MailJson.To("ada@example.org").At(InAnHour, batch));
        await emulator.CancelAsync(batch);

        Assert.Equal(204, (await emulator.AskAsync(HttpMethod.Delete, $"/v3/user/scheduled_sends/{batch}")).Status);
        emulator.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Single(await emulator.InboxAsync());
    }

    [Fact]
    public async Task A_paused_batch_goes_when_it_is_resumed_and_expires_when_it_is_not()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var resumed = await emulator.MakeBatchAsync();
        var forgotten = await emulator.MakeBatchAsync();
        await emulator.SendAsync(MailJson.To("ada@example.org").At(InAnHour, resumed));
        await emulator.SendAsync(MailJson.To("bob@example.org").At(InAnHour, forgotten));
        await emulator.CancelAsync(resumed, "pause");
        await emulator.CancelAsync(forgotten, "pause");

        emulator.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(2, (await emulator.WaitingAsync()).Count);

        await emulator.AskAsync(HttpMethod.Delete, $"/v3/user/scheduled_sends/{resumed}");
        Assert.Equal("ada@example.org", (await emulator.InboxAsync()).Single()!["to"]!.GetValue<string>());

        emulator.Clock.Advance(TimeSpan.FromHours(72));
        Assert.Empty(await emulator.WaitingAsync());
        Assert.Single(await emulator.InboxAsync());
    }

    [Fact]
    public async Task A_second_cancellation_of_the_same_batch_is_refused()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var batch = await emulator.MakeBatchAsync();
        await emulator.CancelAsync(batch);

        var second = await emulator.CancelAsync(batch);

        Assert.Equal(400, second.Status);
        Assert.Equal([": a status for this batch id exists, try PATCH to update the status"], second.Errors);
        Assert.Equal(204, (await emulator.AskAsync(HttpMethod.Patch, $"/v3/user/scheduled_sends/{batch}", """{"status":"pause"}""")).Status);
        Assert.Equal("pause", (await emulator.AskAsync(HttpMethod.Get, $"/v3/user/scheduled_sends/{batch}")).Json[0]!["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Ten_batches_may_be_cancelled_at_a_time()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var batches = new List<string>();
        for (var i = 0; i < 11; i++)
            batches.Add(await emulator.MakeBatchAsync());
        foreach (var batch in batches.Take(10))
            Assert.Equal(201, (await emulator.CancelAsync(batch)).Status);

        var eleventh = await emulator.CancelAsync(batches[10]);
        Assert.Equal(400, eleventh.Status);
        Assert.Equal([": max limit reached"], eleventh.Errors);
        Assert.Equal(10, (await emulator.AskAsync(HttpMethod.Get, "/v3/user/scheduled_sends")).Json.AsArray().Count);

        await emulator.AskAsync(HttpMethod.Delete, $"/v3/user/scheduled_sends/{batches[0]}");
        Assert.Equal(201, (await emulator.CancelAsync(batches[10])).Status);
    }

    [Fact]
    public async Task A_batch_that_was_never_made_is_unknown()
    {
        await using var emulator = await RunningEmulator.StartAsync();

        Assert.Equal(["batch_id: invalid batch id"], (await emulator.CancelAsync("unheard-of")).Errors);
        Assert.Equal(400, (await emulator.AskAsync(HttpMethod.Get, "/v3/mail/batch/unheard-of")).Status);
        Assert.Equal(404, (await emulator.AskAsync(HttpMethod.Delete, "/v3/user/scheduled_sends/unheard-of")).Status);
        Assert.Equal(404, (await emulator.AskAsync(HttpMethod.Patch, "/v3/user/scheduled_sends/unheard-of", """{"status":"cancel"}""")).Status);
        var batch = await emulator.MakeBatchAsync();
        Assert.Equal(200, (await emulator.AskAsync(HttpMethod.Get, $"/v3/mail/batch/{batch}")).Status);
    }
}
