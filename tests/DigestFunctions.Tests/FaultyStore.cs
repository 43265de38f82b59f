using System.Collections.Concurrent;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using DigestFunctions.Core.Storage;
using MemoryStore;
using Microsoft.Extensions.DependencyInjection;

namespace DigestFunctions.Tests;

/// <summary>
/// Stands in the SDK's pipeline between its retries and the network, and makes faults on command: the real
/// client sees a real failure. Names tables as <see cref="Names"/> does, without the prefix.
/// </summary>
internal sealed class FaultyStore : HttpPipelinePolicy
{
    private readonly ConcurrentQueue<string> seen = new();
    private readonly CallCounter queues = new();

    /// <summary>Runs before a request is sent; what it throws, the client sees as the network's failure.</summary>
    public Func<StoreCall, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>Runs after a request took effect; what it throws, the client sees instead of the answer.</summary>
    public Func<StoreCall, Task> After { get; set; } = _ => Task.CompletedTask;

    /// <summary>The requests of the tables, as <c>PUT deliveries</c>.</summary>
    public IReadOnlyCollection<string> Seen => seen;

    /// <summary>How many requests went to the queues, those of the pump among them.</summary>
    public int SeenOfQueues => queues.Count;

    public void Forget()
    {
        seen.Clear();
        queues.Forget();
    }

    public void Mend() => Before = After = _ => Task.CompletedTask;

    /// <summary>The first matching request takes effect, and its answer is lost.</summary>
    public void LoseAnswer(string what)
    {
        var lost = 0;
        After = call => call.Is(what) && Interlocked.Increment(ref lost) == 1
            ? throw new IOException("The answer was lost.")
            : Task.CompletedTask;
    }

    /// <summary>Every matching request fails, until mended.</summary>
    public void Fail(string what) =>
        Before = call => call.Is(what) ? throw new IOException("The store is away.") : Task.CompletedTask;

    /// <summary>Once, just before, or just after, a matching request takes effect.</summary>
    public void Once(string what, Func<Task> happens, bool after = false)
    {
        var happened = 0;
        Task Hook(StoreCall call) => call.Is(what) && Interlocked.Increment(ref happened) == 1 ? happens() : Task.CompletedTask;
        if (after)
            After = Hook;
        else
            Before = Hook;
    }

    public Store StoreIn(SharedAzurite azurite, IServiceProvider services)
    {
        var options = new TableClientOptions { Retry = { Delay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(1) } };
        options.AddPolicy(this, HttpPipelinePosition.PerRetry);
        // Counted only: the pump's requests would come between the faults.
        var queueOptions = new QueueClientOptions();
        queueOptions.AddPolicy(queues, HttpPipelinePosition.PerRetry);
        return new Store(
            new TableServiceClient(azurite.ConnectionString, RawRows.AddTo(options)),
            new QueueServiceClient(azurite.ConnectionString, queueOptions),
            services.GetRequiredService<Names>());
    }

    /// <summary>In memory, faults of the queues included; the SDK tries once more, at once.</summary>
    public Store StoreIn(MemoryTransport memory, Names names)
    {
        var (tables, queues) = (new TableClientOptions(), new QueueClientOptions());
        foreach (var options in (ClientOptions[])[tables, queues])
        {
            options.Transport = memory;
            (options.Retry.MaxRetries, options.Retry.Delay, options.Retry.MaxDelay) = (1, TimeSpan.Zero, TimeSpan.Zero);
            options.AddPolicy(this, HttpPipelinePosition.PerRetry);
        }

        const string Anywhere = "UseDevelopmentStorage=true";
        return new Store(new TableServiceClient(Anywhere, RawRows.AddTo(tables)), new QueueServiceClient(Anywhere, queues), names);
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var call = new StoreCall(message.Request.Method.ToString(), message.Request.Uri.ToUri());
        // The service makes its tables, whenever it comes to that.
        if (!call.Is("POST Tables"))
            seen.Enqueue(call.ToString());
        await Before(call);
        await ProcessNextAsync(message, pipeline);
        await After(call);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);

    private sealed class CallCounter : HttpPipelineSynchronousPolicy
    {
        private int count;

        public int Count => Volatile.Read(ref count);

        public void Forget() => Volatile.Write(ref count, 0);

        public override void OnSendingRequest(HttpMessage message)
        {
            // The service makes its queues, whenever it comes to that.
            if (message.Request.Method != RequestMethod.Put || message.Request.Uri.Path.Contains("/messages", StringComparison.Ordinal))
                Interlocked.Increment(ref count);
        }
    }
}

/// <summary>One request to a table.</summary>
internal sealed record StoreCall(string Method, Uri Address)
{
    public bool Is(string what) => ToString() == what;

    public override string ToString()
    {
        var path = Uri.UnescapeDataString(Address.Segments[^1]);
        var table = new string([.. path.TakeWhile(char.IsAsciiLetterOrDigit)]);
        string[] known = [.. new Names().Tables];
        return $"{Method} {Array.Find(known, name => table.EndsWith(name, StringComparison.Ordinal)) ?? path}";
    }
}
