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
    /// digest; later, if she was here before and has had more.
    /// </summary>
    public static IssueId FirstIssue(Subscriber subscriber, Instant now)
    {
        var next = ThisIssue(subscriber, now).Plus(weeks: 1);
        return subscriber.State is SubscriberState.Pending { FirstIssue: { } first } && first > next ? first : next;
    }

    /// <summary>
    /// What the first issue is for one who leaves now, should she come back: never one that may have been
    /// handed over, or will be, from a run that was planned while she was here.
    /// </summary>
    public IssueId FirstIssueAfterLeaving(Subscriber subscriber, Instant now)
    {
        var first = ((SubscriberState.Active)subscriber.State).FirstIssue;
        var slot = subscriber.Preferences.DigestSlot;
        var planned = slot.NextDate(now + options.Lead + Margin).PlusWeeks(-1);
        var after = IssueId.Of(planned).Plus(weeks: 1);
        return first > after ? first : after;
    }

    /// <summary>Whether one who was here before and confirms again has had this week's tip.</summary>
    public static bool HadThisIssue(Subscriber subscriber, Instant now) =>
        subscriber.State is SubscriberState.Pending { FirstIssue: { } first } && first > ThisIssue(subscriber, now);

    public static Instant NextDigest(Subscriber subscriber, Instant now)
    {
        var slot = subscriber.Preferences.DigestSlot;
        var date = slot.NextDate(now);
        var first = subscriber.State is SubscriberState.Active active ? active.FirstIssue : FirstIssue(subscriber, now);
        while (IssueId.Of(date) < first)
            date = date.PlusWeeks(1);
        return slot.DueOn(date);
    }
}
