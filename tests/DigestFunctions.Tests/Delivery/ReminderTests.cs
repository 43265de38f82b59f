using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using DigestFunctions.Tests.Subscribers;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Delivery;

/// <summary>From the choice to the mail: she was welcomed on Tuesday of week 48, and wants to be reminded on Thursdays at six.</summary>
public sealed class ReminderTests(SharedAzurite azurite)
{
    private const string Mina = "mina@example.com";

    private static readonly RunId Thursday = Slots.Run("reminder|Europe~Paris|Thu|18:00|2026-11-26");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reminder_comes_on_its_day_with_the_first_step_and_the_question_and_can_be_left_by_one_click()
    {
        await using var app = await StartAsync();

        await PlanAsync(app, Thursday);
        var mail = await app.WaitForMailAsync(Mina, "reminder");

        Assert.True(Language.TryParse("en", out var language));
        var tip = app.Get<TipLibrary>()[app.Get<Calendar>().TipOf(Thursday.Issue), language];
        Assert.Equal($"To practise: {tip.Title}", mail.Subject);
        Assert.Contains(tip.Steps[0].Text, mail.Text, StringComparison.Ordinal);
        Assert.Contains(tip.Reflect.Text, mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(tip.Steps[1].Text, mail.Text, StringComparison.Ordinal);
        Assert.Equal("List-Unsubscribe=One-Click", mail.Headers["List-Unsubscribe-Post"]);
        Assert.Equal(Thursday.Due.ToDateTimeOffset(), mail.SendAt);
        Assert.EndsWith("/2026-W48", mail.Link("checkin"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(CheckInAnswer.Tried))]
    [InlineData(nameof(CheckInAnswer.TooMuch))]
    public async Task Once_she_has_answered_she_is_not_reminded_that_week_and_is_in_the_next(string answer)
    {
        await using var app = await StartAsync();
        await app.Get<CheckingIn>().CheckInAsync(await TokenAsync(app), Thursday.Issue, Enum.Parse<CheckInAnswer>(answer), Cancellation);

        await PlanAsync(app, Thursday);
        await PlanAsync(app, Thursday with { Date = Thursday.Date.PlusWeeks(1) });
        await app.WaitForMailAsync(Mina, "reminder");

        Assert.Equal("reminder:2026-12-03", Assert.Single(await app.MailAsync(Mina), mail => mail.Kind == "reminder").CustomArgs["key"]);
    }

    [Fact]
    public async Task A_planner_that_comes_again_reminds_nobody_twice()
    {
        await using var app = await StartAsync();

        await PlanAsync(app, Thursday);
        // One that came while it is being sent would wait until that claim is over.
        await app.IdleAsync();
        await app.Store.Ranges.EnqueueAsync(new RangeMessage(Thursday, IdRange.Whole).ToString(), Cancellation);
        await app.IdleAsync();

        Assert.Single(await app.MailAsync(Mina), mail => mail.Kind == "reminder");
    }

    [Fact]
    public async Task More_than_three_hours_late_it_is_skipped()
    {
        await using var app = await StartAsync();

        app.SetTime(Thursday.Due + ScheduleOptions.ReminderTolerance + Duration.FromMinutes(1));
        await app.PlanAsync();
        await app.IdleAsync();

        Assert.DoesNotContain(await app.MailAsync(Mina), mail => mail.Kind == "reminder");
        Assert.Contains(app.Log.All, line => line.Contains($"Skipped the run {Thursday}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_leaves_is_reminded_no_more()
    {
        await using var app = await StartAsync();
        await app.Get<Subscriptions>().LeaveAsync(await TokenAsync(app), Cancellation);

        await PlanAsync(app, Thursday);
        await app.IdleAsync();

        Assert.DoesNotContain(await app.MailAsync(Mina), mail => mail.Kind == "reminder");
        Assert.Empty(await app.Store.EntriesAsync());
    }

    [Fact]
    public async Task One_that_was_asked_for_once_comes_once_and_leaves_nothing_behind()
    {
        await using var app = await StartAsync();
        var token = await TokenAsync(app);
        await app.Get<Subscriptions>().ChangeAsync(token, (await FindAsync(app, token)).Preferences with { Reminders = ReminderChoice.None }, Cancellation);
        await app.Get<CheckingIn>().RemindAsync(token, Thursday.Issue, days: 3, Cancellation);
        var friday = Slots.Run("reminder|Europe~Paris|Fri|08:30|2026-11-27");

        await PlanAsync(app, friday);
        await app.WaitForMailAsync(Mina, "reminder");
        await PlanAsync(app, friday with { Date = friday.Date.PlusWeeks(1) });
        await app.IdleAsync();
        await app.Get<Sweep>().RunAsync(Cancellation);

        Assert.Single(await app.MailAsync(Mina), mail => mail.Kind == "reminder");
        Assert.Null((await FindAsync(app, token)).RemindOnce);
        Assert.Equal(SlotKind.Digest, Assert.Single(await app.Store.EntriesAsync()).Slot.Kind);
    }

    [Fact]
    public async Task The_sweep_mends_a_reminder_that_a_crash_took_and_one_that_says_what_she_no_longer_says()
    {
        await using var app = await StartAsync();
        var (slot, entry) = (await app.Store.EntriesAsync()).Single(found => found.Slot.Kind == SlotKind.Reminder);
        await app.Store.Schedule.DeleteEntityAsync(slot.ToString(), entry.Id.ToString(), cancellationToken: Cancellation);
        var digest = (await app.Store.EntriesAsync()).Single();
        var other = digest.Entry with { CheckIns = CheckIns.None.With(Thursday.Issue, CheckInAnswer.Tried) };
        await app.Store.Schedule.UpsertEntityAsync(other.Write(digest.Slot), cancellationToken: Cancellation);

        await app.Get<Sweep>().RunAsync(Cancellation);

        Assert.Equal([entry, digest.Entry], (await app.Store.EntriesAsync()).Select(found => found.Entry).OrderBy(found => found.WeeksBack is null));
    }

    private async Task<TestApp> StartAsync()
    {
        var app = await TestApp.StartAsync(azurite);
        await app.JoinAsync(Mina);
        var token = await TokenAsync(app);
        Assert.True(SlotTime.TryParse("18:00", out var six));
        var preferences = (await FindAsync(app, token)).Preferences with { Reminders = new ReminderChoice(DaySet.Of(IsoDayOfWeek.Thursday), six) };
        await app.Get<Subscriptions>().ChangeAsync(token, preferences, Cancellation);
        return app;
    }

    private static async Task PlanAsync(TestApp app, RunId run)
    {
        app.SetTime(run.Due - Duration.FromMinutes(50));
        await app.PlanAsync();
    }

    private static async Task<LinkToken> TokenAsync(TestApp app)
    {
        Assert.True(EmailAddress.TryParse(Mina, out var address));
        var subscriber = await app.Get<SubscriberStore>().FindAsync(app.Get<Identities>().Of(address), Cancellation);
        return new LinkToken(LinkPurpose.Mail, subscriber!.Id, subscriber.Generation);
    }

    private static async Task<Subscriber> FindAsync(TestApp app, LinkToken token) =>
        (await app.Get<Subscriptions>().FindAsync(token, Cancellation))!;
}
