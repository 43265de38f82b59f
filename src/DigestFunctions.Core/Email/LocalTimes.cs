using System.Globalization;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using NodaTime;
using NodaTime.Text;

namespace DigestFunctions.Core.Email;

/// <summary>Dates, times and zones in a language's own words and order.</summary>
internal sealed class LocalTimes(Texts texts)
{
    /// <summary>"Tuesday", "화요일".</summary>
    public static string Weekday(Language language, IsoDayOfWeek day) =>
        Culture(language).DateTimeFormat.GetDayName((DayOfWeek)((int)day % 7));

    /// <summary>"Tuesday 24 November", "11월 24일 화요일".</summary>
    public string Date(Language language, LocalDate date) =>
        LocalDatePattern.Create(texts[language, "mail.times.date_pattern"], Culture(language)).Format(date);

    /// <summary>"08:30", "오전 8:30".</summary>
    public string Time(Language language, LocalTime time) =>
        LocalTimePattern.Create(texts[language, "mail.times.time_pattern"], Culture(language)).Format(time);

    /// <summary>"Paris time", "파리 시간": the zone's city, as the database names it where the texts don't.</summary>
    public string Zone(Language language, TimeZoneId zone) =>
        texts.Fill(language, "mail.times.zone", ("city", City(language, zone)));

    /// <summary>"Paris", "파리".</summary>
    public string City(Language language, TimeZoneId zone)
    {
        var id = zone.ToString();
        return texts.Find(language, $"mail.cities.{id}") ?? id[(id.LastIndexOf('/') + 1)..].Replace('_', ' ');
    }

    /// <summary>"Every Tuesday at 08:30, Paris time".</summary>
    public string Weekly(Language language, IsoDayOfWeek day, SlotTime time, TimeZoneId zone) =>
        texts.Fill(
            language,
            "mail.times.weekly",
            ("weekday", Weekday(language, day)),
            ("time", Time(language, time.Value)),
            ("zone", Zone(language, zone)));

    /// <summary>"Tuesday 24 November at 08:30, Paris time".</summary>
    public string Moment(Language language, Instant instant, TimeZoneId zone)
    {
        var local = instant.InZone(zone.Zone);
        return texts.Fill(
            language,
            "mail.times.moment",
            ("date", Date(language, local.Date)),
            ("time", Time(language, local.TimeOfDay)),
            ("zone", Zone(language, zone)));
    }

    private static CultureInfo Culture(Language language) => CultureInfo.GetCultureInfo(language.ToString());
}
