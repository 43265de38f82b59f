using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using NodaTime;
using NodaTime.Calendars;

namespace DigestFunctions.Core.Schedule;

/// <summary>An ISO 8601 week, such as <c>2026-W48</c>: what a digest belongs to.</summary>
internal readonly record struct IssueId : IComparable<IssueId>
{
    private IssueId(int year, int week) => (Year, Week) = (year, week);

    /// <summary>The week year, which at the turn of the year is not always the calendar year.</summary>
    public int Year { get; }

    public int Week { get; }

    /// <summary>The Monday that the week starts on.</summary>
    public LocalDate Monday => WeekYearRules.Iso.GetLocalDate(Year, Week, IsoDayOfWeek.Monday);

    public static IssueId Of(LocalDate date) =>
        new(WeekYearRules.Iso.GetWeekYear(date), WeekYearRules.Iso.GetWeekOfWeekYear(date));

    public static IssueId Of(Instant instant, DateTimeZone zone) => Of(instant.InZone(zone).Date);

    public IssueId Plus(int weeks) => Of(Monday.PlusWeeks(weeks));

    public static bool TryParse([NotNullWhen(true)] string? text, out IssueId issue)
    {
        issue = default;
        if (text is not { Length: 8 } || text[4] != '-' || text[5] != 'W'
            || !int.TryParse(text.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            || !int.TryParse(text.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var week)
            || year < 1 || week < 1 || week > WeekYearRules.Iso.GetWeeksInWeekYear(year))
        {
            return false;
        }

        issue = new IssueId(year, week);
        return true;
    }

    public int CompareTo(IssueId other) => (Year, Week).CompareTo((other.Year, other.Week));

    public static bool operator <(IssueId left, IssueId right) => left.CompareTo(right) < 0;

    public static bool operator >(IssueId left, IssueId right) => left.CompareTo(right) > 0;

    public static bool operator <=(IssueId left, IssueId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(IssueId left, IssueId right) => left.CompareTo(right) >= 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year:D4}-W{Week:D2}");
}
