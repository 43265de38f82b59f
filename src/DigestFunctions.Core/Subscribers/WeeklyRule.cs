using DigestFunctions.Core.Schedule;
using NodaTime;

namespace DigestFunctions.Core.Subscribers;

/// <summary>One digest for each subscriber and ISO week: from which issue on a subscriber's entry is good.</summary>
internal sealed class WeeklyRule(ScheduleOptions options)
{
    // A run within the lead may have been planned already, a little more for clocks and rounds.
    private static readonly Duration Margin = Duration.FromMinutes(10);

    public static IssueId ThisIssue(Subscriber subscriber, Instant now) => IssueId.Of(now, subscriber.Preferences.Zone.Zone);

    /// <summary>
    /// The first issue for one who confirms now: the next, since the welcome mail counts as this one's
    /// digest; later, if she was here before and has had more, or if the next one's run may be decided already.
    /// </summary>
    public IssueId FirstIssue(Subscriber subscriber, Instant now)
    {
        var next = Later(ThisIssue(subscriber, now).Plus(weeks: 1), FirstOpen(subscriber, now));
        return subscriber.State is SubscriberState.Pending { FirstIssue: { } first } ? Later(first, next) : next;
    }

    /// <summary>The first issue for one who undoes leaving.</summary>
    public IssueId FirstIssueAfterUndo(Subscriber subscriber, SubscriberState.Left left, Instant now) =>
        Later(left.FirstIssue, FirstOpen(subscriber, now));

    /// <summary>
    /// What the first issue is for one who leaves now, should she come back: never one that may have been
    /// handed over, or will be, from a run that was planned while she was here.
    /// </summary>
    public IssueId FirstIssueAfterLeaving(Subscriber subscriber, SubscriberState.Active active, Instant now) =>
        Later(active.FirstIssue, FirstOpen(subscriber, now));

    /// <summary>Whether one who was here before and confirms again has had this week's tip.</summary>
    public static bool HadThisIssue(Subscriber subscriber, Instant now) =>
        subscriber.State is SubscriberState.Pending { FirstIssue: { } first } && first > ThisIssue(subscriber, now);

    public Instant NextDigest(Subscriber subscriber, Instant now)
    {
        var slot = subscriber.Preferences.DigestSlot;
        var date = slot.NextDate(now);
        var first = subscriber.State is SubscriberState.Active active ? active.FirstIssue : FirstIssue(subscriber, now);
        while (IssueId.Of(date) < first)
            date = date.PlusWeeks(1);
        return slot.DueOn(date);
    }

    // The issue of the first run that can't have been planned yet.
    private IssueId FirstOpen(Subscriber subscriber, Instant now) =>
        IssueId.Of(subscriber.Preferences.DigestSlot.NextDate(now + options.Lead + Margin));

    private static IssueId Later(IssueId one, IssueId other) => one > other ? one : other;
}
