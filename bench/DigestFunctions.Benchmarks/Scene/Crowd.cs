using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Benchmarks.Scene;

/// <summary>The recipients of a benchmark, by number, and the slots that they are in: all due at one moment.</summary>
internal sealed record Crowd(int Recipients, int Slots, int Variants)
{
    /// <summary>What runs are warmed up with, and each the recipients of one: they come after the others.</summary>
    public const int WarmSlots = 2;
    public const int WarmSize = 2_000;

    private static readonly PersonName Name = PersonName.FromStore("Mina");
    private static readonly IssueId First = IssueId.Of(new LocalDate(2020, 1, 6));

    /// <summary>The last Tuesday at 11:40: real enough for the provider, which takes nothing for more than three days ahead.</summary>
    public static Instant Now { get; } = LastTuesday();

    /// <summary>The moment that every slot is due at.</summary>
    public static Instant Due => Now + Duration.FromMinutes(20);

    public int Everyone => Recipients + (WarmSlots * WarmSize);

    /// <summary>The slots that are measured, then those to warm up with.</summary>
    [JsonIgnore]
    public IReadOnlyList<Slot> AllSlots => [.. SlotsDue().Take(Slots + WarmSlots)];

    /// <summary>The largest number of slots that there are zones for.</summary>
    public static int MaxSlots => SlotsDue().Count() - WarmSlots;

    public int SizeOf(int slot) => slot >= Slots ? WarmSize : (Recipients / Slots) + (slot < Recipients % Slots ? 1 : 0);

    public IEnumerable<ScheduleEntry> Of(int slot)
    {
        var first = slot >= Slots ? Recipients + ((slot - Slots) * WarmSize) : slot;
        var step = slot >= Slots ? 1 : Slots;
        return Enumerable.Range(0, SizeOf(slot)).Select(index => Entry(first + (index * step)));
    }

    private static ScheduleEntry Entry(int number) => new(
        SubscriberId.Read(SHA256.HashData(BitConverter.GetBytes(number)).AsSpan(0, SubscriberId.ByteLength)),
        EmailAddress.FromStore(string.Create(CultureInfo.InvariantCulture, $"person{number}@example.com")),
        Name,
        Language.English,
        Generation: 1,
        First,
        LastIssue: null);

    private static IEnumerable<Slot> SlotsDue()
    {
        foreach (var zone in TimeZoneId.All)
        {
            var local = Due.InZone(zone.Zone).LocalDateTime;
            if (SlotTime.TryParse(local.ToString("HH:mm", CultureInfo.InvariantCulture), out var time))
                yield return new Slot(SlotKind.Digest, zone, local.DayOfWeek, time);
        }
    }

    private static Instant LastTuesday()
    {
        var today = SystemClock.Instance.GetCurrentInstant().InUtc().Date;
        var tuesday = today.DayOfWeek == IsoDayOfWeek.Tuesday ? today : today.Previous(IsoDayOfWeek.Tuesday);
        return (tuesday + new LocalTime(11, 40)).InUtc().ToInstant();
    }
}
