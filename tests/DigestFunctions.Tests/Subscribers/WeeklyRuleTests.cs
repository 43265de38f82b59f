using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using NodaTime;
using NodaTime.Text;
using Xunit;

namespace DigestFunctions.Tests.Subscribers;

/// <summary>The weekly rule by example: Paris, winter time, a lead of one hour. 2026-W48 begins on Monday, 23 November.</summary>
public sealed class WeeklyRuleTests
{
    private const string Tuesday = "digest|Europe~Paris|Tue|08:30";
    private const string Wednesday = "digest|Europe~Paris|Wed|08:30";
    private const string Friday = "digest|Europe~Paris|Fri|08:30";

    private static readonly WeeklyRule Rule = new(new ScheduleOptions(ScheduleOptions.DefaultLead));

    [Theory]
    // Both are still to come: the new one, at once.
    [InlineData("2026-11-23T12:00", Tuesday, Friday, Friday + " 2026-W48..")]
    // The old one's has been: the new one from the next week on.
    [InlineData("2026-11-24T12:00", Tuesday, Friday, Tuesday + " 2026-W40..2026-W48; " + Friday + " 2026-W49..")]
    // The new one's has been and the old one's hasn't: the old one for this week too.
    [InlineData("2026-11-25T12:00", Friday, Tuesday, Friday + " 2026-W40..2026-W48; " + Tuesday + " 2026-W49..")]
    // Both have been, the old one long ago.
    [InlineData("2026-11-28T12:00", Tuesday, Friday, Friday + " 2026-W49..")]
    // The old one is due in 70 minutes, or a minute less: then it may be on its way.
    [InlineData("2026-11-24T07:20", Tuesday, Friday, Friday + " 2026-W48..")]
    [InlineData("2026-11-24T07:21", Tuesday, Friday, Tuesday + " 2026-W40..2026-W48; " + Friday + " 2026-W49..")]
    // The new one is due in a minute less than 70: its run may not see her any more.
    [InlineData("2026-11-24T07:20", Friday, Tuesday, Tuesday + " 2026-W48..")]
    [InlineData("2026-11-24T07:21", Friday, Tuesday, Friday + " 2026-W40..2026-W48; " + Tuesday + " 2026-W49..")]
    public void A_change_of_slot_takes_effect_for_runs_that_cannot_have_been_planned(string now, string from, string to, string placements) =>
        Assert.Equal(placements, Text(Rule.Move(In(from, "2026-W40"), Slots.Slot(to), At(now))));

    [Fact]
    public void One_who_changes_before_her_first_issue_leaves_nothing_behind() =>
        Assert.Equal(
            $"{Friday} 2026-W49..",
            Text(Rule.Move(In(Tuesday, "2026-W49"), Slots.Slot(Friday), At("2026-11-24T12:00"))));

    [Fact]
    public void One_who_changes_her_mind_stays_where_she_was()
    {
        var start = In(Friday, "2026-W40");
        var there = Rule.Move(start, Slots.Slot(Tuesday), At("2026-11-25T12:00"));
        var back = Rule.Move(there, Slots.Slot(Friday), At("2026-11-25T12:05"));

        Assert.Equal($"{Friday} 2026-W40..2026-W48; {Tuesday} 2026-W49..", Text(there));
        Assert.Equal(start, back);
    }

    [Fact]
    public void One_who_changes_twice_keeps_the_slot_that_has_this_weeks_issue()
    {
        var once = Rule.Move(In(Friday, "2026-W40"), Slots.Slot(Tuesday), At("2026-11-25T12:00"));
        var twice = Rule.Move(once, Slots.Slot(Wednesday), At("2026-11-25T12:05"));

        Assert.Equal($"{Friday} 2026-W40..2026-W48; {Wednesday} 2026-W49..", Text(twice));
    }

    [Fact]
    public void Where_a_slot_comes_back_with_a_gap_its_one_row_is_for_what_comes()
    {
        const string Sunday = "digest|Europe~Paris|Sun|23:30";
        const string Monday = "digest|Europe~Paris|Mon|00:00";
        var once = Rule.Move(In(Sunday, "2026-W40"), Slots.Slot(Monday), At("2026-11-29T22:25"));
        var twice = Rule.Move(once, Slots.Slot(Sunday), At("2026-11-29T22:55"));

        Assert.Equal($"{Sunday} 2026-W40..2026-W48; {Monday} 2026-W49..", Text(once));
        Assert.Equal($"{Monday} 2026-W49..2026-W49; {Sunday} 2026-W50..", Text(twice));
    }

    [Fact]
    public void Between_zones_that_are_in_different_weeks_every_issue_is_in_one_slot()
    {
        // Sunday in Niue, 00:10 on Monday in Kiritimati.
        const string Niue = "digest|Pacific~Niue|Sun|08:00";
        const string Kiritimati = "digest|Pacific~Kiritimati|Mon|00:30";
        var now = Instant.FromUtc(2026, 11, 29, 10, 10);

        Assert.Equal(
            $"{Niue} 2026-W40..2026-W49; {Kiritimati} 2026-W50..",
            Text(Rule.Move(In(Niue, "2026-W40"), Slots.Slot(Kiritimati), now)));
        Assert.Equal(
            $"{Kiritimati} 2026-W40..2026-W49; {Niue} 2026-W50..",
            Text(Rule.Move(In(Kiritimati, "2026-W40"), Slots.Slot(Niue), now)));
    }

    [Fact]
    public void A_placement_is_over_when_its_last_run_is_too_late_to_be_sent_and_an_hour_more()
    {
        var moved = Rule.Move(In(Friday, "2026-W40"), Slots.Slot(Tuesday), At("2026-11-25T12:00"));

        Assert.Equal(moved, Rule.WithoutOver(moved, At("2026-11-28T09:30")));
        Assert.Equal($"{Tuesday} 2026-W49..", Text(Rule.WithoutOver(moved, At("2026-11-28T09:31"))));
    }

    [Fact]
    public void A_pause_holds_for_a_run_that_is_planned_and_ends_with_the_first_run_on_or_after_its_date()
    {
        var paused = Rule.Pause(In(Tuesday, "2026-W40"), Date("2026-12-08"), At("2026-11-24T07:45"));

        Assert.Equal($"{Tuesday} 2026-W50..", Text(paused));
        Assert.Equal(new Pause(Date("2026-12-08"), Slots.Issue("2026-W49")), paused.Pause);
    }

    [Fact]
    public void A_pause_also_takes_the_slot_that_is_being_left()
    {
        var moved = Rule.Move(In(Friday, "2026-W40"), Slots.Slot(Tuesday), At("2026-11-25T12:00"));

        Assert.Equal($"{Tuesday} 2026-W50..", Text(Rule.Pause(moved, Date("2026-12-03"), At("2026-11-25T13:00"))));
    }

    [Theory]
    [InlineData("2026-11-23T11:00", "2026-W48")] // this week's is still to come
    [InlineData("2026-11-24T07:30", "2026-W49")] // this week's run may be planned
    [InlineData("2026-11-25T11:00", "2026-W49")]
    public void Ending_a_pause_begins_with_the_first_open_run_that_she_cannot_have_had(string now, string first)
    {
        var paused = Rule.Pause(In(Tuesday, "2026-W40"), Date("2027-03-01"), At("2026-11-23T10:00"));

        var ended = Rule.Pause(paused, At(now).InZone(Slots.Slot(Tuesday).Zone.Zone).Date, At(now));

        Assert.Equal($"{Tuesday} {first}..", Text(ended));
    }

    [Fact]
    public void A_pause_does_not_bring_back_the_issue_that_the_welcome_mail_counted_for()
    {
        var paused = Rule.Pause(In(Friday, "2026-W49"), Date("2026-12-24"), At("2026-11-24T10:00"));

        Assert.Equal($"{Friday} 2026-W49..", Text(Rule.Pause(paused, Date("2026-11-24"), At("2026-11-24T10:01"))));
    }

    [Fact]
    public void There_is_nothing_to_end_for_one_who_has_not_paused()
    {
        var moved = Rule.Move(In(Friday, "2026-W40"), Slots.Slot(Tuesday), At("2026-11-25T12:00"));

        Assert.Equal(moved, Rule.Pause(moved, Date("2026-11-25"), At("2026-11-25T12:05")));
    }

    [Theory]
    [InlineData(Tuesday, "2026-W51")] // its run of the week before is before the date
    [InlineData(Friday, "2026-W50")]
    public void A_pause_keeps_its_date_in_another_slot(string slot, string first)
    {
        var paused = Rule.Pause(In(Wednesday, "2026-W40"), Date("2026-12-09"), At("2026-11-23T10:00"));

        Assert.Equal($"{slot} {first}..", Text(Rule.Move(paused, Slots.Slot(slot), At("2026-11-24T10:00"))));
    }

    [Fact]
    public void A_pause_whose_date_has_come_leaves_its_first_issue_to_the_slot_that_has_it()
    {
        var paused = Rule.Pause(In(Friday, "2026-W40"), Date("2026-12-08"), At("2026-11-23T10:00"));

        Assert.Equal(
            $"{Friday} 2026-W50..2026-W50; {Tuesday} 2026-W51..",
            Text(Rule.Move(paused, Slots.Slot(Tuesday), At("2026-12-09T10:00"))));
    }

    [Fact]
    public void A_pause_is_over_when_the_first_run_after_it_may_be_planned()
    {
        var paused = Rule.Pause(In(Tuesday, "2026-W40"), Date("2026-12-08"), At("2026-11-24T10:00"));

        Assert.NotNull(Rule.WithoutOver(paused, At("2026-12-08T07:20")).Pause);
        Assert.Null(Rule.WithoutOver(paused, At("2026-12-08T07:21")).Pause);
    }

    [Fact]
    public void Who_leaves_between_two_slots_may_get_nothing_again_that_either_may_be_handing_over()
    {
        var moved = Rule.Move(In(Friday, "2026-W40"), Slots.Slot(Tuesday), At("2026-11-25T12:00"));

        Assert.Equal(Slots.Issue("2026-W48"), Rule.FirstIssueAfterLeaving(moved, At("2026-11-25T12:05")));
        Assert.Equal(Slots.Issue("2026-W49"), Rule.FirstIssueAfterLeaving(moved, At("2026-11-27T08:00")));
        Assert.Equal(Slots.Issue("2026-W50"), Rule.FirstIssueAfterLeaving(moved, At("2026-12-01T08:00")));
    }

    [Fact]
    public void An_issue_between_two_placements_was_anothers_and_may_have_been_had()
    {
        var active = new SubscriberState.Active(
            [new Placement(Slots.Slot(Friday), Slots.Issue("2026-W40"), Slots.Issue("2026-W48")), new Placement(Slots.Slot(Wednesday), Slots.Issue("2026-W50"), null)]);

        Assert.Equal(Slots.Issue("2026-W50"), Rule.FirstIssueAfterLeaving(active, At("2026-11-29T12:00")));
    }

    [Fact]
    public void The_next_digest_comes_from_the_slot_that_is_being_left_while_that_has_one()
    {
        var subscriber = People.Active(1, Slots.Slot(Tuesday)) with
        {
            State = Rule.Move(In(Friday, "2026-W40"), Slots.Slot(Tuesday), At("2026-11-25T12:00")),
        };

        Assert.Equal(At("2026-11-27T08:30"), Rule.NextDigest(subscriber, At("2026-11-25T12:00")));
        Assert.Equal(At("2026-12-01T08:30"), Rule.NextDigest(subscriber, At("2026-11-27T08:31")));
    }

    [Fact]
    public void An_entry_beyond_the_truth_may_have_been_mailed_and_its_issue_is_not_given_again()
    {
        var stray = new Placement(Slots.Slot(Tuesday), Slots.Issue("2026-W40"), LastIssue: null);
        var moved = SubscriberState.Active.In(Slots.Slot(Friday), Slots.Issue("2026-W48"));

        Assert.Equal($"{Friday} 2026-W49..", Text((SubscriberState.Active)Rule.CountAsHad(moved, stray, At("2026-11-24T12:00"))));
        Assert.Equal(moved, Rule.CountAsHad(moved, stray, At("2026-11-23T12:00")));
    }

    [Fact]
    public void An_entry_as_the_truth_has_it_counts_for_nothing()
    {
        var active = In(Tuesday, "2026-W40");

        Assert.Equal(active, Rule.CountAsHad(active, active.Current, At("2026-11-24T12:00")));
    }

    private static SubscriberState.Active In(string slot, string first) => SubscriberState.Active.In(Slots.Slot(slot), Slots.Issue(first));

    private static string Text(SubscriberState.Active active) => string.Join("; ", active.Placements);

    private static LocalDate Date(string text) => LocalDatePattern.Iso.Parse(text).Value;

    private static Instant At(string paris) =>
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm").Parse(paris).Value
            .InZoneStrictly(Slots.Slot(Tuesday).Zone.Zone).ToInstant();
}
