using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web;

/// <summary>The fields of a JSON object whose values are text.</summary>
internal static class JsonFields
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    public static BodyReading Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return Refused("not_json");

            var fields = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
                    return Refused("not_text");
                fields[property.Name] = property.Value.GetString() ?? "";
            }

            return new BodyReading.Fields(fields);
        }
        // Half of a surrogate pair is InvalidOperation's.
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return Refused("not_json");
        }
    }

    private static BodyReading.Refused Refused(string reason) => new(StatusCodes.Status400BadRequest, reason);
}
