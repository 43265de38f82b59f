using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using NodaTime;

namespace DigestFunctions.Core.Subscribers;

/// <summary>What a link may be used for; none can be used for another.</summary>
internal enum LinkPurpose : byte
{
    /// <summary>Confirming a sign-up. Good for 7 days.</summary>
    Confirm = 1,

    /// <summary>Every link of a mail: leaving, and what comes to it. Doesn't expire.</summary>
    Mail = 2,

    /// <summary>Her data: having it, moving it to another address, erasing it. Good for an hour.</summary>
    Data = 3,

    /// <summary>Confirming another address, from there. Good for a day; its generation is the change's number.</summary>
    Address = 4,
}

/// <summary>What a link says once its signature has been checked.</summary>
internal readonly record struct LinkToken(LinkPurpose Purpose, SubscriberId Subscriber, ushort Generation);

/// <summary>What came of reading a token that a stranger sent.</summary>
internal abstract record TokenReading
{
    private TokenReading()
    {
    }

    internal sealed record Good(LinkToken Token) : TokenReading;

    /// <summary>Ours, and too old.</summary>
    internal sealed record Expired(LinkToken Token) : TokenReading;

    /// <summary>Not ours, for something else, or damaged.</summary>
    internal sealed record Bad : TokenReading;
}

/// <summary>
/// Writes and reads the signed tokens of links: key id, purpose, generation, for one that expires the
/// minute it was made, the subscriber's id, and the first 16 bytes of HMAC-SHA-256 over all that;
/// base64url without padding (RFC 4648, 5). 48 characters, or 54.
/// </summary>
internal sealed class LinkTokens(LinkKeys keys, TimeProvider time)
{
    public static readonly Duration ConfirmLifetime = Duration.FromDays(7);
    public static readonly Duration DataLifetime = Duration.FromHours(1);
    public static readonly Duration AddressLifetime = Duration.FromDays(1);

    private const int MacLength = 16;
    private const int HeadLength = 4;
    private const int MinuteLength = 4;
    private const int MaxLength = HeadLength + MinuteLength + SubscriberId.ByteLength + MacLength;

    public string Write(LinkToken token)
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        bytes[0] = keys.Current.Id;
        bytes[1] = (byte)token.Purpose;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], token.Generation);
        var length = HeadLength;
        if (LifetimeOf(token.Purpose) is not null)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes[length..], Minute(time.GetUtcNow()));
            length += MinuteLength;
        }

        token.Subscriber.Write(bytes[length..]);
        length += SubscriberId.ByteLength;
        Sign(keys.Current, bytes[..length], bytes[length..(length + MacLength)]);
        return Base64Url.EncodeToString(bytes[..(length + MacLength)]);
    }

    public TokenReading Read(string? text, LinkPurpose purpose)
    {
        var signed = SignedLength(purpose);
        Span<byte> bytes = stackalloc byte[MaxLength];
        Span<byte> mac = stackalloc byte[MacLength];
        if (!TryDecode(text, bytes[..(signed + MacLength)])
            || bytes[1] != (byte)purpose
            || !keys.TryFind(bytes[0], out var key))
        {
            return new TokenReading.Bad();
        }

        Sign(key, bytes[..signed], mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, bytes[signed..(signed + MacLength)]))
            return new TokenReading.Bad();

        var token = new LinkToken(
            purpose,
            SubscriberId.Read(bytes[(signed - SubscriberId.ByteLength)..signed]),
            BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
        return LifetimeOf(purpose) is { } lifetime && IsOver(BinaryPrimitives.ReadUInt32BigEndian(bytes[HeadLength..]), lifetime)
            ? new TokenReading.Expired(token)
            : new TokenReading.Good(token);
    }

    // A text that decodes and isn't what encoding yields again (spare bits, padding, spaces) is not a token.
    private static bool TryDecode(string? text, Span<byte> destination) =>
        text is not null
        && text.Length == Base64Url.GetEncodedLength(destination.Length)
        && Base64Url.IsValid(text)
        && Base64Url.TryDecodeFromChars(text, destination, out var written)
        && written == destination.Length
        && Base64Url.EncodeToString(destination) == text;

    private static void Sign(LinkKey key, ReadOnlySpan<byte> bytes, Span<byte> mac)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Secret, bytes, whole);
        whole[..MacLength].CopyTo(mac);
    }

    // Null of one that doesn't expire.
    private static Duration? LifetimeOf(LinkPurpose purpose) => purpose switch
    {
        LinkPurpose.Confirm => ConfirmLifetime,
        LinkPurpose.Data => DataLifetime,
        LinkPurpose.Address => AddressLifetime,
        _ => null,
    };

    private static int SignedLength(LinkPurpose purpose) =>
        HeadLength + (LifetimeOf(purpose) is null ? 0 : MinuteLength) + SubscriberId.ByteLength;

    private static uint Minute(DateTimeOffset at) => (uint)(at.ToUnixTimeSeconds() / 60);

    private bool IsOver(uint minute, Duration lifetime) => Minute(time.GetUtcNow()) > minute + (uint)lifetime.TotalMinutes;
}
