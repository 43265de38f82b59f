using DigestFunctions.Core.Schedule;
using NodaTime;

namespace DigestFunctions.Core.Subscribers;

// What becomes of an active subscriber's placements: when she changes slot, pauses, when one is over.
internal sealed partial class WeeklyRule
{
    // By then the last batch of the last run has been claimed, or is too late.
    private static readonly Duration OverMargin = Duration.FromHours(1);

    /// <summary>
    /// Moves to another slot, from the first issue on that is open in both: the old one keeps all issues that
    /// its runs may be handing over already, and also those for which the new slot's time is past.
    /// </summary>
    public SubscriberState.Active Move(SubscriberState.Active active, Slot slot, Instant now)
    {
        if (active.Current.Slot == slot)
            return active;

        active = WithoutOver(active, now);
        var current = active.Current;
        if (active.Pause is { } pause)
        {
            // Where its date has come, the slot that she leaves may be the first to have an issue for her, and keeps it.
            var paused = Paused(slot, pause, now);
            if (pause.Until > Today(current.Slot, now) || paused.Current.FirstIssue <= current.FirstIssue)
                return paused;
        }

        var first = Latest(current.FirstIssue, FirstOpen(current.Slot, now), FirstOpen(slot, now));
        var before = active.Placements.SkipLast(1).ToList();
        if (current.FirstIssue < first)
            before.Add(current with { LastIssue = first.Plus(weeks: -1) });

        // Back in a slot that she is only just leaving: she stays there, if nothing was in between. If something
        // was, the slot's one row is for what comes: a run that is still on its way from before is missed.
        var stayed = before.FindLast(placement => placement.Slot == slot && placement.LastIssue == first.Plus(weeks: -1));
        before.RemoveAll(placement => placement.Slot == slot);
        return WithoutOver(new SubscriberState.Active([.. before, new Placement(slot, stayed?.FirstIssue ?? first, LastIssue: null)]), now);
    }

    /// <summary>
    /// Pauses at once, also for a run that is planned and not handed over, until the slot's first run on or after
    /// a date in her zone. A date that has come ends a pause, with the first run that is open and whose issue she can't
    /// have had.
    /// </summary>
    public SubscriberState.Active Pause(SubscriberState.Active active, LocalDate until, Instant now)
    {
        var slot = active.Current.Slot;
        var over = WithoutOver(active, now);
        return over.Pause is null && until <= Today(slot, now)
            ? active
            : Paused(slot, new Pause(until, FirstIssueAfterLeaving(over, now)), now);
    }

    /// <summary>Without placements that no run will read again, and without a pause after which a run may have been planned.</summary>
    public SubscriberState.Active WithoutOver(SubscriberState.Active active, Instant now)
    {
        var pause = FirstOpen(active.Current.Slot, now) > active.Current.FirstIssue ? null : active.Pause;
        return active.Placements.Any(placement => IsOver(placement, now)) || pause != active.Pause
            ? new SubscriberState.Active([.. active.Placements.Where(placement => !IsOver(placement, now))], pause)
            : active;
    }

    /// <summary>
    /// The state of one in whose name there was an entry that ought not to have been there. A run may have read it:
    /// the issues that it may have handed to her are not handed to her again.
    /// </summary>
    public SubscriberState CountAsHad(SubscriberState state, Placement entry, Instant now)
    {
        var had = FirstOpen(entry.Slot, now).Plus(weeks: -1);
        if (entry.LastIssue < had)
            had = entry.LastIssue.Value;
        var right = (state as SubscriberState.Active)?.In(entry.Slot);
        if (right is not null && right.IsFor(had))
            had = right.FirstIssue.Plus(weeks: -1);
        if (had < entry.FirstIssue)
            return state;

        var next = had.Plus(weeks: 1);
        return state switch
        {
            SubscriberState.Active active => From(active, right?.IsFor(entry.FirstIssue) == true ? right.LastIssue!.Value.Plus(weeks: 1) : entry.FirstIssue, next),
            SubscriberState.Pending pending => new SubscriberState.Pending(Latest(pending.FirstIssue ?? next, next)),
            SubscriberState.Left left => left with { FirstIssue = Latest(left.FirstIssue, next) },
            SubscriberState.Moved moved => moved with { FirstIssue = Latest(moved.FirstIssue, next) },
            SubscriberState.Suppressed suppressed => suppressed with { FirstIssue = Latest(suppressed.FirstIssue, next) },
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, message: null),
        };
    }

    // Those that end before what she may have had stay; of the others, what comes after.
    private static SubscriberState.Active From(SubscriberState.Active active, IssueId had, IssueId next) => new(
        [
            .. active.Placements
                .Where(placement => placement.LastIssue is not { } last || last < had || last >= next)
                .Select(placement => placement.LastIssue < had ? placement : placement with { FirstIssue = Latest(placement.FirstIssue, next) }),
        ],
        active.Pause is { } pause ? pause with { FirstIssue = Latest(pause.FirstIssue, next) } : null);

    private SubscriberState.Active Paused(Slot slot, Pause pause, Instant now)
    {
        var first = Latest(IssueId.Of(slot.DateOnOrAfter(pause.Until)), pause.FirstIssue, FirstOpen(slot, now));
        return new SubscriberState.Active([new Placement(slot, first, LastIssue: null)], pause);
    }

    /// <summary>The first date, from one on, that a run of a reminder can still be planned for.</summary>
    public LocalDate OpenDate(Preferences preferences, LocalDate from, Instant now)
    {
        while (preferences.ReminderDue(from) < now + options.Lead + Margin)
            from = from.PlusDays(1);
        return from;
    }

    /// <summary>Whether no run will read the entry of a reminder again.</summary>
    public static bool IsOver(Subscriber subscriber, OneReminder once, Instant now) =>
        subscriber.Preferences.ReminderDue(once.Date) + ScheduleOptions.ReminderTolerance + OverMargin < now;

    /// <summary>Whether a mail from one of her slots may have been handed over, and not have left yet.</summary>
    public bool MayBeOnItsWay(Subscriber subscriber, Instant now) => subscriber.Placements
        .Select(placement => placement.Slot)
        .Any(slot => slot.DueOn(slot.NextDate(now - ScheduleOptions.Tolerance(slot.Kind) - OverMargin)) < now + options.Lead + Margin);

    private static LocalDate Today(Slot slot, Instant now) => now.InZone(slot.Zone.Zone).Date;

    private static bool IsOver(Placement placement, Instant now) =>
        placement is { LastIssue: { } last, Slot: var slot }
        && slot.DueOn(slot.DateIn(last)) + ScheduleOptions.Tolerance(slot.Kind) + OverMargin < now;
}
