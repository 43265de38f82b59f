using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace DigestFunctions.Core.Subscribers;

/// <summary>
/// The first 128 bits of HMAC-SHA-256 over the address with <c>Identity:Secret</c>, written as 32
/// lower-case hex digits: the same for the same address, and silent about it.
/// </summary>
internal readonly record struct SubscriberId(UInt128 Value)
{
    public const int ByteLength = 16;

    /// <summary>The subscriber's partition: the first two hex digits.</summary>
    public string Partition => ToString()[..2];

    public static SubscriberId Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    public void Write(Span<byte> destination) =>
        BinaryPrimitives.WriteUInt128BigEndian(destination, Value);

    public static bool TryParse([NotNullWhen(true)] string? text, out SubscriberId id)
    {
        id = default;
        if (text is not { Length: 32 } || !text.All(char.IsAsciiHexDigitLower))
            return false;

        id = new SubscriberId(UInt128.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
        return true;
    }

    /// <summary>Reads an id that we wrote.</summary>
    /// <exception cref="FormatException">It isn't one.</exception>
    public static SubscriberId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a subscriber's id.");

    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}
