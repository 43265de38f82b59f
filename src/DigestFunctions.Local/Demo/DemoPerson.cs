using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Local;

/// <summary>Someone who isn't, with the weekday and time that she chose in her zone.</summary>
internal sealed record DemoPerson(string Name, EmailAddress Address, Language Language, Slot Slot)
{
    // From Auckland to Honolulu, with zones of half and quarter hours among them.
    private static readonly (string Name, string Zone, string Language)[] People =
    [
        ("Aroha", "Pacific/Auckland", "en"),
        ("Tama", "Pacific/Chatham", "en"),
        ("Isla", "Australia/Sydney", "en"),
        ("Ruby", "Australia/Adelaide", "en"),
        ("민아", "Asia/Seoul", "ko"),
        ("Jonas", "Europe/Berlin", "en"),
        ("Amelia", "Europe/London", "en"),
        ("Sóley", "Atlantic/Reykjavik", "en"),
        ("João", "America/Sao_Paulo", "en"),
        ("Maeve", "America/St_Johns", "en"),
        ("Grace", "America/New_York", "en"),
        ("Keoni", "Pacific/Honolulu", "en"),
    ];

    /// <summary>A dozen, each of whom chose the half hour of her own zone that begins at, or soon after, one moment.</summary>
    /// <param name="tag">Sets this demo's addresses apart from another's in the same inbox.</param>
    public static IReadOnlyList<DemoPerson> All(Instant due, string tag) =>
        [.. People.Select((person, index) =>
        {
            _ = TimeZoneId.TryParse(person.Zone, out var zone);
            _ = Language.TryParse(person.Language, out var language);
            _ = EmailAddress.TryParse($"{person.Zone.Split('/')[1].ToLowerInvariant()}.{tag}@example.com", out var address);
            return new DemoPerson(person.Name, address, language, SlotAt(due, zone));
        })];

    private static Slot SlotAt(Instant due, TimeZoneId zone)
    {
        var local = due.InZone(zone.Zone).LocalDateTime;
        var time = SlotTime.All.FirstOrDefault(time => time.Value >= local.TimeOfDay, SlotTime.All[^1]);
        return new Slot(SlotKind.Digest, zone, local.DayOfWeek, time);
    }
}
