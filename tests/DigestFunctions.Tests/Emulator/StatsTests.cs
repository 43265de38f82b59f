using System.Text.Json.Nodes;
using Xunit;

namespace DigestFunctions.Tests.Emulator;

public sealed class StatsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_second_mail_with_the_same_key_to_the_same_recipient_is_a_duplicate(bool countOnly)
    {
        await using var emulator = await RunningEmulator.StartAsync(new() { CountOnly = countOnly });

        await emulator.SendAsync(MailJson.To("ada@example.org", "bob@example.org").Keyed("digest:2026-W48"));
        await emulator.SendAsync(MailJson.To("ada@example.org").Keyed("digest:2026-W49"));
        await emulator.SendAsync(MailJson.To("Ada@Example.org").Keyed("digest:2026-W48"));
        await emulator.SendAsync(MailJson.To("ada@example.org"));
        await emulator.SendAsync(MailJson.To("ada@example.org"));
        await emulator.SendAsync(MailJson.To("not an address"));

        Assert.Equal(1, await emulator.StatAsync("duplicates"));
        Assert.Equal(2, await emulator.StatAsync("recipients"));
        Assert.Equal(6, await emulator.StatAsync("messages"));
        Assert.Equal(5, await emulator.StatAsync("accepted"));
        Assert.Equal(6, await emulator.StatAsync("requests"));
        var byKey = (await emulator.AskAsync(HttpMethod.Get, "/inbox/stats")).Json["byKey"]!;
        Assert.Equal(3, byKey["digest:2026-W48"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_mail_that_was_cancelled_makes_no_duplicate_of_another()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var (sendAt, batch) = (RunningEmulator.Start.AddHours(1), await emulator.MakeBatchAsync());
        await emulator.SendAsync(MailJson.To("ada@example.org").Keyed("digest:2026-W48").At(sendAt, batch));
        await emulator.SendAsync(MailJson.To("ada@example.org").Keyed("digest:2026-W48").At(sendAt));
        Assert.Equal(1, await emulator.StatAsync("duplicates"));

        await emulator.CancelAsync(batch);
        emulator.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Single(await emulator.InboxAsync());
        Assert.Equal(0, await emulator.StatAsync("duplicates"));
    }

    [Fact]
    public async Task A_key_of_the_whole_request_counts_for_each_of_its_mails()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var mail = MailJson.To("ada@example.org").With("custom_args", new JsonObject { ["key"] = "confirm" });

        await emulator.SendAsync(mail);
        await emulator.SendAsync(mail);

        Assert.Equal(1, await emulator.StatAsync("duplicates"));
    }

    [Fact]
    public async Task Count_only_keeps_no_mail_and_refuses_what_is_wrong()
    {
        await using var emulator = await RunningEmulator.StartAsync(new() { CountOnly = true });

        Assert.Equal(202, (await emulator.SendAsync(MailJson.ToMany(1000).Keyed("digest:2026-W48"))).Status);
        Assert.Equal(400, (await emulator.SendAsync(MailJson.ToMany(1001))).Status);

        Assert.Equal(1000, await emulator.StatAsync("recipients"));
        Assert.Empty(await emulator.InboxAsync());
        Assert.Contains("Counting only", (await emulator.AskAsync(HttpMethod.Get, "/")).Body, StringComparison.Ordinal);
    }
}
