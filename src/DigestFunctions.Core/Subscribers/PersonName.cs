using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DigestFunctions.Core.Subscribers;

/// <summary>
/// What a subscriber wants to be called; may be empty. A stranger typed it, and it stands in mail that
/// we send: it is short, one line, and holds neither markup nor anything that a mail program makes a link of.
/// </summary>
internal readonly partial record struct PersonName
{
    public const int MaxLength = 60;

    private readonly string? value;

    private PersonName(string value) => this.value = value;

    public bool IsEmpty => string.IsNullOrEmpty(value);

    public static bool TryParse([NotNullWhen(true)] string? text, out PersonName name)
    {
        name = default;
        if (text is null || text.Length > MaxLength * 4 || !TryNormalize(text.Trim(), out var normal))
            return false;
        if (normal.Length > MaxLength || normal.EnumerateRunes().Any(IsForbidden) || LooksLikeLink().IsMatch(normal))
            return false;
        name = new PersonName(normal);
        return true;
    }

    /// <summary>A name that was accepted once, by the rules of then.</summary>
    public static PersonName FromStore(string? text) => new(text ?? "");

    public override string ToString() => value ?? "";

    // Unicode that isn't (a lone surrogate, a noncharacter) can't be normalised.
    private static bool TryNormalize(string text, out string normal)
    {
        try
        {
            normal = text.Normalize(NormalizationForm.FormC);
            return true;
        }
        catch (ArgumentException)
        {
            normal = "";
            return false;
        }
    }

    // Controls and line breaks forge mail headers, format characters turn text around; brackets are markup
    // or the delimiters of the mails' substitution tags.
    private static bool IsForbidden(Rune character) =>
        character.Value is '<' or '>' or '[' or ']' or '{' or '}' or '\\' or '@'
        || Rune.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse
        || (Rune.GetUnicodeCategory(character) is UnicodeCategory.Format && character.Value is not ('\u200c' or '\u200d'));

    // "example.com", "परीक्षा.भारत", "i❤.ws", "www.", "http://", "a/b", also where joiners that nobody sees stand between:
    // "J. R. Smith", "St. John" and "J.-P. Martin" are names.
    [GeneratedRegex(@"://|/|\bwww\b|[^\s.。．｡]\p{Cf}*[.。．｡](?![-'’])\p{Cf}*([^\s.。．｡]\p{Cf}*){2}", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex LooksLikeLink();
}
