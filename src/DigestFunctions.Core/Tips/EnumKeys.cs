using System.Diagnostics.CodeAnalysis;

namespace DigestFunctions.Core.Tips;

/// <summary>Areas, energies and the like as files, forms and rows name them: in lower case.</summary>
internal static class EnumKeys
{
    public static string ToKey<T>(this T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    public static IEnumerable<string> Of<T>()
        where T : struct, Enum => Enum.GetValues<T>().Select(ToKey);

    // Not Enum.TryParse, which takes numbers and lists.
    public static bool TryParse<T>([NotNullWhen(true)] string? text, out T value)
        where T : struct, Enum
    {
        foreach (var known in Enum.GetValues<T>())
        {
            if (string.Equals(known.ToKey(), text, StringComparison.Ordinal))
            {
                value = known;
                return true;
            }
        }

        value = default;
        return false;
    }
}
