namespace SendGridEmulator.Reading;

/// <summary>
/// 64 bits that stand for a text when only sameness matters: FNV-1a with a final mix, so that counting
/// a million recipients keeps no million strings. Never 0, which means "no text".
/// </summary>
internal static class TextHash
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    public static ulong Of(ReadOnlySpan<byte> text)
    {
        var hash = Offset;
        foreach (var b in text)
            hash = (hash ^ b) * Prime;
        return Mix(hash);
    }

    /// <summary>Addresses that differ in case only are the same recipient.</summary>
    public static ulong OfAddress(ReadOnlySpan<byte> address)
    {
        var hash = Offset;
        foreach (var b in address)
            hash = (hash ^ Lower(b)) * Prime;
        return Mix(hash);
    }

    public static ulong OfAddress(string address) => OfAddress(System.Text.Encoding.UTF8.GetBytes(address));

    public static ulong Both(ulong first, ulong second) => Mix((first * Prime) ^ second);

    private static byte Lower(byte b) => b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;

    private static ulong Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
        hash ^= hash >> 33;
        return hash == 0 ? 1 : hash;
    }
}
