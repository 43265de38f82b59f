using System.Diagnostics.CodeAnalysis;
using NodaTime;
using NodaTime.Text;

namespace DigestFunctions.Core.Schedule;

/// <summary>One slot on one date, such as <c>digest|Europe~Paris|Tue|08:30|2026-11-24</c>.</summary>
internal readonly record struct RunId(Slot Slot, LocalDate Date)
{
    /// <summary>The moment that the run's mail is due.</summary>
    public Instant Due => Slot.DueOn(Date);

    /// <summary>The ISO week of the nominal local date.</summary>
    public IssueId Issue => IssueId.Of(Date);

    public static bool TryParse([NotNullWhen(true)] string? text, out RunId run)
    {
        run = default;
        var cut = text?.LastIndexOf('|') ?? -1;
        if (cut < 0 || !Slot.TryParse(text![..cut], out var slot)
            || LocalDatePattern.Iso.Parse(text[(cut + 1)..]) is not { Success: true, Value: var date }
            || date.DayOfWeek != slot.Weekday)
        {
            return false;
        }

        run = new RunId(slot, date);
        return true;
    }

    public override string ToString() => $"{Slot}|{LocalDatePattern.Iso.Format(Date)}";
}
