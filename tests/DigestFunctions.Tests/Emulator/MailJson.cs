using System.Globalization;
using System.Text.Json.Nodes;

namespace DigestFunctions.Tests.Emulator;

/// <summary>A body for mail/send that is right unless a test changes it.</summary>
internal sealed class MailJson
{
    public JsonObject Json { get; } = new()
    {
        ["personalizations"] = new JsonArray(),
        ["from"] = new JsonObject { ["email"] = "tips@example.org", ["name"] = "Empathy Digest" },
        ["subject"] = "This week",
        ["content"] = new JsonArray(Content("text/plain", "Hello"), Content("text/html", "<p>Hello</p>")),
    };

    public static MailJson To(params string[] addresses)
    {
        var mail = new MailJson();
        foreach (var address in addresses)
            mail.Personalizations.Add(new JsonObject { ["to"] = new JsonArray(new JsonObject { ["email"] = address }) });
        return mail;
    }

    public static MailJson ToMany(int count) =>
        To([.. Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"reader{i}@example.org"))]);

    public static JsonObject Content(string type, string value) => new() { ["type"] = type, ["value"] = value };

    public JsonArray Personalizations => Json["personalizations"]!.AsArray();

    public MailJson With(string field, JsonNode? value)
    {
        Json[field] = value;
        return this;
    }

    public MailJson Without(string field)
    {
        Json.Remove(field);
        return this;
    }

    /// <summary>Sets a field of every personalization.</summary>
    public MailJson Each(string field, JsonNode value)
    {
        foreach (var personalization in Personalizations)
            personalization![field] = value.DeepClone();
        return this;
    }

    public MailJson Keyed(string key) => Each("custom_args", new JsonObject { ["key"] = key, ["ref"] = "run|0|1" });

    public MailJson At(DateTimeOffset sendAt, string? batchId = null)
    {
        With("send_at", sendAt.ToUnixTimeSeconds());
        return batchId is null ? this : With("batch_id", batchId);
    }
}
