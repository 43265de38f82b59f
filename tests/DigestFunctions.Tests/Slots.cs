using DigestFunctions.Core.Schedule;
using Xunit;

namespace DigestFunctions.Tests;

/// <summary>Slots and runs as they are written.</summary>
internal static class Slots
{
    public static Slot Tuesday { get; } = Slot("digest|Europe~Paris|Tue|08:30");

    public static Slot Friday { get; } = Slot("digest|Europe~Paris|Fri|08:30");

    /// <summary>Tuesday's run in the week after the one that TestApp's clock begins in.</summary>
    public static RunId NextTuesday { get; } = Run("digest|Europe~Paris|Tue|08:30|2026-12-01");

    public static Slot Slot(string text)
    {
        Assert.True(Core.Schedule.Slot.TryParse(text, out var slot));
        return slot;
    }

    public static RunId Run(string text)
    {
        Assert.True(RunId.TryParse(text, out var run));
        return run;
    }

    public static IssueId Issue(string text)
    {
        Assert.True(IssueId.TryParse(text, out var issue));
        return issue;
    }

    public static IdRange Range(string prefix)
    {
        Assert.True(IdRange.TryParse(prefix, out var range));
        return range;
    }
}
