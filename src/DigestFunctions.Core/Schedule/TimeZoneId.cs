using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using NodaTime;
using NodaTime.TimeZones;

namespace DigestFunctions.Core.Schedule;

/// <summary>
/// A time zone of the IANA database, such as <c>Europe/Amsterdam</c>. Another name of a zone
/// (browsers still say <c>Asia/Calcutta</c>) is read as the listed one, so that both share a slot.
/// </summary>
internal readonly record struct TimeZoneId
{
    private const string UtcId = "Etc/UTC";

    private static readonly TzdbDateTimeZoneSource Source = TzdbDateTimeZoneSource.Default;

    // The places of zone.tab: what a person would look for, without the database's older spellings.
    private static readonly FrozenSet<string> Listed =
        Source.ZoneLocations!.Select(location => location.ZoneId).Append(UtcId).ToFrozenSet();

    private static readonly FrozenDictionary<string, string> ById = Source.CanonicalIdMap
        .Where(pair => IsPlace(pair.Key))
        .ToFrozenDictionary(
            pair => pair.Key,
            pair => Listed.Contains(pair.Key) ? pair.Key : pair.Value,
            StringComparer.OrdinalIgnoreCase);

    private readonly string? id;

    private TimeZoneId(string id) => this.id = id;

    public DateTimeZone Zone => DateTimeZoneProviders.Tzdb[ToString()];

    /// <summary>The zones that a person can choose from, by name.</summary>
    public static IReadOnlyList<TimeZoneId> All { get; } =
        [.. Listed.Order(StringComparer.Ordinal).Select(id => new TimeZoneId(id))];

    public static bool TryParse([NotNullWhen(true)] string? text, out TimeZoneId zone)
    {
        zone = default;
        if (text is null || !ById.TryGetValue(text.Trim(), out var known))
            return false;
        zone = new TimeZoneId(known);
        return true;
    }

    /// <summary>Reads a zone as it was stored: keys hang on its name, whatever the database calls it by now.</summary>
    public static bool TryReadStored([NotNullWhen(true)] string? text, out TimeZoneId zone)
    {
        var known = text is not null && DateTimeZoneProviders.Tzdb.GetZoneOrNull(text) is not null;
        zone = known ? new TimeZoneId(text!) : default;
        return known;
    }

    public override string ToString() => id ?? UtcId;

    // Abbreviations such as EST or CST6CDT say less than they seem to.
    private static bool IsPlace(string id) => id.Contains('/', StringComparison.Ordinal) || id is "UTC" or "GMT";
}
