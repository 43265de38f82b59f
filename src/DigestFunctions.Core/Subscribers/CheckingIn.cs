using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Tips;

namespace DigestFunctions.Core.Subscribers;

/// <summary>What came of asking to be reminded once.</summary>
internal enum ReminderAnswer
{
    Set,

    /// <summary>She is done with the practice, and left in peace with it.</summary>
    Answered,

    Paused,

    /// <summary>A mail of ours comes on that day already: a reminder of a newer practice, or her digest at that very moment.</summary>
    Another,

    /// <summary>The practice is from before she came, or came back.</summary>
    NotHers,
}

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
    public async Task<(Subscriber? Subscriber, ReminderAnswer Answer)> RemindAsync(LinkToken token, IssueId issue, int days, CancellationToken cancellation)
    {
        var answer = ReminderAnswer.NotHers;
        var known = await subscriptions.ChangeAsync(of => subscriptions.FindAsync(token, of), subscriber =>
        {
            if (subscriber.State is not SubscriberState.Active active || !CanCheckIn(subscriber, issue))
                return subscriber;
            var once = new OneReminder(rule.OpenDate(subscriber.Preferences, WeeklyRule.Today(subscriber, time.Now).PlusDays(days), time.Now), issue);
            answer = AnswerOf(subscriber, active, once);
            return answer == ReminderAnswer.Set ? subscriber with { RemindOnce = once } : subscriber;
        }, cancellation);
        return (known, answer);
    }

    private static Subscriber Gently(Subscriber subscriber) => subscriber.State is SubscriberState.Active
        ? subscriber with { Preferences = subscriber.Preferences with { Tips = subscriber.Preferences.Tips with { Energy = Energy.Gentle } } }
        : subscriber;

    private static ReminderAnswer AnswerOf(Subscriber subscriber, SubscriberState.Active active, OneReminder once) =>
        Reminders.Comes(subscriber, once) ? ReminderAnswer.Set
        : subscriber.CheckIns.IsDoneWith(once.Issue) ? ReminderAnswer.Answered
        : active.Pause is not null ? ReminderAnswer.Paused
        : once.Issue < active.Placements[0].FirstIssue.Plus(-1) ? ReminderAnswer.NotHers
        : ReminderAnswer.Another;
}
