using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Web.Operate;

/// <summary>
/// The keys of <c>Operate:Key</c>, divided by commas: each opens the operator's pages, the first signs who is in.
/// With none, the pages are closed to everybody.
/// </summary>
internal sealed class OperateKeys
{
    private readonly IReadOnlyList<byte[]> keys;

    private OperateKeys(IReadOnlyList<byte[]> keys) => this.keys = keys;

    /// <summary>What the setting holds instead of keys, where that is a reference that could not be resolved: then there are none.</summary>
    public string? Reference { get; private init; }

    public bool IsSet => keys.Count > 0;

    public static bool TryParse(string? text, [NotNullWhen(true)] out OperateKeys? parsed)
    {
        parsed = null;
        if (VaultReference.Find(text) is { } reference)
        {
            parsed = new OperateKeys([]) { Reference = reference };
            return true;
        }

        var read = new List<byte[]>();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Secrets.TryParse(part, out var key))
                return false;
            read.Add(key);
        }

        parsed = new OperateKeys(read);
        return true;
    }

    /// <summary>Whether one of them is an example's, which everybody knows.</summary>
    public bool HasExample => keys.Any(Secrets.IsExample);

    /// <summary>Whether a text is one of the keys; takes as long whichever it is, and however much of it is right.</summary>
    public bool Opens(string? text)
    {
        Span<byte> given = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Secrets.TryParse(text?.Trim(), out var bytes) ? bytes : [], given);
        var opens = false;
        foreach (var key in keys)
            opens |= CryptographicOperations.FixedTimeEquals(given, SHA256.HashData(key));
        return opens;
    }

    /// <summary>HMAC-SHA-256 over a purpose and bytes, by the first key.</summary>
    public byte[] Sign(ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> bytes) => HMACSHA256.HashData(keys[0], (byte[])[.. purpose, .. bytes]);
}
