using System.Globalization;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Core.Web;

/// <summary>Days, times and places as a language writes them.</summary>
internal static class LocalTimes
{
    public static string Weekday(Language language, IsoDayOfWeek day) =>
        Culture(language).DateTimeFormat.GetDayName((DayOfWeek)((int)day % 7));

    public static string Time(Language language, LocalTime time) => time.ToString("t", Culture(language));

    public static string Date(Language language, LocalDate date) => date.ToString("D", Culture(language));

    /// <summary>The place that a zone is named after, without its region: <c>Buenos Aires, Argentina</c>.</summary>
    public static string Place(TimeZoneId zone) =>
        string.Join(", ", zone.ToString().Split('/').Skip(1).Reverse()).Replace('_', ' ');

    private static CultureInfo Culture(Language language) => CultureInfo.GetCultureInfo(language.ToString());
}
