using System.Text.Json;
using System.Text.Json.Serialization;

namespace SendGridEmulator.Faults;

[JsonConverter(typeof(JsonStringEnumConverter<FaultReset>))]
internal enum FaultReset
{
    [JsonStringEnumMemberName("before")]
    Before,

    [JsonStringEnumMemberName("after")]
    After,
}

/// <summary>What goes wrong with the next calls to SendGrid's API.</summary>
internal sealed record Fault
{
    /// <summary>How many calls are affected; without it, all of them.</summary>
    public int? Calls { get; init; }

    /// <summary>Only calls whose path begins with this, such as <c>/v3/mail/send</c>.</summary>
    public string? Path { get; init; }

    /// <summary>Answered instead of what the call would have had.</summary>
    public int? Status { get; init; }

    /// <summary>Waits before it answers, in real milliseconds.</summary>
    public int DelayMs { get; init; }

    /// <summary>Cuts the connection: before the call was looked at, or after all of it was done.</summary>
    public FaultReset? Reset { get; init; }

    /// <summary>Of the calls counted, how many are hit, 0 to 1; without it, all of them.</summary>
    public double? Probability { get; init; }

    /// <summary>JSON for the answer, or a string for an answer that isn't JSON.</summary>
    public JsonElement? Body { get; init; }

    /// <summary>Sets X-RateLimit-Reset to so many seconds from now.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Mail of this call causes no events.</summary>
    public bool NoEvents { get; init; }

    /// <summary>The call is done before the status is answered or the delay begins.</summary>
    public bool Take { get; init; }

    public string? Mistake =>
        Calls is < 1 ? "calls must be at least 1."
        : Status is < 200 or > 599 ? "status must be between 200 and 599."
        : DelayMs is < 0 or > 600_000 ? "delayMs must be between 0 and 600000."
        : Probability is not (null or (>= 0 and <= 1)) ? "probability must be between 0 and 1."
        : RetryAfterSeconds < 0 ? "retryAfterSeconds must not be negative."
        : null;
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(Fault))]
[JsonSerializable(typeof(IReadOnlyList<Fault>))]
internal sealed partial class FaultJson : JsonSerializerContext;
