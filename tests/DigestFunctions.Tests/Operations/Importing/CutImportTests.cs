using System.Text;
using DigestFunctions.Core.Operations.Importing;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using DigestFunctions.Tests.Subscribers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DigestFunctions.Tests.Operations.Importing;

/// <summary>An import that is cut short, stopped, or outrun.</summary>
public sealed class CutImportTests(SharedAzurite azurite)
{
    private static readonly string[] Days = ["Mon", "Wed", "Fri"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cut_at_any_call_it_is_finished_by_running_it_again()
    {
        await using var sending = await StartAsync(window: 4);
        var group = 0;
        for (var (calls, cut) = (0, true); cut; calls++)
        {
            var (emails, file) = File($"g{++group}", 9);
            var outcome = default(ImportOutcome);
            var thrown = await sending.CutAsync(calls, async () => outcome = await sending.TryImportAsync(file, ask: true));
            cut = thrown || outcome is ImportOutcome.Stopped { StoreIsAway: true };
            foreach (var (_, entry) in await sending.EntriesAsync())
                Assert.IsType<SubscriberState.Active>((await sending.Get<SubscriberStore>().FindAsync(entry.Id, Cancellation))?.State);

            await sending.ImportAsync(Encoding.UTF8.GetString(file), ask: true);

            foreach (var email in emails)
            {
                var person = (await sending.FindAsync(email))!;
                Assert.Equal(email.StartsWith("ask", StringComparison.Ordinal), person.State is SubscriberState.Pending);
                Assert.Equal(person.State is SubscriberState.Active, person.Consent.GivenAt is not null);
            }

            await sending.AssertAgreedAsync();
            Assert.Contains(await MessagesAsync(sending), message => message == new MailMessage(sending.IdOf(emails[0])).ToString());
            await sending.Store.Mails.ClearMessagesAsync(Cancellation);
        }

        Assert.Empty(await sending.Get<ImportJournal>().LeftAsync(Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Stopped_between_two_windows_it_says_how_far_it_came_and_goes_on_from_there()
    {
        await using var sending = await StartAsync(window: 4);
        var (_, file) = File("stop", 10);
        using var stop = new CancellationTokenSource();

        var stopped = Assert.IsType<ImportOutcome.Stopped>(await sending.TryImportAsync(
            file, ask: true, cancellation: stop.Token, progress: new Stopping(stop)));

        Assert.Equal((5, "Added 3, Asked 1"), (stopped.Report.LinesDone, stopped.Report.Told()));
        await sending.AssertAgreedAsync();
        Assert.Equal(4, (await sending.EverybodyAsync()).Count);
        var report = await sending.ImportAsync(Encoding.UTF8.GetString(file), ask: true);
        Assert.Equal("Added 6, AlreadyActive 3, AlreadyAsked 1", report.Told());
    }

    [Theory]
    [InlineData("PUT switches")]
    [InlineData("POST slots")]
    [InlineData("DELETE switches")]
    public async Task Who_is_suppressed_at_the_same_moment_is_in_no_slot(string when)
    {
        await using var sending = await StartAsync(window: 10);
        // Before her row is written, before her entry is, and after all.
        sending.Faults.Once(when, () =>
        {
            sending.Faults.Mend();
            return sending.Get<Suppressions>().SuppressAsync(sending.IdOf("p1.a@example.com"), SuppressionReason.Complained, when, TestApp.Start, Cancellation);
        });

        await sending.TryImportAsync(File("a", 3).File);

        Assert.IsType<SubscriberState.Suppressed>((await sending.FindAsync("p1.a@example.com"))!.State);
        await sending.AssertAgreedAsync();
    }

    [Fact]
    public async Task Who_signs_up_at_the_same_moment_keeps_what_she_did()
    {
        await using var sending = await StartAsync(window: 10);
        Assert.True(EmailAddress.TryParse("p1.a@example.com", out var address));
        sending.Faults.Once("PUT switches", () =>
        {
            sending.Faults.Mend();
            var her = People.Active(1, Slots.Friday);
            return sending.Get<Subscriptions>().AskAsync(address, her.Preferences, her.Consent with { GivenAt = null }, Cancellation);
        });

        var done = Assert.IsType<ImportOutcome.Done>(await sending.TryImportAsync(File("a", 3).File, ask: true));

        Assert.Equal("Added 1, Asked 1, AlreadyAsked 1", done.Report.Told());
        Assert.IsType<SubscriberState.Pending>((await sending.FindAsync("p1.a@example.com"))!.State);
        await sending.AssertAgreedAsync();
    }

    [Fact]
    public async Task A_lost_answer_of_the_store_counts_nobody_twice_or_as_known()
    {
        await using var sending = await StartAsync(window: 10);
        // Of a transaction, whose address is that of no table.
        sending.Faults.LoseAnswer("POST $batch");

        var done = Assert.IsType<ImportOutcome.Done>(await sending.TryImportAsync(File("a", 6).File, ask: true));

        Assert.Equal("Added 5, Asked 1", done.Report.Told());
        await sending.AssertAgreedAsync();
    }

    // The first is to be asked.
    private static (string[] Emails, byte[] File) File(string group, int rows)
    {
        string[] emails = [$"ask.{group}@example.com", .. Enumerable.Range(1, rows - 1).Select(number => $"p{number}.{group}@example.com")];
        return (emails, Encoding.UTF8.GetBytes(Importer.File(emails.Select((email, number) => number == 0
            ? Importer.Row(email, evidence: ",")
            : Importer.Row(email).Replace(",Tue,", $",{Days[number % Days.Length]},", StringComparison.Ordinal)))));
    }

    private static async Task<IReadOnlyList<string>> MessagesAsync(Sending sending) =>
        [.. (await sending.Store.Mails.PeekMessagesAsync(32, Cancellation)).Value.Select(message => QueueMessages.Decode(message.MessageText))];

    private Task<Sending> StartAsync(int window) => Sending.StartWithoutPumpAsync(azurite, [], services => services.AddSingleton(new ImportLimits(window)));

    private sealed class Stopping(CancellationTokenSource stop) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value)
        {
            if (value.Stage == ImportStage.Writing)
                stop.Cancel();
        }
    }
}
