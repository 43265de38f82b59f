using System.Globalization;
using System.Text.Json.Nodes;
using DigestFunctions.Core.Delivery;
using NodaTime;

namespace DigestFunctions.Tests.Delivery.Events;

/// <summary>Events as the provider writes them.</summary>
internal static class Reported
{
    public static readonly Instant At = Instant.FromUtc(2026, 12, 1, 7, 31);

    /// <param name="kind">The event, and after a colon its type (<c>bounce:blocked</c>) or its reason (<c>dropped:Invalid</c>).</param>
    /// <param name="reference">The mail's.</param>
    /// <param name="words">The mail server's.</param>
    /// <param name="at">When it happened.</param>
    /// <param name="to">Whom the mail was to.</param>
    public static string Event(string kind, string? reference, string words = "550 5.1.1 No such mailbox.", Instant? at = null, string to = "mina@example.com")
    {
        var (name, detail) = kind.Split(':') is [var first, var second] ? (first, second) : (kind, "");
        var json = new JsonObject
        {
            ["email"] = to,
            ["timestamp"] = (at ?? At).ToUnixTimeSeconds(),
            ["event"] = name,
            ["category"] = new JsonArray("digest"),
            ["sg_event_id"] = Guid.NewGuid().ToString("n"),
            ["key"] = "digest:2026-W49",
        };
        if (reference is not null)
            json["ref"] = reference;
        if (name == "bounce")
            (json["type"], json["status"], json["reason"]) = (detail, "5.1.1", words);
        else if (name == "dropped")
            json["reason"] = detail;
        return json.ToJsonString();
    }

    public static string Of(Batch batch, int attempt, int member) =>
        string.Create(CultureInfo.InvariantCulture, $"{batch.Run}/{batch.Key}/{attempt}/{member}");
}
