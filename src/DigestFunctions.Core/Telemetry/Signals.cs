using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DigestFunctions.Core.Telemetry;

/// <summary>
/// Where all figures and traces come from; each capability has its own instruments. No tag holds an address, a name, a
/// token or an id of a subscriber, and a figure's tags have few values.
/// </summary>
internal static class Signals
{
    public const string Name = "EmpathyDigest";

    public static Meter Meter { get; } = new(Name);

    public static ActivitySource Spans { get; } = new(Name);

    /// <summary>Begins a trace of its own: whatever called, a timer say, does many such things, and goes by another's rules.</summary>
    public static Activity? Begin(string name, ActivityKind kind = ActivityKind.Internal)
    {
        if (!Spans.HasListeners())
            return null;
        Activity.Current = null;
        return Spans.StartActivity(name, kind);
    }

    /// <summary>What a span says of a message: https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/.</summary>
    public static Activity? OfMessage(this Activity? span, string queue, string operation) => span
        ?.SetTag("messaging.system", "azure_storage_queue")
        .SetTag(Tag.Queue, queue)
        .SetTag("messaging.operation.name", operation)
        .SetTag("messaging.operation.type", operation);

    /// <summary>Says of a span that it failed; of the exception its type alone, since its words are not ours. Always false: for a filter, which catches nothing.</summary>
    public static bool Failed(this Activity? span, Exception failure)
    {
        span?.SetStatus(ActivityStatusCode.Error).SetTag(Tag.Error, failure.GetType().FullName);
        return false;
    }

    public static KeyValuePair<string, object?> With(string tag, object? value) => new(tag, value);
}

/// <summary>The tags of figures and spans.</summary>
internal static class Tag
{
    public const string Kind = "empathy_digest.mail.kind";
    public const string RunState = "empathy_digest.run.state";
    public const string BatchState = "empathy_digest.batch.state";
    public const string Call = "empathy_digest.provider.call";
    public const string Event = "empathy_digest.event.type";
    public const string Outcome = "empathy_digest.sign_up.outcome";
    public const string Answer = "empathy_digest.check_in.answer";
    public const string Reason = "empathy_digest.refusal.reason";
    public const string Queue = "messaging.destination.name";
    public const string Status = "http.response.status_code";
    public const string Error = "error.type";

    // Of spans only: these have many values.
    public const string Run = "empathy_digest.run";
    public const string Range = "empathy_digest.range";
    public const string Batch = "empathy_digest.batch";
    public const string Attempt = "empathy_digest.batch.attempt";
    public const string Recipients = "empathy_digest.recipients";
}
