using System.Buffers;

namespace SendGridEmulator.Reading;

/// <summary>
/// What SendGrid takes for an e-mail address: ASCII, a dot-atom, an @ and a domain of labels. It doesn't ask
/// for a dot in the domain, and knows neither quoted local parts nor international addresses.
/// </summary>
internal static class AddressRules
{
    /// <summary>SendGrid's limit, with local part, @ and domain.</summary>
    public const int MaxLength = 320;

    private static readonly SearchValues<byte> LocalBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~."u8);

    private static readonly SearchValues<byte> DomainBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-."u8);

    public static bool IsAddress(ReadOnlySpan<byte> text)
    {
        var at = text.IndexOf((byte)'@');
        if (at is < 1 or > 64)
            return false;

        return IsDotted(text[..at], LocalBytes) && IsDomain(text[(at + 1)..]);
    }

    private static bool IsDomain(ReadOnlySpan<byte> domain)
    {
        if (domain.Length > 255 || !IsDotted(domain, DomainBytes))
            return false;

        foreach (var range in domain.Split((byte)'.'))
        {
            var label = domain[range];
            if (label.Length > 63 || label[0] == '-' || label[^1] == '-')
                return false;
        }

        return true;
    }

    private static bool IsDotted(ReadOnlySpan<byte> text, SearchValues<byte> allowed) =>
        text.Length > 0 && text[0] != '.' && text[^1] != '.'
        && text.IndexOf(".."u8) < 0 && !text.ContainsAnyExcept(allowed);
}
