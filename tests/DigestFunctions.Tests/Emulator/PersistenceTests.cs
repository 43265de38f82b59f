using SendGridEmulator;
using Xunit;

namespace DigestFunctions.Tests.Emulator;

public sealed class PersistenceTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("emulator").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task What_was_accepted_cancelled_and_suppressed_survives_a_restart()
    {
        string key, batch;
        await using (var before = await StartAsync())
        {
            batch = await before.MakeBatchAsync();
            await before.SendAsync(MailJson.To("ada@example.org").Keyed("confirm"));
            await before.SendAsync(MailJson.To("bob@example.org").At(RunningEmulator.Start.AddHours(1)));
            await before.SendAsync(MailJson.To("cyd@example.org").At(RunningEmulator.Start.AddHours(1), batch));
            await before.CancelAsync(batch);
            await before.PostAsync("/v3/asm/suppressions/global", """{"recipient_emails":["dee@example.org"]}""");
            key = (await before.AskAsync(HttpMethod.Get, "/emulator/webhook-key")).Body;
        }

        await using var after = await StartAsync();
        Assert.Equal("ada@example.org", (await after.InboxAsync()).Single()!["to"]!.GetValue<string>());
        Assert.Equal(2, (await after.WaitingAsync()).Count);
        Assert.Equal(key, (await after.AskAsync(HttpMethod.Get, "/emulator/webhook-key")).Body);
        Assert.Equal(400, (await after.CancelAsync(batch)).Status);

        await after.SendAsync(MailJson.To("ada@example.org", "dee@example.org").Keyed("confirm"));
        after.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(["bob@example.org", "ada@example.org", "ada@example.org"], (await after.InboxAsync()).Select(m => m!["to"]!.GetValue<string>()));
        Assert.Equal(1, await after.StatAsync("duplicates"));
        Assert.Equal(1, await after.StatAsync("cancelled"));
        Assert.Equal(1, await after.StatAsync("dropped"));
    }

    [Fact]
    public async Task An_entry_that_a_kill_cut_short_is_dropped_and_the_rest_stays()
    {
        await using (var before = await StartAsync())
        {
            await before.SendAsync(MailJson.To("ada@example.org"));
            await before.SendAsync(MailJson.To("bob@example.org"));
        }

        var journal = Path.Combine(folder, "mail.journal");
        var lines = await File.ReadAllLinesAsync(journal, TestContext.Current.CancellationToken);
        var half = string.Join('\n', lines[..4]) + "\n" + lines[4][..(lines[4].Length / 2)];
        await File.WriteAllTextAsync(journal, half, TestContext.Current.CancellationToken);

        await using (var after = await StartAsync())
        {
            Assert.Single(await after.InboxAsync());
            await after.SendAsync(MailJson.To("cyd@example.org"));
        }

        await using var again = await StartAsync();
        Assert.Equal(["cyd@example.org", "ada@example.org"], (await again.InboxAsync()).Select(m => m!["to"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Two_emulators_do_not_share_a_folder()
    {
        await using var first = await StartAsync();
        await Assert.ThrowsAsync<IOException>(StartAsync);
    }

    private Task<RunningEmulator> StartAsync() => RunningEmulator.StartAsync(new EmulatorOptions { DataFolder = folder });
}
