using System.Text;

namespace MemoryStore.Tables;

/// <summary>
/// An entity as one array of bytes: its row key, and the JSON object of its properties as it will be answered.
/// A million of them are held, and a dictionary each would be gigabytes.
/// </summary>
/// <param name="Data">The key's UTF-8, then the JSON.</param>
/// <param name="Ticks">When it was written, by which it is also known: no two writes of a table have the same.</param>
internal readonly record struct Row(byte[] Data, int KeyLength, long Ticks)
{
    public ReadOnlySpan<byte> Key => Data.AsSpan(0, KeyLength);

    public ReadOnlySpan<byte> Json => Data.AsSpan(KeyLength);

    public ReadOnlyMemory<byte> JsonMemory => Data.AsMemory(KeyLength);

    public string KeyText => Encoding.UTF8.GetString(Key);

    public string ETag => $"W/\"datetime'{Uri.EscapeDataString(Timestamp)}'\"";

    public string Timestamp => Edm.DateTime(Ticks);

    public static Row Of(string key, ReadOnlySpan<byte> json, long ticks)
    {
        var keyLength = Encoding.UTF8.GetByteCount(key);
        var data = new byte[keyLength + json.Length];
        Encoding.UTF8.GetBytes(key, data);
        json.CopyTo(data.AsSpan(keyLength));
        return new Row(data, keyLength, ticks);
    }
}
