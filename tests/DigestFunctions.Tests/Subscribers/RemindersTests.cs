using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Subscribers;

/// <summary>When somebody is reminded whose digest comes on Tuesdays at half past eight, in Paris.</summary>
public sealed class RemindersTests
{
    private static readonly Slot Tuesday = Slots.NextTuesday.Slot;

    [Fact]
    public void Nobody_is_reminded_who_did_not_ask_for_it() =>
        Assert.Equal(["digest|Europe~Paris|Tue|08:30 2026-W40.."], Placements(People.Active(1, Tuesday)));

    [Fact]
    public void On_a_day_after_that_of_her_digest_it_is_of_this_week_s_practice_and_before_it_of_last_week_s()
    {
        var subscriber = Reminded("Mon,Thu", "18:00");

        Assert.Equal(
            [("reminder|Europe~Paris|Mon|18:00", 1), ("reminder|Europe~Paris|Thu|18:00", 0)],
            subscriber.Placements.Skip(1).Select(placement => (placement.Slot.ToString(), placement.WeeksBack!.Value)));
    }

    [Theory]
    [InlineData("07:00", 1)]
    [InlineData("18:00", 0)]
    public void On_the_day_itself_the_time_decides(string time, int weeksBack) =>
        Assert.Equal(weeksBack, Assert.Single(Reminded("Tue", time).Placements.Skip(1)).WeeksBack);

    [Fact]
    public void None_comes_together_with_the_digest() => Assert.Single(Reminded("Tue", "08:30").Placements);

    [Fact]
    public void The_first_is_of_the_practice_in_her_welcome_mail()
    {
        var subscriber = Reminded("Mon,Thu", "18:00") with { State = SubscriberState.Active.In(Tuesday, Slots.Issue("2026-W49")) };
        var entries = subscriber.Placements.Skip(1).Select(placement => ScheduleEntry.Of(subscriber, placement)).ToList();

        // She confirmed in week 48. Its Monday would have been about a practice that she never had.
        Assert.Equal([false, true], entries.Select(entry => entry.IsFor(Slots.Issue("2026-W48"))));
        Assert.Equal([true, true], entries.Select(entry => entry.IsFor(Slots.Issue("2026-W49"))));
    }

    [Fact]
    public void While_she_pauses_there_is_none_before_her_next_digest()
    {
        var rule = new WeeklyRule(new ScheduleOptions(ScheduleOptions.DefaultLead));
        var subscriber = Reminded("Mon,Thu", "18:00");
        var paused = subscriber with
        {
            State = rule.Pause((SubscriberState.Active)subscriber.State, new LocalDate(2026, 12, 10), Instant.FromUtc(2026, 11, 25, 12, 0)),
        };

        Assert.All(paused.Placements, placement => Assert.Equal(Slots.Issue("2026-W51"), placement.FirstIssue));
    }

    [Theory]
    [InlineData(CheckInAnswer.Tried, false)]
    [InlineData(CheckInAnswer.TooMuch, false)]
    [InlineData(CheckInAnswer.NotYet, true)]
    internal void Once_she_has_tried_it_or_it_is_too_much_she_is_left_in_peace_with_it(CheckInAnswer answer, bool reminded)
    {
        var subscriber = Reminded("Thu", "18:00");
        subscriber = subscriber with { CheckIns = subscriber.CheckIns.With(Slots.Issue("2026-W48"), answer) };

        var (digest, reminder) = (Entry(subscriber, 0), Entry(subscriber, 1));

        Assert.Equal(reminded, reminder.IsFor(Slots.Issue("2026-W48")));
        Assert.True(reminder.IsFor(Slots.Issue("2026-W49")));
        Assert.True(digest.IsFor(Slots.Issue("2026-W48")));
    }

    [Fact]
    public void One_that_is_asked_for_once_is_for_its_issue_only()
    {
        // A practice of Friday's digest, three days later: in the next week.
        var friday = People.Active(1, Slots.Slot("digest|Europe~Paris|Fri|08:30"));
        var once = friday with { RemindOnce = new OneReminder(new LocalDate(2026, 11, 30), Slots.Issue("2026-W48")) };

        var entry = Entry(once, 1);

        Assert.Equal("reminder|Europe~Paris|Mon|08:30 2026-W48..2026-W48", once.Placements.Last().ToString());
        Assert.Equal([false, true, false], ((string[])["2026-W48", "2026-W49", "2026-W50"]).Select(issue => entry.IsFor(Slots.Issue(issue))));
        Assert.Equal(Slots.Issue("2026-W48"), entry.PracticeOf(Slots.Issue("2026-W49")));
    }

    [Fact]
    public void On_a_day_on_which_she_is_reminded_anyway_once_is_not_twice()
    {
        var subscriber = Reminded("Thu", "18:00") with { RemindOnce = new OneReminder(new LocalDate(2026, 11, 26), Slots.Issue("2026-W48")) };

        Assert.Equal(2, subscriber.Placements.Count());
    }

    [Fact]
    public void A_row_keeps_all_of_it()
    {
        var subscriber = Reminded("Mon,Thu", "18:00") with
        {
            RemindOnce = new OneReminder(new LocalDate(2026, 11, 28), Slots.Issue("2026-W48")),
            CheckIns = CheckIns.None.With(Slots.Issue("2026-W47"), CheckInAnswer.Tried),
            ConfirmReminded = true,
        };

        var read = SubscriberRow.Read(SubscriberRow.Write(subscriber));

        Assert.Equal(subscriber.Placements, read.Placements);
        Assert.Equal((subscriber.Preferences.Reminders, subscriber.RemindOnce), (read.Preferences.Reminders, read.RemindOnce));
        Assert.Equal((subscriber.CheckIns, true), (read.CheckIns, read.ConfirmReminded));
    }

    private static Subscriber Reminded(string days, string time)
    {
        var subscriber = People.Active(1, Tuesday);
        Assert.True(DaySet.TryParse(days, out var set));
        Assert.True(SlotTime.TryParse(time, out var at));
        return subscriber with { Preferences = subscriber.Preferences with { Reminders = new ReminderChoice(set, at) } };
    }

    private static IEnumerable<string> Placements(Subscriber subscriber) => subscriber.Placements.Select(placement => placement.ToString());

    private static ScheduleEntry Entry(Subscriber subscriber, int index) =>
        ScheduleEntry.Of(subscriber, subscriber.Placements.ElementAt(index));
}
