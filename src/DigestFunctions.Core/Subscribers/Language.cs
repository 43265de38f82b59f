using System.Diagnostics.CodeAnalysis;

namespace DigestFunctions.Core.Subscribers;

/// <summary>
/// A language that subscribers read, by its two-letter code (ISO 639-1). Which ones there are, the
/// content says: one has its texts in <c>content/text/CODE.json</c>.
/// </summary>
internal readonly record struct Language
{
    private readonly string? code;

    private Language(string code) => this.code = code;

    public static Language English { get; } = new("en");

    public static Language Korean { get; } = new("ko");

    public static bool TryParse([NotNullWhen(true)] string? text, out Language language)
    {
        language = default;
        if (text is not { Length: 2 } || !text.All(char.IsAsciiLetter))
            return false;
        language = new Language(text.ToLowerInvariant());
        return true;
    }

    public override string ToString() => code ?? "en";
}
