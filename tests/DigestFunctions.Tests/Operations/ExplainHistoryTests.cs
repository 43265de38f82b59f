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
    private const string WasAway = "Not sent: she wasn't subscribed then. She had left, was suppressed or changed her address, and came back later. (If she confirmed in that week, the welcome mail counted.)";

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
        await AskAgainAsync(sending, Slots.Friday);
        Assert.Equal(WasAway, (await AskAsync(sending, Week.Plus(1))).Said);
        Assert.Equal("Not sent: she has not confirmed.", (await AskAsync(sending, Week.Plus(2))).Said);
        Assert.StartsWith("SendGrid took it at 2026-12-01", (await AskAsync(sending, Week)).Said, StringComparison.Ordinal);
        await subscriptions.ConfirmAsync(People.Token(1), Cancellation);

        var (run, said) = await AskAsync(sending, Week);
        Assert.Equal(Sending.Run, run);
        Assert.StartsWith("SendGrid took it at 2026-12-01", said, StringComparison.Ordinal);
        Assert.Equal(WasAway, (await AskAsync(sending, Week.Plus(1))).Said);
        Assert.StartsWith("She confirmed at 2026-12-15", (await AskAsync(sending, Week.Plus(2))).Said, StringComparison.Ordinal);
        Assert.Equal(Slots.Friday, (await AskAsync(sending, Week.Plus(3))).Run.Slot);
    }

    [Fact]
    public async Task One_who_left_before_the_first_run_at_her_new_time_is_said_to_have_left()
    {
        await using var sending = await SentAsync();

        await ChangeSlotAsync(sending, Slots.Friday);
        sending.App.SetTime(Sending.Run.Due + Duration.FromDays(8));
        await sending.Get<Subscriptions>().LeaveAsync(People.Token(1), Cancellation);

        Assert.StartsWith("Not sent: she left at 2026-12-09", (await AskAsync(sending, Week.Plus(1))).Said, StringComparison.Ordinal);
        Assert.StartsWith("SendGrid took it at 2026-12-01", (await AskAsync(sending, Week)).Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_who_left_while_she_paused_had_paused_until_then()
    {
        await using var sending = await SentAsync();

        await sending.Get<Subscriptions>().PauseAsync(People.Token(1), new LocalDate(2027, 2, 1), Cancellation);
        sending.App.SetTime(Sending.Run.Due + Duration.FromDays(22));
        await sending.Get<Subscriptions>().LeaveAsync(People.Token(1), Cancellation);
        Assert.Equal("Not sent: she had paused then.", (await AskAsync(sending, Week.Plus(2))).Said);
        sending.App.SetTime(Sending.Run.Due + Duration.FromDays(36));
        await AskAgainAsync(sending, Slots.Friday);
        await sending.Get<Subscriptions>().ConfirmAsync(People.Token(1), Cancellation);

        Assert.Equal("Not sent: she had paused then.", (await AskAsync(sending, Week.Plus(2))).Said);
        Assert.Equal(WasAway, (await AskAsync(sending, Week.Plus(4))).Said);
    }

    [Fact]
    public async Task One_who_asked_again_and_did_not_confirm_was_away_all_the_time()
    {
        await using var sending = await SentAsync();

        await sending.Get<Subscriptions>().LeaveAsync(People.Token(1), Cancellation);
        sending.App.SetTime(Sending.Run.Due + Duration.FromDays(22));
        await AskAgainAsync(sending, Slots.Friday);
        sending.App.SetTime(Sending.Run.Due + Duration.FromDays(32));
        await sending.SweepAsync();

        Assert.IsType<SubscriberState.Left>((await sending.FindAsync(1))!.State);
        Assert.Equal(WasAway, (await AskAsync(sending, Week.Plus(2))).Said);
        Assert.StartsWith("Not sent: she left at 2027-01-02", (await AskAsync(sending, Week.Plus(5))).Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_welcome_counts_for_the_week_of_the_zone_that_she_came_back_in()
    {
        await using var sending = await SentAsync();

        await sending.Get<Subscriptions>().LeaveAsync(People.Token(1), Cancellation);
        // Sunday evening in Paris, Monday in Auckland.
        sending.App.SetTime(Instant.FromUtc(2026, 12, 20, 20, 0));
        await AskAgainAsync(sending, Slots.Slot("digest|Pacific~Auckland|Tue|08:30"));
        await sending.Get<Subscriptions>().ConfirmAsync(People.Token(1), Cancellation);

        Assert.StartsWith("She confirmed at 2026-12-20", (await AskAsync(sending, Slots.Issue("2026-W52"))).Said, StringComparison.Ordinal);
        Assert.Equal(WasAway, (await AskAsync(sending, Slots.Issue("2026-W51"))).Said);
    }

    [Fact]
    public async Task Weeks_of_a_suppression_that_an_operator_took_back_are_said_to_be_those()
    {
        await using var sending = await SentAsync();

        await sending.Get<Subscriptions>().SuppressAsync(People.Id(1), SuppressionReason.Bounced, Cancellation);
        sending.App.SetTime(Sending.Run.Due + Duration.FromDays(15));
        Assert.StartsWith("Not sent: she is suppressed since 2026-12-01", (await AskAsync(sending, Week.Plus(1))).Said, StringComparison.Ordinal);
        Assert.NotNull(await sending.Get<SubscriberStore>().TryReplaceAsync(
            (await sending.FindAsync(1))!.In(new SubscriberState.Left(sending.Now, Week.Plus(1))), Cancellation));
        await AskAgainAsync(sending, Slots.Tuesday);
        await sending.Get<Subscriptions>().ConfirmAsync(People.Token(1), Cancellation);

        Assert.Equal(WasAway, (await AskAsync(sending, Week.Plus(1))).Said);
    }

    [Fact]
    public async Task One_who_had_left_before_she_ever_confirmed_came_when_she_confirmed()
    {
        await using var sending = await SentAsync();
        var never = People.Long(2).In(new SubscriberState.Pending(FirstIssue: null)) with { History = History.None };
        await sending.Store.AddAsync(never
            .In(new SubscriberState.Left(TestApp.Start - Duration.FromDays(60), Slots.Issue("2026-W39")))
            .In(SubscriberState.Active.In(Slots.Tuesday, Slots.Issue("2026-W45"))));

        var explained = (await sending.Get<Explain>().RunAsync(People.Id(2), Slots.Issue("2026-W43"), Cancellation)).Runs[0];

        Assert.StartsWith("Not hers: as far as is kept, 2026-W45 is the first", ExplainWords.Of(explained), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_said_of_weeks_before_she_came_though_she_changed_her_time_since()
    {
        await using var sending = await SentAsync();

        await ChangeSlotAsync(sending, Slots.Friday);

        Assert.StartsWith("Not hers: as far as is kept, 2026-W40 is the first that she could get.", (await AskAsync(sending, Slots.Issue("2026-W38"))).Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_older_than_the_ledger_is_forgotten_by_the_sweep()
    {
        await using var sending = await SentAsync();
        await ChangeSlotAsync(sending, Slots.Friday);
        sending.App.SetTime(Sending.Run.Due + Duration.FromDays(20));
        await sending.SweepAsync();
        Assert.Equal("2026-W40 digest|Europe~Paris|Tue|08:30", (await sending.FindAsync(1))!.History.ToString());

        sending.App.SetTime(Sending.Run.Due + Duration.FromDays(54 * 7));
        await sending.SweepAsync();
        Assert.NotEqual(History.None, (await sending.FindAsync(1))!.History);

        sending.App.SetTime(Sending.Run.Due + Duration.FromDays(55 * 7));
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

    // As if by the form.
    private static async Task AskAgainAsync(Sending sending, Slot slot)
    {
        var left = (await sending.FindAsync(1))!;
        Assert.NotNull(await sending.Get<SubscriberStore>().TryReplaceAsync(
            left with
            {
                State = new SubscriberState.Pending(Assert.IsType<SubscriberState.Left>(left.State).FirstIssue),
                Preferences = left.Preferences.At(slot),
                Consent = left.Consent with { AskedAt = sending.Now, GivenAt = null },
                ConfirmsAsked = [],
            },
            Cancellation));
    }

    private static async Task<(RunId Run, string Said)> AskAsync(Sending sending, IssueId issue)
    {
        var explained = (await sending.Get<Explain>().RunAsync(People.Id(1), issue, Cancellation)).Runs[0];
        return (explained.Run, ExplainWords.Of(explained));
    }
}
