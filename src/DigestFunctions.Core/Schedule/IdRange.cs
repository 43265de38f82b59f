using System.Diagnostics.CodeAnalysis;

namespace DigestFunctions.Core.Schedule;

/// <summary>
/// An interval of subscriber ids: those that begin with a prefix of hex digits. Ids spread evenly, so
/// that each of the 16 parts of a range is a fair share of it.
/// </summary>
internal readonly record struct IdRange
{
    private const string Digits = "0123456789abcdef";
    private const int MaxLength = 16;

    private readonly string? prefix;

    private IdRange(string prefix) => this.prefix = prefix;

    /// <summary>All ids.</summary>
    public static IdRange Whole { get; } = new("");

    public IEnumerable<IdRange> Parts()
    {
        var parent = ToString();
        return Digits.Select(digit => new IdRange(parent + digit));
    }

    /// <summary>How much of the range lies before an id of it: from 0 to 1.</summary>
    public double ShareBefore(UInt128 id) => (double)(id << (ToString().Length * 4)) / Math.Pow(2, 128);

    public static bool TryParse([NotNullWhen(true)] string? text, out IdRange range)
    {
        range = default;
        if (text is null || text.Length > MaxLength || !text.All(char.IsAsciiHexDigitLower))
            return false;
        range = new IdRange(text);
        return true;
    }

    /// <summary>The prefix; empty for all.</summary>
    public override string ToString() => prefix ?? "";
}
