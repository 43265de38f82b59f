using NodaTime;

namespace DigestFunctions.Core.Schedule;

/// <summary>How far ahead runs are planned (<c>Delivery:Lead</c>), and how late one may still be sent.</summary>
/// <param name="MaxConcurrency">
/// How many messages a process works on at once (<c>Delivery:MaxConcurrency</c>), where that is ours to say: on
/// Azure the host does, by host.json.
/// </param>
internal sealed record ScheduleOptions(Duration Lead, int MaxConcurrency = ScheduleOptions.DefaultMaxConcurrency)
{
    public const int DefaultMaxConcurrency = 8;

    public static readonly Duration DefaultLead = Duration.FromHours(1);

    /// <summary>A digest that is later than this is skipped and recorded as late.</summary>
    public static readonly Duration DigestTolerance = Duration.FromHours(24);

    /// <summary>A reminder is of use in its hours only.</summary>
    public static readonly Duration ReminderTolerance = Duration.FromHours(3);

    public static Duration Tolerance(SlotKind kind) => kind switch
    {
        SlotKind.Digest => DigestTolerance,
        SlotKind.Reminder => ReminderTolerance,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, message: null),
    };
}
