using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MemoryStore.Tables;

/// <summary>An entity as a request brings it: its keys, and its properties as they are kept and answered.</summary>
/// <param name="Json">An object: no nulls, no keys, each annotation before its property.</param>
internal readonly record struct Entity(string PartitionKey, string RowKey, byte[] Json)
{
    public static readonly JsonWriterOptions AsItIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static Entity Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        return new Entity(
            root.GetProperty(nameof(PartitionKey)).GetString()!,
            root.GetProperty(nameof(RowKey)).GetString()!,
            Write(writer => WriteProperties(writer, root, unless: default)));
    }

    /// <summary>What was there with what comes: a column that isn't sent, or is sent as null, stays.</summary>
    public Entity MergedInto(in Row stored)
    {
        using var before = JsonDocument.Parse(stored.JsonMemory);
        using var after = JsonDocument.Parse(Json);
        var (old, changed) = (before.RootElement, after.RootElement);
        return this with
        {
            Json = Write(writer =>
            {
                WriteProperties(writer, old, unless: changed);
                WriteProperties(writer, changed, unless: default);
            }),
        };
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer, AsItIs);
        writer.WriteStartObject();
        write(writer);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteProperties(Utf8JsonWriter writer, JsonElement from, JsonElement unless)
    {
        foreach (var property in from.EnumerateObject())
        {
            if (!IsOurs(property) || (unless.ValueKind == JsonValueKind.Object && unless.TryGetProperty(property.Name, out _)))
                continue;
            if (from.TryGetProperty(property.Name + Edm.TypeSuffix, out var type))
                WriteType(writer, property.Name, type.GetString()!);
            writer.WritePropertyName(property.Name);
            property.Value.WriteTo(writer);
        }
    }

    private static void WriteType(Utf8JsonWriter writer, string name, string type)
    {
        if (type is "Edm.String" or "Edm.Int32" or "Edm.Boolean")
            return;
        if (type is not ("Edm.Int64" or "Edm.DateTime" or "Edm.Guid" or "Edm.Binary"))
            throw new NotSupportedException($"The store in memory knows no {type}.");
        writer.WriteString(name + Edm.TypeSuffix, type);
    }

    private static bool IsOurs(JsonProperty property) =>
        property.Value.ValueKind != JsonValueKind.Null
        && property.Name is not ("PartitionKey" or "RowKey" or "Timestamp")
        && !property.Name.Contains("odata.", StringComparison.Ordinal);
}
