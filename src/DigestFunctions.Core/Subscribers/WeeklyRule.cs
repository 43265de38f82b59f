using DigestFunctions.Core.Schedule;
using NodaTime;

namespace DigestFunctions.Core.Subscribers;

/// <summary>
/// One digest for each subscriber and ISO week. All of it hangs on one question: which issues may a run have
/// handed to her already, or be handing to her now? Those whose run is due by now + lead + ten minutes.
/// Runs due later can't have been planned, and what is changed now, they will see.
/// </summary>
internal sealed partial class WeeklyRule(ScheduleOptions options)
{
    /// <summary>A run within the lead may have been planned already, a little more for clocks and rounds.</summary>
    public static readonly Duration Margin = Duration.FromMinutes(10);

    public static IssueId ThisIssue(Subscriber subscriber, Instant now) => IssueId.Of(now, subscriber.Preferences.Zone.Zone);

    public static LocalDate Today(Subscriber subscriber, Instant now) => Today(subscriber.Preferences.DigestSlot, now);

    /// <summary>
    /// The first issue for one who confirms now: the next, since the welcome mail counts as this one's
    /// digest; later, if she was here before and has had more, or if the next one's run may be decided already.
    /// </summary>
    public IssueId FirstIssue(Subscriber subscriber, Instant now)
    {
        var next = Latest(ThisIssue(subscriber, now).Plus(weeks: 1), FirstOpen(subscriber.Preferences.DigestSlot, now));
        return subscriber.State is SubscriberState.Pending { FirstIssue: { } first } ? Latest(first, next) : next;
    }

    /// <summary>The state of one who comes back to a slot, and may get no issue before one that leaving left open.</summary>
    public SubscriberState.Active Return(Slot slot, IssueId first, Instant now) =>
        SubscriberState.Active.In(slot, Latest(first, FirstOpen(slot, now)));

    /// <summary>
    /// The first issue that one who leaves or pauses now may get should she come back: none that may have been
    /// handed over, or will be, by a run that was planned while she was here.
    /// </summary>
    public IssueId FirstIssueAfterLeaving(SubscriberState.Active active, Instant now)
    {
        var first = active.Pause?.FirstIssue ?? active.Placements[0].FirstIssue;
        IssueId? end = null;
        foreach (var placement in active.Placements)
        {
            // Issues between two placements belonged to one that had to give way.
            if (end is { } gap && gap < placement.FirstIssue)
                first = Latest(first, placement.FirstIssue);
            end = placement.LastIssue?.Plus(weeks: 1);
            var open = FirstOpen(placement.Slot, now);
            var free = end < open ? end.Value : open;
            if (free > placement.FirstIssue)
                first = Latest(first, free);
        }

        return first;
    }

    /// <summary>Whether one who was here before and confirms again has had this week's tip.</summary>
    public static bool HadThisIssue(Subscriber subscriber, Instant now) =>
        subscriber.State is SubscriberState.Pending { FirstIssue: { } first } && first > ThisIssue(subscriber, now);

    /// <summary>When the next digest is due: for one who isn't active, if she confirmed now.</summary>
    public Instant NextDigest(Subscriber subscriber, Instant now)
    {
        var placements = subscriber.State is SubscriberState.Active active
            ? active.Placements
            : [new Placement(subscriber.Preferences.DigestSlot, FirstIssue(subscriber, now), LastIssue: null)];
        return placements
            .Select(placement => (placement, Date: FirstDate(placement, now)))
            .Where(next => next.placement.IsFor(IssueId.Of(next.Date)))
            .Min(next => next.placement.Slot.DueOn(next.Date));
    }

    /// <summary>
    /// When the next reminder is due: not of a practice that she is done with. Null for one who has no days, or gets
    /// nothing.
    /// </summary>
    public static Instant? NextReminder(Subscriber subscriber, Instant now) => subscriber.Placements
        .Where(placement => placement.Slot.Kind == SlotKind.Reminder)
        .Select(placement => NextRun(ScheduleEntry.Of(subscriber, placement), placement.Slot, now))
        .Min();

    /// <summary>The date that her pause lasts until; null if she doesn't pause, or it has come.</summary>
    public static LocalDate? PausedUntil(Subscriber subscriber, Instant now) =>
        subscriber.State is SubscriberState.Active { Pause.Until: var until } && until > Today(subscriber, now) ? until : null;

    // Before her first issue, and while she is done with one, there is none.
    private static Instant? NextRun(ScheduleEntry entry, Slot slot, Instant now)
    {
        var date = slot.NextDate(now);
        while (!entry.IsFor(IssueId.Of(date)))
        {
            if (entry.LastIssue < entry.PracticeOf(IssueId.Of(date)))
                return null;
            date = date.PlusWeeks(1);
        }

        return slot.DueOn(date);
    }

    private static LocalDate FirstDate(Placement placement, Instant now) =>
        LocalDate.Max(placement.Slot.NextDate(now), placement.Slot.DateIn(placement.FirstIssue));

    // The issue of a slot's first run that can't have been planned yet.
    private IssueId FirstOpen(Slot slot, Instant now) => IssueId.Of(slot.NextDate(now + options.Lead + Margin));

    private static IssueId Latest(params ReadOnlySpan<IssueId> issues)
    {
        var latest = issues[0];
        foreach (var issue in issues)
        {
            if (issue > latest)
                latest = issue;
        }

        return latest;
    }
}
