using DigestFunctions.Core.Schedule;
using NodaTime;

namespace DigestFunctions.Core.Subscribers;

/// <summary>On which days somebody is reminded of the week's practice, and at what time; by default on none.</summary>
internal readonly record struct ReminderChoice(DaySet Days, SlotTime Time)
{
    public static ReminderChoice None => default;
}

/// <summary>A reminder that she asked for in a digest: once, on a date in her zone, of that issue's practice.</summary>
internal sealed record OneReminder(LocalDate Date, IssueId Issue);

/// <summary>
/// When somebody is reminded. Derived, and never kept: her preferences and where her digests are say all of it. The
/// issues of such a placement are those of the practice, which on a day before that of her digest is last week's.
/// </summary>
internal static class Reminders
{
    public static IEnumerable<Placement> Of(Subscriber subscriber, SubscriberState.Active active)
    {
        var preferences = subscriber.Preferences;
        // The one before her first digest came with the welcome mail; before a pause is over there is none.
        var first = active.Pause is null ? active.Placements[0].FirstIssue.Plus(-1) : active.Current.FirstIssue;
        foreach (var day in preferences.Reminders.Days.Days)
        {
            if (!IsWithDigest(day, preferences))
                yield return new Placement(preferences.ReminderSlot(day), first, LastIssue: null) { WeeksBack = IsBefore(day, preferences) ? 1 : 0 };
        }

        if (subscriber.RemindOnce is { } once && once.Issue >= first && !preferences.Reminders.Days.Holds(once.Date.DayOfWeek) && !IsWithDigest(once.Date.DayOfWeek, preferences))
            yield return new Placement(preferences.ReminderSlot(once.Date.DayOfWeek), once.Issue, once.Issue) { WeeksBack = WeeksBack(once) };
    }

    /// <summary>Whether one that she asks for once would come: some entry of hers has it, and doesn't leave her in peace.</summary>
    public static bool Comes(Subscriber subscriber, OneReminder once) => (subscriber with { RemindOnce = once }) is var asking
        && asking.Placements.Any(placement => placement.Slot == asking.Preferences.ReminderSlot(once.Date.DayOfWeek)
            && ScheduleEntry.Of(asking, placement) is var entry && entry.IsFor(IssueId.Of(once.Date)) && entry.PracticeOf(IssueId.Of(once.Date)) == once.Issue);

    // At the very moment of her digest none comes.
    private static bool IsWithDigest(IsoDayOfWeek day, Preferences preferences) => day == preferences.Weekday && preferences.ReminderTime == preferences.Time;

    private static bool IsBefore(IsoDayOfWeek day, Preferences preferences) =>
        day < preferences.Weekday || (day == preferences.Weekday && preferences.ReminderTime.Value < preferences.Time.Value);

    private static int WeeksBack(OneReminder once) => Period.DaysBetween(once.Issue.Monday, IssueId.Of(once.Date).Monday) / 7;
}
