using System.Text.Json;
using NodaTime;

namespace DigestFunctions.Core.Email;

/// <summary>What came back of one call, and what can be read in it.</summary>
/// <param name="Status">0 where no answer came.</param>
/// <param name="Why">What to say of it, without the answer's words.</param>
internal readonly record struct SendGridAnswer(int Status, string Body, string Why)
{
    /// <summary>Certainly nothing of the request's body was sent.</summary>
    public bool BodyNotSent { get; init; }

    /// <summary>Why no answer came, where none did: the name of an exception.</summary>
    public string? Failure { get; init; }

    /// <summary>What a 429 asks for.</summary>
    public Duration? RetryAfter { get; init; }

    /// <summary>Whom the call was for.</summary>
    public IReadOnlyCollection<Recipient> To { get; init; } = [];

    public SendGridErrors Errors => SendGridErrors.Read(Body, To);

    /// <summary>What to say of it, with the provider's words.</summary>
    public string Reason => Errors.Reason(Why);

    /// <summary>Null where it holds none.</summary>
    public string? BatchId => Read(Body, answer => Text(answer, "batch_id"));

    /// <summary>Null where it isn't about scopes.</summary>
    public IReadOnlyList<string>? Scopes => Read<IReadOnlyList<string>>(Body, answer => Object(answer)
        && answer.TryGetProperty("scopes", out var scopes) && scopes.ValueKind == JsonValueKind.Array
        ? [.. scopes.EnumerateArray().Where(scope => scope.ValueKind == JsonValueKind.String).Select(scope => scope.GetString()!)]
        : null);

    /// <summary>A batch id's status among the scheduled sends, empty where it has none; null where the answer isn't about them.</summary>
    public string? StatusOf(string batchId) => Read(Body, sends => sends.ValueKind == JsonValueKind.Array
        ? sends.EnumerateArray().Where(send => Text(send, "batch_id") == batchId).Select(send => Text(send, "status")).FirstOrDefault() ?? ""
        : null);

    private static T? Read<T>(string body, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return read(document.RootElement);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool Object(JsonElement element) => element.ValueKind == JsonValueKind.Object;

    private static string? Text(JsonElement element, string property) =>
        Object(element) && element.TryGetProperty(property, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
