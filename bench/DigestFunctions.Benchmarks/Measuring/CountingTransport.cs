using Azure.Core;
using Azure.Core.Pipeline;

namespace DigestFunctions.Benchmarks.Measuring;

/// <summary>Counts the SDK's requests, retries included, on their way to the store.</summary>
internal sealed class CountingTransport(HttpPipelineTransport inner) : HttpPipelineTransport
{
    private long tables;
    private long queues;

    public StoreCalls Calls => new(Interlocked.Read(ref tables), Interlocked.Read(ref queues));

    public override Request CreateRequest() => inner.CreateRequest();

    public override ValueTask ProcessAsync(HttpMessage message)
    {
        // Only the tables' client speaks OData.
        Interlocked.Increment(ref message.Request.Headers.Contains("DataServiceVersion") ? ref tables : ref queues);
        return inner.ProcessAsync(message);
    }

    public override void Process(HttpMessage message) => throw new NotSupportedException("The service calls its store asynchronously.");
}

internal sealed record StoreCalls(long Tables, long Queues)
{
    public long All => Tables + Queues;

    public static StoreCalls operator -(StoreCalls left, StoreCalls right) => new(left.Tables - right.Tables, left.Queues - right.Queues);
}
