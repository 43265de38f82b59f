using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace DigestFunctions.Core.Tips;

/// <summary>A tip's name in kebab-case, the same in every language and stable for ever.</summary>
internal readonly partial record struct TipId
{
    private const int MaxLength = 60;

    private readonly string? value;

    private TipId(string value) => this.value = value;

    public static bool TryParse([NotNullWhen(true)] string? text, out TipId id)
    {
        id = default;
        if (text is null || text.Length > MaxLength || !Kebab().IsMatch(text))
            return false;
        id = new TipId(text);
        return true;
    }

    public override string ToString() => value ?? "";

    [GeneratedRegex(@"\A[a-z0-9]+(-[a-z0-9]+)*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Kebab();
}
