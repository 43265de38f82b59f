using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace DigestFunctions.Core.Subscribers;

/// <summary>
/// A mailbox that the provider can send to, in the one spelling that stands for it: lower case, and a
/// domain of other scripts in its ASCII form (RFC 5890). At most 254 characters (RFC 5321, 4.5.3.1.3).
/// </summary>
internal readonly record struct EmailAddress
{
    private const int MaxLength = 254;
    private const int MaxLocalLength = 64;

    // Without the quoted forms of RFC 5322, which nobody has and which hide tricks.
    private const string LocalSymbols = "!#$%&'*+-/=?^_`{|}~.";

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    private readonly string? value;

    private EmailAddress(string value) => this.value = value;

    public static bool TryParse([NotNullWhen(true)] string? text, out EmailAddress address)
    {
        address = default;
        var trimmed = text?.Trim() ?? "";
        var at = trimmed.LastIndexOf('@');
        if (at < 1 || trimmed.Length > MaxLength
            || !IsLocal(trimmed.AsSpan(0, at))
            || !TryAsciiDomain(trimmed[(at + 1)..], out var domain))
        {
            return false;
        }

        var whole = $"{trimmed[..at]}@{domain}".ToLowerInvariant();
        if (whole.Length > MaxLength)
            return false;
        address = new EmailAddress(whole);
        return true;
    }

    /// <summary>An address that was accepted once, by the rules of then.</summary>
    public static EmailAddress FromStore(string text) => new(text);

    public override string ToString() => value ?? "";

    private static bool IsLocal(ReadOnlySpan<char> local)
    {
        if (local.Length > MaxLocalLength || local[0] == '.' || local[^1] == '.' || local.Contains("..", StringComparison.Ordinal))
            return false;
        foreach (var character in local)
        {
            if (!char.IsAsciiLetterOrDigit(character) && !LocalSymbols.Contains(character, StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    private static bool TryAsciiDomain(string text, out string domain)
    {
        domain = "";
        try
        {
            domain = Idn.GetAscii(text.Normalize(NormalizationForm.FormKC));
        }
        catch (ArgumentException)
        {
            return false;
        }

        var labels = domain.Split('.');
        return labels.Length >= 2
            && Array.TrueForAll(labels, label => label.Length is > 0 and <= 63)
            && !Array.TrueForAll(labels[^1].ToCharArray(), char.IsAsciiDigit);
    }
}
