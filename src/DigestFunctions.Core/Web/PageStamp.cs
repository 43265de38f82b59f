using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Core.Web;

/// <summary>A page whose button counts only by its stamp.</summary>
internal enum StampedPage : byte
{
    Form = 1,
    Confirm = 2,
    Address = 3,
    Erase = 4,

    /// <summary>Where one press pauses, or has a link mailed.</summary>
    Preferences = 5,

    /// <summary>Where one press brings back who has left.</summary>
    Left = 6,

    /// <summary>Where one press says how a week went, or asks to be reminded.</summary>
    CheckIn = 7,
}

/// <summary>
/// Says when a page was made, so that its button counts only where the page was opened, and looked at for as long as
/// a person needs: what posts at once is a program, such as a mail scanner that renders pages. Unix milliseconds,
/// and the first 16 bytes of HMAC-SHA-256 over the page, them and what the stamp is bound to; base64url, 32 characters.
/// </summary>
internal sealed class PageStamp(LinkKeys keys, TimeProvider time)
{
    /// <summary>The field that carries it.</summary>
    public const string Field = "stamp";

    public static readonly Duration Lifetime = Duration.FromDays(1);

    private const int MomentLength = 8;
    private const int MacLength = 16;

    // What links sign begins with a key's number and a purpose: none has this one.
    private static readonly byte[] Prefix = "stamp"u8.ToArray();

    /// <summary>How soon after it was made a page can be posted.</summary>
    public static Duration LeastAge(StampedPage page) => Duration.FromSeconds(page == StampedPage.Form ? 2 : 1);

    /// <param name="page">Which.</param>
    /// <param name="boundTo">What it is good for alone: the page's token, where it has one.</param>
    public string New(StampedPage page, string boundTo = "")
    {
        Span<byte> bytes = stackalloc byte[MomentLength + MacLength];
        BinaryPrimitives.WriteInt64BigEndian(bytes, time.Now.ToUnixTimeMilliseconds());
        Sign(keys.Current, page, bytes[..MomentLength], boundTo, bytes[MomentLength..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Whether it is ours, of this page, and neither too young nor too old.</summary>
    public bool IsGood(string? stamp, StampedPage page, string boundTo = "")
    {
        Span<byte> bytes = stackalloc byte[MomentLength + MacLength];
        if (stamp?.Length != Base64Url.GetEncodedLength(bytes.Length)
            || !Base64Url.IsValid(stamp)
            || !Base64Url.TryDecodeFromChars(stamp, bytes, out var written)
            || written != bytes.Length
            || !IsOurs(bytes[..MomentLength], page, boundTo, bytes[MomentLength..]))
        {
            return false;
        }

        var age = Duration.FromMilliseconds(time.Now.ToUnixTimeMilliseconds() - BinaryPrimitives.ReadInt64BigEndian(bytes));
        return age >= LeastAge(page) && age <= Lifetime;
    }

    private bool IsOurs(ReadOnlySpan<byte> moment, StampedPage page, string boundTo, ReadOnlySpan<byte> mac)
    {
        Span<byte> expected = stackalloc byte[MacLength];
        foreach (var key in keys.All)
        {
            Sign(key, page, moment, boundTo, expected);
            if (CryptographicOperations.FixedTimeEquals(expected, mac))
                return true;
        }

        return false;
    }

    private static void Sign(LinkKey key, StampedPage page, ReadOnlySpan<byte> moment, string boundTo, Span<byte> mac)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Secret, [.. Prefix, (byte)page, .. moment, .. Encoding.UTF8.GetBytes(boundTo)], whole);
        whole[..MacLength].CopyTo(mac);
    }
}
