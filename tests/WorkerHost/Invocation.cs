using WorkerHost.Messages;

namespace WorkerHost;

/// <summary>A function's run that the worker was asked for.</summary>
/// <param name="Ended">Whether it succeeded, or how not.</param>
internal sealed record Invocation(string Id, Task<StatusResult> Ended)
{
    /// <param name="metadata">What else the trigger tells, by name.</param>
    public static Invocation Begin(WorkerStream stream, Function function, TypedData data, IEnumerable<KeyValuePair<string, string>>? metadata = null, string? id = null)
    {
        var request = new InvocationRequest
        {
            InvocationId = id ?? NewId(),
            FunctionId = function.Id,
            InputData = { new ParameterBinding { Name = function.Parameter, Data = data } },
            TraceContext = new RpcTraceContext(),
        };
        foreach (var (name, value) in metadata ?? [])
            request.TriggerMetadata[name] = new TypedData { String = value };
        return new Invocation(request.InvocationId, AnswerAsync());

        async Task<StatusResult> AnswerAsync() =>
            (await stream.AskAsync(new StreamingMessage { InvocationRequest = request })).InvocationResponse.Result;
    }

    public static string NewId() => Guid.NewGuid().ToString();
}
