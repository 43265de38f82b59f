using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Benchmarks.Scene;

/// <summary>The recipients of a benchmark, by number, and the slots that they are in: all due at one moment.</summary>
/// <param name="First">The number of the first: other numbers are other people.</param>
internal sealed record Crowd(int Recipients, int Slots, int Variants, int First = 0)
{
    private const int FirstToWarmUp = 1_000_000_000;

    private static readonly PersonName Name = PersonName.FromStore("Mina");
    private static readonly IssueId FirstIssue = IssueId.Of(new LocalDate(2020, 1, 6));

    /// <summary>The last Tuesday at 11:40: real enough for the provider, which takes nothing for more than three days ahead.</summary>
    public static Instant Now { get; } = LastTuesday();

    /// <summary>The moment that every slot is due at.</summary>
    public static Instant Due => Now + Duration.FromMinutes(20);

    [JsonIgnore]
    public IReadOnlyList<Slot> AllSlots => [.. SlotsDue().Take(Slots)];

    /// <summary>The largest number of slots that there are zones for.</summary>
    public static int MaxSlots => SlotsDue().Count();

    /// <summary>Others, to warm up with, in as many variants.</summary>
    public Crowd ToWarmUp(int recipients) => this with { Recipients = recipients, Slots = Math.Min(Slots, 10), First = FirstToWarmUp };

    public int SizeOf(int slot) => (Recipients / Slots) + (slot < Recipients % Slots ? 1 : 0);

    public IEnumerable<ScheduleEntry> Of(int slot) =>
        Enumerable.Range(0, SizeOf(slot)).Select(index => Entry(First + slot + (index * Slots)));

    private static ScheduleEntry Entry(int number) => new(
        SubscriberId.Read(SHA256.HashData(BitConverter.GetBytes(number)).AsSpan(0, SubscriberId.ByteLength)),
        EmailAddress.FromStore(string.Create(CultureInfo.InvariantCulture, $"person{number}@example.com")),
        Name,
        Language.English,
        Generation: 1,
        FirstIssue,
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
