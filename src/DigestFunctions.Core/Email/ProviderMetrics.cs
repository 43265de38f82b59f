using System.Diagnostics.Metrics;
using DigestFunctions.Core.Telemetry;

namespace DigestFunctions.Core.Email;

/// <summary>How long calls take, the HTTP client's own figures say.</summary>
internal static class ProviderMetrics
{
    private static readonly Counter<long> Calls = Signals.Meter.CreateCounter<long>(
        "empathy_digest.provider.calls", "{call}", "Calls to the provider, by what was asked and what it answered.");

    /// <param name="failure">Why there is no answer, where there is none.</param>
    public static void Called(string call, int status, string? failure) => Calls.Add(
        1, Signals.With(Tag.Call, call), failure is null ? Signals.With(Tag.Status, status) : Signals.With(Tag.Error, failure));
}
