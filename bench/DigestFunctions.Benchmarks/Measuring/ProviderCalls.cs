using System.Diagnostics.Metrics;

namespace DigestFunctions.Benchmarks.Measuring;

/// <summary>Counts this process's HTTP requests to one port, by the runtime's own meter.</summary>
internal sealed class ProviderCalls : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly int port;
    private long count;

    public ProviderCalls(Uri provider)
    {
        port = provider.Port;
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument is { Name: "http.client.request.duration", Meter.Name: "System.Net.Http" })
                listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>(Count);
        listener.Start();
    }

    public long Value => Interlocked.Read(ref count);

    public void Dispose() => listener.Dispose();

    private void Count(Instrument instrument, double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        foreach (var (name, value) in tags)
        {
            if (name == "server.port" && value is int called && called == port)
                Interlocked.Increment(ref count);
        }
    }
}
