using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WorkerHost.Messages;

namespace WorkerHost;

/// <summary>When a worker got how far, since its process was started.</summary>
/// <param name="Connected">It has introduced itself.</param>
/// <param name="Listed">It has said which functions it has.</param>
/// <param name="Loaded">It has all of them loaded.</param>
internal sealed record StartTimes(TimeSpan Connected, TimeSpan Listed, TimeSpan Loaded);

/// <summary>
/// Runs an app's worker process as the Functions host does. No trigger fires by itself: whoever uses this says what
/// comes from a queue, and when.
/// </summary>
internal sealed class StandIn : IAsyncDisposable
{
    private readonly WebApplication rpc;
    private readonly WorkerStream stream;
    private WebApplication? front;

    private StandIn(WebApplication rpc, WorkerProcess worker) =>
        (this.rpc, stream, Worker) = (rpc, rpc.Services.GetRequiredService<WorkerStream>(), worker);

    public WorkerProcess Worker { get; }

    public IReadOnlyList<Function> Functions { get; private set; } = [];

    public StartTimes Times { get; private set; } = new(default, default, default);

    /// <summary>Where the app's pages are.</summary>
    public Uri Address => new(front!.Urls.Single());

    /// <summary>What the worker logged through the host, with all that goes with each line.</summary>
    public IReadOnlyCollection<string> Log => stream.Log;

    /// <param name="app">The folder that was built, or published.</param>
    /// <param name="settings">By their names in .NET.</param>
    public static async Task<StandIn> StartAsync(string app, IReadOnlyDictionary<string, string?> settings, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc(options => options.MaxReceiveMessageSize = null);
        builder.Services.AddSingleton<WorkerStream>();
        var server = builder.Build();
        server.MapGrpcService<WorkerStream>();
        await server.StartAsync(cancellation);

        var host = new StandIn(server, WorkerProcess.Start(app, settings, new Uri(server.Urls.Single())));
        try
        {
            await host.LoadAsync(app, cancellation);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Gives a function what came from its queue.</summary>
    public Invocation Deliver(string function, string message) => Invoke(function, new TypedData { String = message });

    public Invocation Fire(string timer) => Invoke(timer, new TypedData { Json = """{"ScheduleStatus":null,"IsPastDue":false}""" });

    /// <summary>What the host says of a function that is under way when it ends, or whose time is over.</summary>
    public void Cancel(Invocation invocation) => stream.Say(new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = invocation.Id } });

    /// <summary>What the host says to a worker last. The real one kills it five seconds later.</summary>
    public void Terminate() => stream.Say(new StreamingMessage { WorkerTerminate = new WorkerTerminate() });

    public async ValueTask DisposeAsync()
    {
        Worker.Dispose();
        if (front is not null)
            await front.DisposeAsync();
        await rpc.DisposeAsync();
    }

    private Invocation Invoke(string function, TypedData data) =>
        Invocation.Begin(stream, Functions.Single(known => known.Name == function), data);

    private async Task LoadAsync(string app, CancellationToken cancellation)
    {
        await Task.WhenAny(stream.Started, Worker.Exited).WaitAsync(cancellation);
        if (!stream.Started.IsCompleted)
            throw new WorkerGoneException($"Its exit status is {await Worker.Exited}; it said: {string.Join('\n', Worker.Errors)}");
        var connected = Worker.Age;
        var ready = (await stream.AskAsync(new StreamingMessage { WorkerInitRequest = new WorkerInitRequest { HostVersion = "4.0.0", WorkerDirectory = app, FunctionAppDirectory = app } })).WorkerInitResponse;
        var listed = (await stream.AskAsync(new StreamingMessage { FunctionsMetadataRequest = new FunctionsMetadataRequest { FunctionAppDirectory = app } })).FunctionMetadataResponse;
        Functions = [.. listed.FunctionMetadataResults.Select(Function.Of)];
        var listedAt = Worker.Age;
        await Task.WhenAll(listed.FunctionMetadataResults.Select(LoadAsync));
        Times = new StartTimes(connected, listedAt, Worker.Age);
        front = await HttpFront.StartAsync(app, Functions, stream, ready.Capabilities["HttpUri"], cancellation);
    }

    private async Task LoadAsync(RpcFunctionMetadata function)
    {
        var loaded = (await stream.AskAsync(new StreamingMessage { FunctionLoadRequest = new FunctionLoadRequest { FunctionId = function.FunctionId, Metadata = function } })).FunctionLoadResponse;
        if (loaded.Result.Status != StatusResult.Types.Status.Success)
            throw new InvalidOperationException($"The worker can't load {function.Name}: {loaded.Result.Exception?.Message}");
    }
}
