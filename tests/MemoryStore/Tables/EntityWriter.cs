using System.Buffers;
using System.Text;
using System.Text.Json;

namespace MemoryStore.Tables;

/// <summary>Writes entities as answers have them (minimal metadata): mostly by copying what is kept.</summary>
/// <param name="selected">The columns that are asked for; all if null.</param>
internal sealed class EntityWriter(string table, IReadOnlyCollection<string>? selected)
{
    private readonly bool withPartitionKey = selected?.Contains("PartitionKey") ?? true;
    private readonly bool withRowKey = selected?.Contains("RowKey") ?? true;
    private readonly bool withTimestamp = selected?.Contains("Timestamp") ?? true;
    private readonly ArrayBufferWriter<byte> buffer = new(1024);

    public ReadOnlyMemory<byte> Written => buffer.WrittenMemory;

    public void BeginEntity()
    {
        Write("{\"odata.metadata\":\"http://memory/$metadata#"u8);
        Write(table);
        Write("/@Element\","u8);
    }

    public void BeginList()
    {
        Write("{\"odata.metadata\":\"http://memory/$metadata#"u8);
        Write(table);
        Write("\",\"value\":["u8);
    }

    public void Next() => Write(","u8);

    public void BeginMember() => Write("{"u8);

    public void EndList() => Write("]}"u8);

    /// <param name="partitionKey">As JSON, quotes included.</param>
    public void WriteRest(ReadOnlySpan<byte> partitionKey, in Row row)
    {
        Span<byte> timestamp = stackalloc byte[28];
        Edm.WriteDateTime(row.Ticks, timestamp);
        Write("\"odata.etag\":\"W/\\\"datetime'"u8);
        WriteEscapingColons(timestamp);
        Write("'\\\"\""u8);
        if (withPartitionKey)
        {
            Write(",\"PartitionKey\":"u8);
            Write(partitionKey);
        }

        if (withRowKey)
        {
            Write(",\"RowKey\":"u8);
            WriteKey(row.Key);
        }

        if (withTimestamp)
        {
            Write(",\"Timestamp\":\""u8);
            Write(timestamp);
            Write("\""u8);
        }

        if (selected is null)
            WriteAll(row.Json);
        else
            WriteSelected(row.JsonMemory);
    }

    private void WriteAll(ReadOnlySpan<byte> json)
    {
        if (json.Length > 2)
            Write(","u8);
        Write(json[1..]);
    }

    private void WriteSelected(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            var cut = property.Name.IndexOf(Edm.TypeSuffix, StringComparison.Ordinal);
            if (!selected!.Contains(cut < 0 ? property.Name : property.Name[..cut]))
                continue;
            Write($",\"{property.Name}\":");
            Write(property.Value.GetRawText());
        }

        Write("}"u8);
    }

    private void WriteKey(ReadOnlySpan<byte> key)
    {
        if (key.IndexOfAny((byte)'"', (byte)'\\') >= 0 || key.IndexOfAnyInRange((byte)0, (byte)31) >= 0)
        {
            Write(JsonSerializer.Serialize(Encoding.UTF8.GetString(key)));
            return;
        }

        Write("\""u8);
        Write(key);
        Write("\""u8);
    }

    private void WriteEscapingColons(ReadOnlySpan<byte> text)
    {
        foreach (var part in text.Split((byte)':'))
        {
            if (part.Start.Value > 0)
                Write("%3A"u8);
            Write(text[part]);
        }
    }

    private void Write(ReadOnlySpan<byte> bytes) => buffer.Write(bytes);

    private void Write(string text) => Encoding.UTF8.GetBytes(text, buffer);
}
