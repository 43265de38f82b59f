using System.Globalization;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Core.Web;

/// <summary>A part of the world and its zones.</summary>
internal sealed record ZoneRegion(string Label, IReadOnlyList<Choice> Zones);

/// <summary>The zones to choose from, by region and place, each with its offset of today.</summary>
internal sealed class ZoneChoices(Texts texts, LocalTimes times, TimeProvider time)
{
    public IReadOnlyList<ZoneRegion> For(Language language)
    {
        var now = time.Now;
        var alphabet = StringComparer.Create(CultureInfo.GetCultureInfo(language.ToString()), ignoreCase: true);
        return
        [
            .. TimeZoneId.All
                .GroupBy(Region)
                .Select(region => new ZoneRegion(texts[language, $"page.regions.{region.Key}"], [.. region
                        .Select(zone => new Choice(zone.ToString(), $"{Place(language, zone)} (UTC{OffsetOf(zone.Zone.GetUtcOffset(now))})"))
                        .OrderBy(zone => zone.Label, alphabet)]))
                .OrderBy(region => region.Zones.Count == 1)
                .ThenBy(region => region.Label, alphabet),
        ];
    }

    private static string Region(TimeZoneId zone) => zone.ToString().Split('/')[0].ToLowerInvariant();

    // The database knows a Louisville in Kentucky only, and a Vincennes in Indiana: it says where, and so do we.
    private string Place(Language language, TimeZoneId zone) =>
        string.Join(", ", zone.ToString().Split('/')[1..^1].Select(part => part.Replace('_', ' ')).Prepend(times.City(language, zone)));

    private static string OffsetOf(Offset offset)
    {
        var minutes = Math.Abs(offset.Seconds / 60);
        var sign = offset.Seconds < 0 ? "\u2212" : "+";
        return minutes == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{sign}{minutes / 60}{(minutes % 60 == 0 ? "" : $":{minutes % 60:D2}")}");
    }
}
