using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Email;

public sealed class LocalTimesTests
{
    private readonly LocalTimes times = new(Mails.Texts);

    [Theory]
    [InlineData("en", "Sunday", "Sunday 1 March", "00:00")]
    [InlineData("ko", "일요일", "3월 1일 일요일", "오전 12:00")]
    public void Each_language_has_its_own_order_and_words(string code, string weekday, string date, string midnight)
    {
        var language = Parse(code);

        Assert.Equal(weekday, LocalTimes.Weekday(language, IsoDayOfWeek.Sunday));
        Assert.Equal(date, times.Date(language, new LocalDate(2026, 3, 1)));
        Assert.Equal(midnight, times.Time(language, LocalTime.Midnight));
    }

    [Theory]
    [InlineData("Asia/Seoul", "en", "Seoul time")]
    [InlineData("Asia/Seoul", "ko", "서울 시간")]
    [InlineData("Etc/UTC", "en", "UTC time")]
    [InlineData("America/Argentina/Buenos_Aires", "en", "Buenos Aires time")]
    [InlineData("America/Argentina/Buenos_Aires", "ko", "Buenos Aires 시간")]
    public void A_zone_is_named_after_its_city(string zone, string language, string name) =>
        Assert.Equal(name, times.Zone(Parse(language), Zone(zone)));

    [Theory]
    [InlineData(3, "Saturday 28 March at 12:00, Paris time")]
    [InlineData(4, "Sunday 29 March at 13:00, Paris time")]
    public void A_moment_is_told_as_the_clock_on_her_wall_shows_it(int day, string moment) =>
        Assert.Equal(moment, times.Moment(Language.English, Instant.FromUtc(2026, 3, 25 + day, 11, 0), Zone("Europe/Paris")));

    [Fact]
    public void Every_named_city_is_a_zone_that_can_be_chosen()
    {
        var known = TimeZoneId.All.Select(zone => $"mail.cities.{zone}");

        Assert.Empty(Mails.Texts.Keys(Language.English).Where(key => key.StartsWith("mail.cities.", StringComparison.Ordinal)).Except(known));
    }

    private static Language Parse(string code)
    {
        Assert.True(Language.TryParse(code, out var language));
        return language;
    }

    private static TimeZoneId Zone(string id)
    {
        Assert.True(TimeZoneId.TryParse(id, out var zone));
        return zone;
    }
}
