using System.Diagnostics.CodeAnalysis;
using DigestFunctions.Core.Schedule;
using NodaTime;

namespace DigestFunctions.Core.Subscribers;

/// <summary>Some days of the week, or none. Written <c>Mon,Thu</c>.</summary>
internal readonly record struct DaySet
{
    private readonly byte bits;

    private DaySet(byte bits) => this.bits = bits;

    public static DaySet None => default;

    public bool IsEmpty => bits == 0;

    public IEnumerable<IsoDayOfWeek> Days
    {
        get
        {
            var self = this;
            return Weekdays.All.Where(day => self.Holds(day));
        }
    }

    public static DaySet Of(params IEnumerable<IsoDayOfWeek> days) => new((byte)days.Aggregate(0, (bits, day) => bits | (1 << ((int)day - 1))));

    public bool Holds(IsoDayOfWeek day) => (bits & (1 << ((int)day - 1))) != 0;

    public static bool TryParse([NotNullWhen(true)] string? text, out DaySet days)
    {
        days = default;
        if (text is null)
            return false;
        var read = new List<IsoDayOfWeek>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!Weekdays.TryParse(part, out var day))
                return false;
            read.Add(day);
        }

        days = Of(read);
        return true;
    }

    public override string ToString() => string.Join(',', Days.Select(Weekdays.Short));
}
