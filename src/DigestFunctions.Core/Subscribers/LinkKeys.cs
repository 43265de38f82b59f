using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace DigestFunctions.Core.Subscribers;

/// <summary>A key that signs links: its number, 0 to 255, and at least 32 bytes.</summary>
internal sealed record LinkKey(byte Id, byte[] Secret);

/// <summary>The keys of <c>Links:Secret</c>: the first signs, all are good for reading.</summary>
internal sealed class LinkKeys
{
    private readonly IReadOnlyList<LinkKey> keys;

    private LinkKeys(IReadOnlyList<LinkKey> keys) => this.keys = keys;

    public LinkKey Current => keys[0];

    public IReadOnlyList<LinkKey> All => keys;

    public bool TryFind(byte id, [NotNullWhen(true)] out LinkKey? key) =>
        (key = keys.FirstOrDefault(candidate => candidate.Id == id)) is not null;

    /// <summary>Reads <c>keyId:secret</c>, several divided by commas: <c>2:BASE64,1:BASE64</c>.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out LinkKeys? keys)
    {
        keys = null;
        var parsed = new List<LinkKey>();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split(':') is not [var id, var secret]
                || !byte.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || parsed.Exists(key => key.Id == number)
                || !Secrets.TryParse(secret, out var bytes))
            {
                return false;
            }

            parsed.Add(new LinkKey(number, bytes));
        }

        keys = parsed.Count > 0 ? new LinkKeys(parsed) : null;
        return keys is not null;
    }
}

/// <summary>Secrets as settings give them: base64 of at least 32 bytes.</summary>
internal static class Secrets
{
    public const int MinLength = 32;

    public static bool TryParse(string? text, [NotNullWhen(true)] out byte[]? secret)
    {
        secret = null;
        var buffer = new byte[(text ?? "").Length];
        if (!Convert.TryFromBase64String(text ?? "", buffer, out var length) || length < MinLength)
            return false;
        secret = buffer[..length];
        return true;
    }

    /// <summary>Whether it is one of local.settings.sample.json's, which everybody knows.</summary>
    public static bool IsExample(byte[] secret) => secret.AsSpan().StartsWith("example for development only"u8);

    public static string New() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(MinLength));
}
