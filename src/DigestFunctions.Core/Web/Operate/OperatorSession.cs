using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using DigestFunctions.Core.Operations;
using NodaTime;

namespace DigestFunctions.Core.Web.Operate;

/// <summary>
/// Who is signed in, as the cookie says it: nothing is stored. Its value is two parts of base64url, divided by a point:
/// since when and until when (Unix milliseconds), a random number, the operator's name; and their HMAC by the key, so
/// that another key signs everybody out.
/// </summary>
/// <param name="By">What they call themselves.</param>
/// <param name="Since">When they signed in.</param>
/// <param name="Until">When they are out, unless they do something before.</param>
/// <param name="Number">What sets the session apart, for the token of its forms.</param>
internal sealed record OperatorSession(Operator By, Instant Since, Instant Until, ulong Number)
{
    /// <summary>How long it lasts without a request.</summary>
    public static readonly Duration Idle = Duration.FromHours(1);

    /// <summary>How long it lasts at the most.</summary>
    public static readonly Duration Longest = Duration.FromHours(12);

    private const int HeaderLength = 24;

    public static OperatorSession Begin(Operator by, Instant now) =>
        new(by, now, now + Idle, BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(sizeof(ulong))));

    /// <summary>The same with a new hour, when half of the last is over; null where it is good as it is.</summary>
    public OperatorSession? Prolonged(Instant now) =>
        Until - now < Idle / 2 && Until < Since + Longest ? this with { Until = Instant.Min(now + Idle, Since + Longest) } : null;

    /// <summary>What a form of this session carries, so that no page of another site can post one.</summary>
    public string FormToken(OperateKeys keys)
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(number, Number);
        return Base64Url.EncodeToString(keys.Sign("operator's form"u8, number).AsSpan(0, 16));
    }

    public string Write(OperateKeys keys)
    {
        var name = Encoding.UTF8.GetBytes(By.ToString());
        var bytes = new byte[HeaderLength + name.Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Since.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(8), Until.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(16), Number);
        name.CopyTo(bytes, HeaderLength);
        return $"{Base64Url.EncodeToString(bytes)}.{Base64Url.EncodeToString(keys.Sign("operator's session"u8, bytes))}";
    }

    /// <summary>The session of a cookie; null if it isn't ours, or over.</summary>
    public static OperatorSession? Read(string? cookie, OperateKeys keys, Instant now)
    {
        if (cookie?.Split('.') is not [var content, var mac] || !TryDecode(content, out var bytes) || !TryDecode(mac, out var given))
            return null;
        if (!CryptographicOperations.FixedTimeEquals(given, keys.Sign("operator's session"u8, bytes)) || bytes.Length <= HeaderLength)
            return null;
        var since = Instant.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes));
        var until = Instant.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(8)));
        return now < until && Operator.TryParse(Encoding.UTF8.GetString(bytes.AsSpan(HeaderLength)), out var by)
            ? new OperatorSession(by, since, until, BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(16)))
            : null;
    }

    private static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length > 1_024 || !Base64Url.IsValid(text))
            return false;
        bytes = Base64Url.DecodeFromChars(text);
        return true;
    }
}
