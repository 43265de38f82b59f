using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Tips;
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
    /// <summary>What she wants to read about.</summary>
    public TipChoice Tips { get; init; } = TipChoice.Usual;

    public Slot DigestSlot => new(SlotKind.Digest, Zone, Weekday, Time);
}
