using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Tips;

namespace DigestFunctions.Core.Subscribers;

/// <summary>What a subscriber says of a week's practice, and what comes of it.</summary>
internal sealed class CheckingIn(
    Subscriptions subscriptions, SubscriberStore subscribers, ScheduleEntries schedule, WeeklyRule rule, TimeProvider time)
{
    /// <summary>
    /// Keeps what she says of an issue's practice. Not of one that she can't have had yet, nor of one that is long
    /// past; nothing for one who isn't subscribed.
    /// </summary>
    public async Task<Subscriber?> CheckInAsync(LinkToken token, IssueId issue, CheckInAnswer answer, CancellationToken cancellation)
    {
        while (true)
        {
            var found = await subscriptions.FindAsync(token, cancellation);
            if (found is not { State: SubscriberState.Active } || !CanCheckIn(found, issue))
                return found;
            var said = found with { CheckIns = found.CheckIns.With(issue, answer) };
            // Who says the same again mends what a crash left.
            var isNew = said != found;
            if ((isNew ? await subscribers.TryReplaceAsync(said, CancellationToken.None) : found) is not { } stored)
                continue;
            if (isNew)
                SubscriberMetrics.CheckedIn(answer);
            await schedule.NoteAsync(stored, CancellationToken.None);
            return stored;
        }
    }

    /// <summary>Whether an issue is one that she may have had, and lately.</summary>
    public bool CanCheckIn(Subscriber subscriber, IssueId issue)
    {
        var latest = WeeklyRule.ThisIssue(subscriber, time.Now);
        return issue <= latest && issue >= latest.Plus(-CheckIns.StreakWeeks);
    }

    /// <summary>Practices that ask little, from the next digest on.</summary>
    public Task<Subscriber?> GoGentlyAsync(LinkToken token, CancellationToken cancellation) =>
        subscriptions.ChangeAsync(of => subscriptions.FindAsync(token, of), Gently, cancellation);

    /// <summary>Reminds her once of an issue's practice, in so many days or the first day after that can still be planned; where nothing speaks against it.</summary>
    public Task<Subscriber?> RemindAsync(LinkToken token, IssueId issue, int days, CancellationToken cancellation) =>
        subscriptions.ChangeAsync(of => subscriptions.FindAsync(token, of), subscriber => Reminded(subscriber, issue, days), cancellation);

    private static Subscriber Gently(Subscriber subscriber) => subscriber.State is SubscriberState.Active
        ? subscriber with { Preferences = subscriber.Preferences with { Tips = subscriber.Preferences.Tips with { Energy = Energy.Gentle } } }
        : subscriber;

    private Subscriber Reminded(Subscriber subscriber, IssueId issue, int days)
    {
        if (subscriber.State is not SubscriberState.Active || !CanCheckIn(subscriber, issue))
            return subscriber;
        var date = rule.OpenDate(subscriber.Preferences, WeeklyRule.Today(subscriber, time.Now).PlusDays(days), time.Now);
        var once = new OneReminder(date, issue);
        return Reminders.Comes(subscriber, once) ? subscriber with { RemindOnce = once } : subscriber;
    }
}
