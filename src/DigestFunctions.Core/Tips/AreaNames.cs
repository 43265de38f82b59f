using System.Diagnostics.CodeAnalysis;

namespace DigestFunctions.Core.Tips;

/// <summary>Areas and energies as files, forms and rows name them.</summary>
internal static class AreaNames
{
    public static string ToKey(this Area area) => area.ToString().ToLowerInvariant();

    public static string ToKey(this Energy energy) => energy.ToString().ToLowerInvariant();

    public static bool TryParse([NotNullWhen(true)] string? text, out Area area) => TryParse<Area>(text, out area);

    public static bool TryParse([NotNullWhen(true)] string? text, out Energy energy) => TryParse<Energy>(text, out energy);

    // Not Enum.TryParse, which takes numbers and lists.
    private static bool TryParse<T>([NotNullWhen(true)] string? text, out T value)
        where T : struct, Enum
    {
        foreach (var known in Enum.GetValues<T>())
        {
            if (string.Equals(known.ToString().ToLowerInvariant(), text, StringComparison.Ordinal))
            {
                value = known;
                return true;
            }
        }

        value = default;
        return false;
    }
}
