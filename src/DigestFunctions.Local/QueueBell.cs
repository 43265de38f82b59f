using Azure.Core;
using Azure.Core.Pipeline;

namespace DigestFunctions.Local;

/// <summary>Rings when this process has put a message into a queue, so that the pump need not look all the time.</summary>
internal sealed class QueueBell(HttpPipelineTransport inner) : HttpPipelineTransport
{
    private TaskCompletionSource rung = New();

    /// <summary>Ends when it rings next.</summary>
    public Task Next => Volatile.Read(ref rung).Task;

    public override Request CreateRequest() => inner.CreateRequest();

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        await inner.ProcessAsync(message);
        if (message.Request.Method == RequestMethod.Post && message.Response.Status == 201
            && message.Request.Uri.Path.EndsWith("/messages", StringComparison.Ordinal))
        {
            Interlocked.Exchange(ref rung, New()).SetResult();
        }
    }

    public override void Process(HttpMessage message) => inner.Process(message);

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
