using Azure.Core;
using Azure.Core.Pipeline;
using MemoryStore.Queues;
using MemoryStore.Tables;

namespace MemoryStore;

/// <summary>
/// Azure Tables and Queues in memory, behind the SDK's own clients and without a network: exactly what the
/// service uses of them, and anything else is refused loudly. Give it to the clients' options as their
/// transport, with any connection string.
/// <para>
/// A call without a hook is answered on the caller's thread before it returns. With a hook, it goes on where
/// the hook's task is completed: nothing here changes threads, and no lock is held meanwhile. The runtime
/// keeps to that only on threads without a SynchronizationContext, and the SDK's retries wait in real time:
/// whoever simulates time sets them to zero.
/// </para>
/// </summary>
internal sealed class MemoryTransport(TimeProvider? time = null) : HttpPipelineTransport
{
    private readonly TableService tables = new(time ?? TimeProvider.System);
    private readonly QueueService queues = new(time ?? TimeProvider.System);

    /// <summary>Runs before a call takes effect; what it throws, the client sees as the network's failure.</summary>
    public Func<MemoryCall, Task>? Before { get; set; }

    /// <summary>Runs after a call took effect; what it throws, the client sees instead of the answer.</summary>
    public Func<MemoryCall, Task>? After { get; set; }

    public override Request CreateRequest() => new MemoryRequest();

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        message.CancellationToken.ThrowIfCancellationRequested();
        // Only the tables' client speaks OData, and it doesn't say so where it deletes one.
        var isTable = message.Request.Headers.Contains("DataServiceVersion")
            || message.Request.Uri.Path.Contains("/Tables(", StringComparison.Ordinal);
        var request = StoreRequest.Read(message.Request, isTable);
        message.Response = new MemoryResponse(isTable ? await AnswerTableAsync(request, message.CancellationToken).ConfigureAwait(false)
            : await AnswerQueueAsync(request, message.CancellationToken).ConfigureAwait(false))
        {
            ClientRequestId = message.Request.ClientRequestId,
        };
    }

    public override void Process(HttpMessage message) => throw new NotSupportedException("The service calls its store asynchronously.");

    private ValueTask<MemoryAnswer> AnswerTableAsync(StoreRequest request, CancellationToken cancellation)
    {
        var read = TableRequest.Read(request);
        return AnswerAsync(() => read.Call(request, cancellation), () => tables.Answer(read));
    }

    private ValueTask<MemoryAnswer> AnswerQueueAsync(StoreRequest request, CancellationToken cancellation)
    {
        var read = QueueRequest.Read(request);
        return AnswerAsync(() => read.Call(request, cancellation), () => queues.Answer(read));
    }

    private async ValueTask<MemoryAnswer> AnswerAsync(Func<MemoryCall> describe, Func<MemoryAnswer> answer)
    {
        if (Before is null && After is null)
            return answer();

        var call = describe();
        if (Before is { } before)
            await before(call).ConfigureAwait(false);
        if (call.Instead is { } refusal)
            return refusal;

        var own = answer();
        call.Status = own.Status;
        if (After is { } after)
            await after(call).ConfigureAwait(false);
        return call.Instead ?? own;
    }
}
