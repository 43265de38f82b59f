using CsCheck;
using DigestFunctions.Core.Operations.Explaining;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Subscribers;

/// <summary>The weekly rule under lives at random: many changes, close together and close to runs, in zones far apart, over DST.</summary>
public sealed class LifeTests
{
    private const int Weeks = 7;
    private const int Lives = 10_000;

    private static readonly Duration Lead = ScheduleOptions.DefaultLead;
    private static readonly WeeklyRule Rule = new(new ScheduleOptions(Lead));

    // A day apart, half an hour of DST, DST by decree, 45 minutes; and twice the same, since people mostly stay.
    private static readonly Gen<Slot> AnySlot =
        from zone in Gen.OneOf(
            "Europe/Paris", "Europe/Paris", "America/New_York", "Pacific/Kiritimati", "Pacific/Niue",
            "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu", "Asia/Seoul")
        from weekday in Gen.OneOf(IsoDayOfWeek.Sunday, IsoDayOfWeek.Monday, IsoDayOfWeek.Monday, IsoDayOfWeek.Tuesday, IsoDayOfWeek.Thursday, IsoDayOfWeek.Saturday)
        from time in Gen.Int[0, 47]
        select new Slot(SlotKind.Digest, Zone(zone), weekday, SlotTime.All[time]);

    private static readonly Gen<Instant> Starts = Gen.Int[0, 52 * 6 * 7 * 24]
        .Select(hours => Instant.FromUtc(2024, 1, 1, 0, 0) + Duration.FromHours(hours));

    // In bursts: what is dangerous lies minutes apart.
    private static readonly Gen<Duration[]> Times =
        from bursts in Gen.Int[0, Weeks * 7 * 24 * 60].Array[1, 6]
        from steps in Gen.Int[0, 90].Array[1, 5].Array[bursts.Length]
        select bursts.Zip(steps)
            .SelectMany(burst => burst.Second.Select((_, place) => burst.First + burst.Second.Take(place + 1).Sum()))
            .Select(minutes => Duration.FromMinutes(minutes))
            .ToArray();

    private static readonly Gen<Course> OnTime =
        from decided in Gen.Int[0, 5]
        from handed in Gen.Int[0, 10]
        select new Course(Duration.Zero, Duration.FromMinutes(decided), Duration.FromMinutes(handed));

    private static readonly Gen<Course> AnyCourse = Gen.Frequency((3, OnTime),
        (1, from planned in Gen.Int[0, 26 * 60]
            from decided in Gen.Int[0, 26 * 60]
            from handed in Gen.Int[0, 26 * 60]
            select new Course(Duration.FromMinutes(planned), Duration.FromMinutes(decided), Duration.FromMinutes(handed))));

    private static readonly Gen<Deed> Moves = Gen.Frequency((6, Gen.Const(Deed.Move)), (1, Gen.Const(Deed.Sweep)));

    private static readonly Gen<Deed> AnyDeed = Gen.Frequency(
        (6, Gen.Const(Deed.Move)),
        (2, Gen.OneOf(Deed.Pause, Deed.EndPause)),
        (2, Gen.OneOf(Deed.Leave, Deed.Undo, Deed.Resubscribe)),
        (1, Gen.Const(Deed.Sweep)));

    [Fact]
    public void Never_are_there_two_digests_of_one_issue() => Sample(AnyDeed, AnyCourse, life =>
        life.Got.Count == life.Got.Distinct().Count());

    [Fact]
    public void No_issue_is_missed_by_one_who_only_moves_from_slot_to_slot() => Sample(Moves, OnTime, NothingIsMissed);

    [Fact]
    public void No_issue_is_missed_of_a_week_in_which_she_was_here_whatever_she_did_before_and_after() =>
        Sample(AnyDeed, OnTime, NothingIsMissed);

    [Fact]
    public void Placements_are_of_a_slot_each_and_of_issues_of_their_own() => Sample(AnyDeed, AnyCourse, life =>
        life.State is not SubscriberState.Active { Placements: var placed }
        || (placed.Select(placement => placement.Slot).Distinct().Count() == placed.Count
            && placed[^1].LastIssue is null
            && placed.Zip(placed.Skip(1)).All(pair => pair.First.FirstIssue <= pair.First.LastIssue && pair.First.LastIssue < pair.Second.FirstIssue)));

    [Fact]
    public void Of_every_digest_that_she_got_it_is_known_at_what_time_however_often_that_changed() => Sample(AnyDeed, AnyCourse, life =>
        life.GotBy.TrueForAll(run => life.SlotOf(run.Issue) == run.Slot));

    [Fact]
    public void Of_every_week_it_is_known_whether_she_was_here_had_paused_or_was_gone() => Sample(AnyDeed, AnyCourse, life =>
        Enumerable.Range(0, Weeks + 2).Select(week => life.Got.Min().Plus(week)).All(issue => (life.SteadyIn(issue), life.FateOf(issue)) switch
        {
            (Presence.Here, var fate) => fate is null,
            (Presence.Paused, var fate) => fate is Fate.Paused or Fate.WasAway { HadPaused: true },
            // Before the first that she could get, all is said to be before she came.
            (Presence.Gone, var fate) => fate is Fate.AfterLeaving or Fate.WasAway { HadPaused: false } or Fate.BeforeFirst,
            _ => true,
        }));

    private static void Sample(Gen<Deed> deed, Gen<Course> course, Func<Life, bool> holds) =>
        (from slots in AnySlot.Array[2, 4]
         from start in Starts
         from times in Times
         from deeds in Gen.Select(deed, Gen.Int[0, 40]).Array[times.Length]
         from courses in course.Array[Weeks * 5]
         select (slots, start, times, deeds, courses))
        .Sample(
            drawn =>
            {
                var life = new Life(Rule, Lead, drawn.slots, drawn.start);
                life.Live(
                    Duration.FromDays(Weeks * 7),
                    drawn.times.Zip(drawn.deeds, (at, does) => (at, does.Item1, does.Item2)),
                    run => drawn.courses[run % drawn.courses.Length]);
                Assert.True(holds(life), life.ToString());
            },
            iter: Lives);

    // From the first that she got to the last but one (another slot's may come after the story ends): none but of weeks in which she was away, or of a slot that she went
    // back to within the hours between its run and another's of the next week, half the globe away.
    private static bool NothingIsMissed(Life life)
    {
        for (var issue = life.Got.Min(); issue < life.Got.Max().Plus(weeks: -1); issue = issue.Plus(weeks: 1))
        {
            if (!life.Got.Contains(issue) && !WasAway(life, issue) && !life.GaveWay.Contains(issue))
                return false;
        }

        return true;
    }

    private static bool WasAway(Life life, IssueId issue)
    {
        var monday = issue.Monday.AtMidnight().InUtc().ToInstant();
        return life.Away.Exists(away => away.From < monday + Duration.FromDays(8) && away.To > monday - Duration.FromDays(1));
    }

    private static TimeZoneId Zone(string text) =>
        TimeZoneId.TryParse(text, out var zone) ? zone : throw new FormatException(text);
}
