using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using NodaTime;
using NodaTime.Text;
using Xunit;

namespace DigestFunctions.Tests.Subscribers;

/// <summary>When the next reminder is due, for one whose digest comes on Tuesdays at half past eight, in Paris.</summary>
public sealed class NextReminderTests
{
    private static readonly WeeklyRule Rule = new(new ScheduleOptions(ScheduleOptions.DefaultLead));

    [Theory]
    [InlineData("2026-11-24T12:00", "2026-11-26T18:00")]
    [InlineData("2026-11-26T18:00", "2026-11-26T18:00")]
    [InlineData("2026-11-26T18:01", "2026-11-30T18:00")]
    public void It_is_on_the_first_of_her_days_that_comes(string now, string due) =>
        Assert.Equal(At(due), WeeklyRule.NextReminder(Reminded("Mon,Thu", "18:00"), At(now)));

    [Fact]
    public void There_is_none_for_one_who_has_no_days() =>
        Assert.Null(WeeklyRule.NextReminder(People.Active(1, Slots.Tuesday), At("2026-11-24T12:00")));

    [Fact]
    public void There_is_none_for_one_who_has_left() => Assert.Null(WeeklyRule.NextReminder(
        Reminded("Mon,Thu", "18:00") with { State = new SubscriberState.Left(At("2026-11-24T12:00"), Slots.Issue("2026-W49")) },
        At("2026-11-24T12:00")));

    // She confirmed in week 48, with its practice in the welcome: its Monday would have been about one she never had.
    [Fact]
    public void None_is_of_a_practice_from_before_she_came()
    {
        var newcomer = Reminded("Mon", "18:00") with { State = SubscriberState.Active.In(Slots.Tuesday, Slots.Issue("2026-W49")) };

        Assert.Equal(At("2026-11-30T18:00"), WeeklyRule.NextReminder(newcomer, At("2026-11-23T12:00")));
    }

    [Theory]
    [InlineData(CheckInAnswer.Tried, "2026-12-03T18:00")]
    [InlineData(CheckInAnswer.TooMuch, "2026-12-03T18:00")]
    [InlineData(CheckInAnswer.NotYet, "2026-11-26T18:00")]
    internal void One_who_is_done_with_this_week_s_practice_is_reminded_of_the_next_one(CheckInAnswer answer, string due)
    {
        var subscriber = Reminded("Mon,Thu", "18:00");
        subscriber = subscriber with { CheckIns = subscriber.CheckIns.With(Slots.Issue("2026-W48"), answer) };

        Assert.Equal(At(due), WeeklyRule.NextReminder(subscriber, At("2026-11-24T12:00")));
    }

    [Fact]
    public void While_she_pauses_it_is_the_first_after_her_next_digest()
    {
        var subscriber = Reminded("Mon,Thu", "18:00");
        var paused = subscriber with
        {
            State = Rule.Pause((SubscriberState.Active)subscriber.State, new LocalDate(2026, 12, 10), At("2026-11-25T12:00")),
        };

        Assert.Equal(At("2026-12-17T18:00"), WeeklyRule.NextReminder(paused, At("2026-11-25T12:00")));
    }

    [Fact]
    public void It_is_at_her_time_after_the_clocks_change_too_and_moves_on_where_that_is_left_out()
    {
        var early = Reminded("Sun", "02:30");

        Assert.Equal(Instant.FromUtc(2026, 10, 25, 0, 30), WeeklyRule.NextReminder(early, Instant.FromUtc(2026, 10, 20, 0, 0)));
        Assert.Equal(Instant.FromUtc(2026, 11, 1, 1, 30), WeeklyRule.NextReminder(early, Instant.FromUtc(2026, 10, 26, 0, 0)));
        Assert.Equal(Instant.FromUtc(2027, 3, 28, 1, 30), WeeklyRule.NextReminder(early, Instant.FromUtc(2027, 3, 25, 0, 0)));
    }

    [Fact]
    public void The_one_that_she_asked_for_once_comes_once()
    {
        var once = People.Active(1, Slots.Tuesday) with { RemindOnce = new OneReminder(new LocalDate(2026, 11, 28), Slots.Issue("2026-W48")) };

        Assert.Equal(At("2026-11-28T08:30"), WeeklyRule.NextReminder(once, At("2026-11-24T12:00")));
        Assert.Null(WeeklyRule.NextReminder(once, At("2026-11-28T08:31")));
    }

    [Fact]
    public void A_pause_is_one_until_its_date_comes_where_she_is()
    {
        var subscriber = Reminded("Mon", "18:00");
        var paused = subscriber with
        {
            State = Rule.Pause((SubscriberState.Active)subscriber.State, new LocalDate(2026, 12, 10), At("2026-11-25T12:00")),
        };

        Assert.Equal(new LocalDate(2026, 12, 10), WeeklyRule.PausedUntil(paused, At("2026-12-09T23:59")));
        Assert.Null(WeeklyRule.PausedUntil(paused, At("2026-12-10T00:00")));
    }

    private static Subscriber Reminded(string days, string time)
    {
        var subscriber = People.Active(1, Slots.Tuesday);
        Assert.True(DaySet.TryParse(days, out var set));
        Assert.True(SlotTime.TryParse(time, out var at));
        return subscriber with { Preferences = subscriber.Preferences with { Reminders = new ReminderChoice(set, at) } };
    }

    private static Instant At(string paris) =>
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm").Parse(paris).Value
            .InZoneStrictly(Slots.Tuesday.Zone.Zone).ToInstant();
}
