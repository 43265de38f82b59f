using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using WorkerHost.Messages;

namespace WorkerHost;

/// <summary>The host's side of the one stream that a worker opens: questions go out, and each answer finds its question.</summary>
internal sealed class WorkerStream : FunctionRpc.FunctionRpcBase
{
    // One that hangs must not hang whoever asked for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Channel<StreamingMessage> outgoing = Channel.CreateUnbounded<StreamingMessage>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> asked = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> log = new();

    /// <summary>Completes when a worker has introduced itself.</summary>
    public Task Started => started.Task;

    /// <summary>What the worker logged through the host, with all that goes with each line.</summary>
    public IReadOnlyCollection<string> Log => log;

    public override async Task EventStream(
        IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
    {
        var writing = WriteAsync(responseStream, context.CancellationToken);
        try
        {
            await foreach (var message in requestStream.ReadAllAsync(context.CancellationToken))
                Take(message);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // A worker that ends doesn't say goodbye.
        }
        finally
        {
            outgoing.Writer.TryComplete();
            foreach (var (_, answer) in asked)
                answer.TrySetException(new WorkerGoneException());
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <exception cref="WorkerGoneException">The worker ended before it answered.</exception>
    public async Task<StreamingMessage> AskAsync(StreamingMessage question)
    {
        question.RequestId = Guid.NewGuid().ToString();
        var answer = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        asked[question.RequestId] = answer;
        Say(question);
        return await answer.Task.WaitAsync(Patience);
    }

    public void Say(StreamingMessage message)
    {
        if (!outgoing.Writer.TryWrite(message))
            throw new WorkerGoneException();
    }

    private void Take(StreamingMessage message)
    {
        if (message.ContentCase == StreamingMessage.ContentOneofCase.StartStream)
            started.TrySetResult();
        else if (message.ContentCase == StreamingMessage.ContentOneofCase.RpcLog)
            log.Enqueue(message.RpcLog.ToString());
        else if (asked.TryRemove(message.RequestId, out var answer))
            answer.TrySetResult(message);
    }

    private async Task WriteAsync(IServerStreamWriter<StreamingMessage> stream, CancellationToken cancellation)
    {
        await foreach (var message in outgoing.Reader.ReadAllAsync(cancellation))
            await stream.WriteAsync(message, cancellation);
    }
}

/// <summary>The worker's process, or its stream, has ended.</summary>
internal sealed class WorkerGoneException(string said = "") : Exception($"The worker has ended. {said}");
