using DigestFunctions.Core.Operations.Explaining;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using DigestFunctions.Tests.Subscribers;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Operations;

/// <summary>"And the mail of last month?", of one who has changed her time, paused or left since.</summary>
public sealed class ExplainHistoryTests(SharedAzurite azurite)
{
    private static readonly IssueId Week = Sending.Run.Issue;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_digest_that_she_had_at_another_time_is_found_long_after()
    {
        await using var sending = await SentAsync();

        await ChangeSlotAsync(sending, Slots.Friday);
        sending.App.SetTime(Sending.Run.Due + Duration.FromDays(20));
        await sending.SweepAsync();

        var (run, said) = await AskAsync(sending, Week);
        Assert.Equal(Sending.Run, run);
        Assert.StartsWith("SendGrid took it at 2026-12-01", said, StringComparison.Ordinal);
        Assert.Equal(Slots.Friday, (await AskAsync(sending, Week.Plus(1))).Run.Slot);
    }

    [Fact]
    public async Task Weeks_of_a_pause_that_is_over_are_said_to_be_those_of_a_pause()
    {
        await using var sending = await SentAsync();

        await sending.Get<Subscriptions>().PauseAsync(People.Token(1), new LocalDate(2026, 12, 20), Cancellation);
        sending.App.SetTime(Sending.Run.Due + Duration.FromDays(30));
        await sending.SweepAsync();

        Assert.StartsWith("SendGrid took it at 2026-12-01", (await AskAsync(sending, Week)).Said, StringComparison.Ordinal);
        Assert.Equal("Not sent: she had paused then.", (await AskAsync(sending, Week.Plus(1))).Said);
        Assert.Equal("Not sent: she had paused then.", (await AskAsync(sending, Week.Plus(2))).Said);
        Assert.StartsWith("There was no run at this time", (await AskAsync(sending, Week.Plus(3))).Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Weeks_between_leaving_and_coming_back_are_said_to_be_those()
    {
        await using var sending = await SentAsync();
        var subscriptions = sending.Get<Subscriptions>();

        await subscriptions.LeaveAsync(People.Token(1), Cancellation);
        sending.App.SetTime(Sending.Run.Due + Duration.FromDays(14));
        var left = await sending.FindAsync(1);
        Assert.NotNull(await sending.Get<SubscriberStore>().TryReplaceAsync(
            left! with
            {
                State = new SubscriberState.Pending(Assert.IsType<SubscriberState.Left>(left.State).FirstIssue),
                Preferences = left.Preferences.At(Slots.Friday),
                Consent = left.Consent with { AskedAt = sending.Now, GivenAt = null },
            },
            Cancellation));
        Assert.StartsWith("SendGrid took it at 2026-12-01", (await AskAsync(sending, Week)).Said, StringComparison.Ordinal);
        await subscriptions.ConfirmAsync(People.Token(1), Cancellation);

        var (run, said) = await AskAsync(sending, Week);
        Assert.Equal(Sending.Run, run);
        Assert.StartsWith("SendGrid took it at 2026-12-01", said, StringComparison.Ordinal);
        Assert.Equal("Not sent: she wasn't subscribed then. She had left, or was suppressed, and came back later.", (await AskAsync(sending, Week.Plus(1))).Said);
        Assert.StartsWith("She confirmed at 2026-12-15", (await AskAsync(sending, Week.Plus(2))).Said, StringComparison.Ordinal);
        Assert.Equal(Slots.Friday, (await AskAsync(sending, Week.Plus(3))).Run.Slot);
    }

    [Fact]
    public async Task Nothing_is_said_of_weeks_before_she_came_though_she_changed_her_time_since()
    {
        await using var sending = await SentAsync();

        await ChangeSlotAsync(sending, Slots.Friday);

        Assert.StartsWith("Not hers: 2026-W40 is the first that she could get.", (await AskAsync(sending, Slots.Issue("2026-W38"))).Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_older_than_the_ledger_is_forgotten_by_the_sweep()
    {
        await using var sending = await SentAsync();
        await ChangeSlotAsync(sending, Slots.Friday);
        sending.App.SetTime(Sending.Run.Due + Duration.FromDays(20));
        await sending.SweepAsync();
        Assert.Equal("2026-W40 digest|Europe~Paris|Tue|08:30", (await sending.FindAsync(1))!.History.ToString());

        sending.App.SetTime(Sending.Run.Due + Duration.FromDays(53 * 7));
        await sending.SweepAsync();
        Assert.NotEqual(History.None, (await sending.FindAsync(1))!.History);

        sending.App.SetTime(Sending.Run.Due + Duration.FromDays(56 * 7));
        await sending.SweepAsync();
        Assert.Equal(History.None, (await sending.FindAsync(1))!.History);
    }

    // A digest is out, and its moment past.
    private async Task<Sending> SentAsync()
    {
        var sending = await Sending.StartWithoutPumpAsync(azurite, People.Entries(1));
        await sending.Store.AddAsync(People.Long(1));
        await sending.HandleAsync();
        sending.App.SetTime(Sending.Run.Due + Duration.FromHours(3));
        return sending;
    }

    private static async Task ChangeSlotAsync(Sending sending, Slot slot)
    {
        var preferences = People.Long(1).Preferences.At(slot);
        var changed = await sending.Get<Subscriptions>().ChangeAsync(People.Token(1), preferences, Cancellation);
        Assert.Equal(preferences, changed?.Preferences);
    }

    private static async Task<(RunId Run, string Said)> AskAsync(Sending sending, IssueId issue)
    {
        var explained = (await sending.Get<Explain>().RunAsync(People.Id(1), issue, Cancellation)).Runs[0];
        return (explained.Run, ExplainWords.Of(explained));
    }
}
