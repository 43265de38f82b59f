using System.Globalization;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Core.Web;

/// <summary>A part of the world and its zones.</summary>
internal sealed record ZoneRegion(string Label, IReadOnlyList<Choice> Zones);

/// <summary>The zones to choose from, by region and place, each with its offset of today.</summary>
internal static class ZoneChoices
{
    public static IReadOnlyList<ZoneRegion> Of(Texts texts, Language language, TimeProvider time)
    {
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        return
        [
            .. TimeZoneId.All
                .GroupBy(Region)
                .Select(region => new ZoneRegion(texts[language, $"page.regions.{region.Key}"], [.. region.Select(zone => Option(zone, now))]))
                .OrderBy(region => region.Zones.Count == 1)
                .ThenBy(region => region.Label, StringComparer.Create(CultureInfo.GetCultureInfo(language.ToString()), ignoreCase: true)),
        ];
    }

    private static string Region(TimeZoneId zone) => zone.ToString().Split('/')[0].ToLowerInvariant();

    private static Choice Option(TimeZoneId zone, Instant now) =>
        new(zone.ToString(), $"{LocalTimes.Place(zone)} (UTC{OffsetOf(zone.Zone.GetUtcOffset(now))})");

    private static string OffsetOf(Offset offset)
    {
        var minutes = Math.Abs(offset.Seconds / 60);
        var sign = offset.Seconds < 0 ? "\u2212" : "+";
        return minutes == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{sign}{minutes / 60}{(minutes % 60 == 0 ? "" : $":{minutes % 60:D2}")}");
    }
}
