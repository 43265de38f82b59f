using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Tips;
using NodaTime;

namespace DigestFunctions.Core.Subscribers;

/// <summary>What a subscriber chose: how she is called, what she reads, and when.</summary>
internal sealed record Preferences(
    PersonName Name,
    Language Language,
    TimeZoneId Zone,
    IsoDayOfWeek Weekday,
    SlotTime Time)
{
    /// <summary>What she wants to read about.</summary>
    public TipChoice Tips { get; init; } = TipChoice.Usual;

    public ReminderChoice Reminders { get; init; } = ReminderChoice.None;

    /// <summary>Also of a reminder that is asked for once, by one who has no others: at the time of her digest.</summary>
    public SlotTime ReminderTime => Reminders.Days.IsEmpty ? Time : Reminders.Time;

    public Slot ReminderSlot(IsoDayOfWeek day) => new(SlotKind.Reminder, Zone, day, ReminderTime);

    public Instant ReminderDue(LocalDate date) => ReminderSlot(date.DayOfWeek).DueOn(date);

    public Slot DigestSlot => new(SlotKind.Digest, Zone, Weekday, Time);
}
