using System.Text.Json;
using DigestFunctions.Benchmarks.Scene;

namespace DigestFunctions.Benchmarks.Sending;

internal enum ChildKind
{
    /// <summary>The real service: planner, queue, workers, ledger.</summary>
    Service,

    /// <summary>The least that a correct program could do.</summary>
    Bare,

    /// <summary>The real service, for others to call.</summary>
    Web,
}

/// <summary>What a child process is to do. It gets this as its first line.</summary>
/// <param name="Store">A connection string.</param>
/// <param name="WarmUp">How many others are sent to first, from tables of their own.</param>
/// <param name="WebhookKey">Which checks the provider's events, where some are posted.</param>
internal sealed record ChildTask(ChildKind Kind, string Store, Uri Provider, Crowd Crowd, int Workers, int WarmUp, string WebhookKey = "")
{
    public string ToLine() => JsonSerializer.Serialize(this);

    public static ChildTask Read(string line) => JsonSerializer.Deserialize<ChildTask>(line)!;
}

/// <summary>What a child used between "go" and "stop".</summary>
internal sealed record ChildFigures(
    double CpuSeconds, double AllocatedMb, double PeakRssMb, long TableCalls, long QueueCalls, long ProviderCalls);
