using System.Diagnostics.CodeAnalysis;
using DigestFunctions.Core.Tips;
using NodaTime;

namespace DigestFunctions.Core.Schedule;

internal enum SlotKind
{
    Digest,
    Reminder,
}

/// <summary>
/// When a group of subscribers is due: kind, time zone, weekday and local time. Written
/// <c>digest|Europe~Paris|Tue|08:30</c>, since a key in Table Storage can't hold a slash.
/// </summary>
internal readonly record struct Slot(SlotKind Kind, TimeZoneId Zone, IsoDayOfWeek Weekday, SlotTime Time)
{
    /// <summary>The first nominal date on or after <paramref name="date"/>.</summary>
    public LocalDate DateOnOrAfter(LocalDate date) =>
        date.DayOfWeek == Weekday ? date : date.Next(Weekday);

    /// <summary>The nominal date in the week of an issue.</summary>
    public LocalDate DateIn(IssueId issue) => DateOnOrAfter(issue.Monday);

    /// <summary>
    /// The moment of the slot on a date. A local time that the zone skips moves forward by the gap,
    /// one that it has twice means the first.
    /// </summary>
    public Instant DueOn(LocalDate date) =>
        (date + Time.Value).InZoneLeniently(Zone.Zone).ToInstant();

    /// <summary>The first nominal date whose moment is at or after <paramref name="from"/>.</summary>
    public LocalDate NextDate(Instant from)
    {
        // A day early: in a gap, the nominal date can lie before the local date of its moment.
        var date = DateOnOrAfter(from.InZone(Zone.Zone).Date.PlusDays(-1));
        while (DueOn(date) < from)
            date = date.PlusWeeks(1);
        return date;
    }

    public override string ToString() =>
        $"{Kind.ToKey()}|{Zone.ToString().Replace('/', '~')}|{Weekdays.Short(Weekday)}|{Time}";

    public static bool TryParse([NotNullWhen(true)] string? text, out Slot slot)
    {
        slot = default;
        if (text?.Split('|') is not [var kind, var zone, var weekday, var time]
            || !EnumKeys.TryParse(kind, out SlotKind slotKind)
            || !TimeZoneId.TryReadStored(zone.Replace('~', '/'), out var zoneId)
            || !Weekdays.TryParse(weekday, out var day)
            || !SlotTime.TryParse(time, out var slotTime))
        {
            return false;
        }

        slot = new Slot(slotKind, zoneId, day, slotTime);
        return true;
    }
}
