using System.Diagnostics.CodeAnalysis;
using NodaTime;

namespace DigestFunctions.Core.Schedule;

/// <summary>Weekdays as keys and forms write them: <c>Mon</c> to <c>Sun</c>, or in full, in any case.</summary>
internal static class Weekdays
{
    private static readonly IsoDayOfWeek[] Days =
    [
        IsoDayOfWeek.Monday, IsoDayOfWeek.Tuesday, IsoDayOfWeek.Wednesday, IsoDayOfWeek.Thursday,
        IsoDayOfWeek.Friday, IsoDayOfWeek.Saturday, IsoDayOfWeek.Sunday,
    ];

    public static IReadOnlyList<IsoDayOfWeek> All => Days;

    public static string Short(IsoDayOfWeek day) => day.ToString()[..3];

    public static bool TryParse([NotNullWhen(true)] string? text, out IsoDayOfWeek day)
    {
        var wanted = text?.Trim();
        day = Array.Find(Days, candidate =>
            string.Equals(candidate.ToString(), wanted, StringComparison.OrdinalIgnoreCase)
            || string.Equals(Short(candidate), wanted, StringComparison.OrdinalIgnoreCase));
        return day != IsoDayOfWeek.None;
    }
}
