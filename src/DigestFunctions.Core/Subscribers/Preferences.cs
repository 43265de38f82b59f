using DigestFunctions.Core.Schedule;
using NodaTime;

namespace DigestFunctions.Core.Subscribers;

/// <summary>What a subscriber chose: how she is called, what she reads, and when.</summary>
internal sealed record Preferences(
    PersonName Name,
    Language Language,
    TimeZoneId Zone,
    IsoDayOfWeek Weekday,
    SlotTime Time)
{
    public Slot DigestSlot => new(SlotKind.Digest, Zone, Weekday, Time);
}
