using System.Diagnostics.CodeAnalysis;
using NodaTime;
using NodaTime.Text;

namespace DigestFunctions.Core.Schedule;

/// <summary>
/// A local time that a digest can be due at, such as <c>08:30</c>: full and half hours only, so that
/// people of one zone share slots, and a slot's mail goes out in full batches.
/// </summary>
internal readonly record struct SlotTime
{
    private static readonly LocalTimePattern Pattern = LocalTimePattern.CreateWithInvariantCulture("HH':'mm");

    private SlotTime(LocalTime value) => Value = value;

    public LocalTime Value { get; }

    /// <summary>The 48 of a day, from midnight.</summary>
    public static IReadOnlyList<SlotTime> All { get; } =
        [.. Enumerable.Range(0, 48).Select(half => new SlotTime(LocalTime.FromMinutesSinceMidnight(half * 30)))];

    public static bool TryParse([NotNullWhen(true)] string? text, out SlotTime time)
    {
        var parsed = Pattern.Parse(text?.Trim() ?? "");
        time = parsed.Success ? new SlotTime(parsed.Value) : default;
        return parsed.Success && parsed.Value.Minute % 30 == 0;
    }

    public override string ToString() => Pattern.Format(Value);
}
