using System.Text.Json;

namespace SendGridEmulator.Mail;

internal sealed record Mailbox(string Email, string? Name)
{
    public static Mailbox Read(JsonElement element) =>
        new(element.GetProperty("email").GetString()!, element.TryGetProperty("name", out var name) ? name.GetString() : null);
}

/// <summary>What a request says once for all its personalizations.</summary>
internal sealed record SharedParts(
    Mailbox From,
    Mailbox? ReplyTo,
    string? Subject,
    string? Html,
    string? Text,
    IReadOnlyDictionary<string, string> Headers,
    IReadOnlyDictionary<string, string> CustomArgs,
    IReadOnlyList<string> Categories)
{
    public static SharedParts Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        return new SharedParts(
            Mailbox.Read(root.GetProperty("from")),
            ReplyToOf(root),
            Texts.Of(root, "subject"),
            ContentOf(root, "text/html"),
            ContentOf(root, "text/plain"),
            Texts.Pairs(root, "headers"),
            Texts.Pairs(root, "custom_args"),
            root.TryGetProperty("categories", out var categories) ? [.. categories.EnumerateArray().Select(c => c.GetString()!)] : []);
    }

    private static Mailbox? ReplyToOf(JsonElement root) =>
        root.TryGetProperty("reply_to", out var one) ? Mailbox.Read(one)
        : root.TryGetProperty("reply_to_list", out var list) && list.GetArrayLength() > 0 ? Mailbox.Read(list[0])
        : null;

    private static string? ContentOf(JsonElement root, string type)
    {
        if (!root.TryGetProperty("content", out var content))
            return null;

        foreach (var part in content.EnumerateArray())
        {
            if (part.GetProperty("type").ValueEquals(type))
                return part.GetProperty("value").GetString();
        }

        return null;
    }
}

internal static class Texts
{
    public static string? Of(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() : null;

    public static Dictionary<string, string> Pairs(JsonElement element, string name)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        if (element.TryGetProperty(name, out var values))
        {
            foreach (var pair in values.EnumerateObject())
                pairs[pair.Name] = pair.Value.GetString()!;
        }

        return pairs;
    }
}
