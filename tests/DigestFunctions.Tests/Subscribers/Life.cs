using System.Globalization;
using System.Text;
using DigestFunctions.Core.Operations.Explaining;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Tests.Subscribers;

/// <summary>What a subscriber does, and when: a number says which slot, or for how many days.</summary>
internal enum Deed
{
    Move,
    Pause,
    EndPause,
    Leave,
    Undo,
    Resubscribe,
    Sweep,
}

/// <summary>What somebody is, as for one issue.</summary>
internal enum Presence
{
    Here,
    Paused,
    Gone,
}

/// <summary>How a run goes: how long after it should it is planned, decided, handed over.</summary>
internal readonly record struct Course(Duration Planned, Duration Decided, Duration HandedOver)
{
    public static Course OnTime { get; } = new(Duration.Zero, Duration.FromMinutes(1), Duration.FromMinutes(5));
}

/// <summary>
/// A subscriber's life on paper: what she does goes through the weekly rule, and the runs of all slots hand her what
/// her placements say when they are decided and when they are handed over. No storage, no clock.
/// </summary>
internal sealed class Life(WeeklyRule rule, Duration lead, IReadOnlyList<Slot> slots, Instant start)
{
    private static readonly Duration Week = Duration.FromDays(8);

    private readonly PriorityQueue<Action<Instant>, Instant> events = new();
    private readonly StringBuilder story = new();
    private readonly List<(Instant Since, SubscriberState State)> past = [];
    private Subscriber subscriber = People.Active(1, slots[0]) with { State = new SubscriberState.Pending(FirstIssue: null) };

    /// <summary>The issues of all digests, and of welcome mails with a tip.</summary>
    public List<IssueId> Got { get; } = [];

    /// <summary>The runs of those that came by one.</summary>
    public List<RunId> GotBy { get; } = [];

    /// <summary>When she was away, or back for no more than the week that returning may cost her.</summary>
    public List<(Instant From, Instant To)> Away { get; } = [];

    /// <summary>The last issues of placements that gave way to a later one of the same slot: a row there can say no more than one.</summary>
    public List<IssueId> GaveWay { get; } = [];

    public SubscriberState State => subscriber.State;

    public Slot SlotOf(IssueId issue) => subscriber.SlotOf(issue);

    /// <summary>What her row says of an issue, long after.</summary>
    public Fate? FateOf(IssueId issue) => Explain.ByHerRow(subscriber, new RunId(SlotOf(issue), SlotOf(issue).DateIn(issue)));

    /// <summary>What she was in an issue's week and for eight days before and after; null where that changed.</summary>
    public Presence? SteadyIn(IssueId issue)
    {
        var monday = issue.Monday.AtMidnight().InUtc().ToInstant();
        var (from, to) = (monday - Week, monday + Duration.FromDays(7) + Week);
        var states = past.Where((state, place) => state.Since < to && (place + 1 == past.Count || past[place + 1].Since > from));
        return past[0].Since < from && states.Select(state => PresenceOf(state.State, issue)).Distinct().ToList() is [var only] ? only : null;
    }

    public override string ToString() => story.ToString();

    public void Live(Duration length, IEnumerable<(Duration At, Deed Deed, int Number)> deeds, Func<int, Course> course)
    {
        foreach (var (at, deed, number) in deeds)
            events.Enqueue(now => Do(deed, number, now), start + at);
        var runs = 0;
        foreach (var slot in slots.Distinct())
        {
            for (var date = slot.NextDate(start - Duration.FromDays(1)); slot.DueOn(date) < start + length; date = date.PlusWeeks(1))
                Expect(new RunId(slot, date), course(runs++));
        }

        Do(Deed.Resubscribe, 0, start);
        while (events.TryDequeue(out var happens, out var now))
            happens(now);
    }

    // Planning rounds are on the minutes that five divides.
    private void Expect(RunId run, Course course)
    {
        var round = Duration.FromMinutes(5);
        var sinceEpoch = run.Due - lead + course.Planned - NodaConstants.UnixEpoch;
        var planned = NodaConstants.UnixEpoch + (round * Math.Ceiling(sinceEpoch / round));
        var latest = run.Due + ScheduleOptions.Tolerance(run.Slot.Kind);
        if (planned > latest)
            return;
        events.Enqueue(
            decided =>
            {
                if (IsIn(run))
                    events.Enqueue(now => HandOver(run, now), Instant.Min(decided + course.HandedOver, latest));
            },
            Instant.Min(planned + course.Decided, latest));
    }

    private bool IsIn(RunId run) =>
        subscriber.State is SubscriberState.Active active && active.In(run.Slot)?.IsFor(run.Issue) == true;

    private void HandOver(RunId run, Instant now)
    {
        if (!IsIn(run))
            return;
        Got.Add(run.Issue);
        GotBy.Add(run);
        Tell(now, $"got {run.Issue} by {run}");
    }

    private void Do(Deed deed, int number, Instant now)
    {
        var slot = slots[number % slots.Count];
        var before = subscriber;
        subscriber = (deed, subscriber.State) switch
        {
            (Deed.Move, SubscriberState.Active active) => In(slot) with { State = rule.Move(active, slot, now) },
            (Deed.Pause, SubscriberState.Active active) => subscriber with { State = rule.Pause(active, Today(now).PlusDays(number), now) },
            (Deed.EndPause, SubscriberState.Active active) => subscriber with { State = rule.Pause(active, Today(now), now) },
            (Deed.Leave, SubscriberState.Active active) => subscriber with
            {
                State = new SubscriberState.Left(now, rule.FirstIssueAfterLeaving(active, now)),
            },
            (Deed.Undo, SubscriberState.Left left) => subscriber with
            {
                State = rule.Return(subscriber.Preferences.DigestSlot, left.FirstIssue, now),
            },
            (Deed.Resubscribe, SubscriberState.Left left) => Confirm(In(slot) with { State = new SubscriberState.Pending(left.FirstIssue) }, now),
            (Deed.Resubscribe, SubscriberState.Pending) => Confirm(In(slot), now),
            (Deed.Sweep, SubscriberState.Active active) => subscriber with { State = rule.WithoutOver(active, now) },
            _ => subscriber,
        };
        if (subscriber == before)
            return;
        past.Add((now, subscriber.State));
        if ((before.State as SubscriberState.Active)?.In(slot) is { LastIssue: { } last }
            && subscriber.State is SubscriberState.Active after && after.In(slot)?.FirstIssue > last.Plus(weeks: 1))
        {
            GaveWay.Add(last);
        }

        if (deed is Deed.Pause or Deed.Leave || Away.Count == 0)
            Away.Add((now, deed is Deed.Leave ? Instant.MaxValue : now + Duration.FromDays(deed is Deed.Pause ? number : 0) + Week));
        else if (deed is Deed.EndPause or Deed.Undo or Deed.Resubscribe)
            Away[^1] = (Away[^1].From, Instant.Min(Away[^1].To, now + Week));
        Tell(now, $"{deed} {number}: {(subscriber.State is SubscriberState.Active { Placements: var placed } ? string.Join("; ", placed) : subscriber.State)}");
    }

    private Subscriber Confirm(Subscriber pending, Instant now)
    {
        if (!WeeklyRule.HadThisIssue(pending, now))
        {
            Got.Add(WeeklyRule.ThisIssue(pending, now));
            Tell(now, $"welcome with {Got[^1]}");
        }

        return pending with
        {
            State = SubscriberState.Active.In(pending.Preferences.DigestSlot, rule.FirstIssue(pending, now)),
            Consent = pending.Consent with { GivenAt = now },
        };
    }

    private static Presence PresenceOf(SubscriberState state, IssueId issue) => state switch
    {
        SubscriberState.Active { Pause: { } pause } paused when issue >= pause.FirstIssue && issue < paused.Current.FirstIssue => Presence.Paused,
        SubscriberState.Active => Presence.Here,
        _ => Presence.Gone,
    };

    private Subscriber In(Slot slot) => subscriber with
    {
        Preferences = subscriber.Preferences with { Zone = slot.Zone, Weekday = slot.Weekday, Time = slot.Time },
    };

    private LocalDate Today(Instant now) => now.InZone(subscriber.Preferences.Zone.Zone).Date;

    private void Tell(Instant now, string what) => story.Append(CultureInfo.InvariantCulture, $"{now} {what}\n");
}
