using System.Runtime;
using System.Text.Json;
using Azure.Core.Pipeline;
using DigestFunctions.Benchmarks.Measuring;
using DigestFunctions.Benchmarks.Scene;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Tips;
using DigestFunctions.Local;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace DigestFunctions.Benchmarks.Sending;

/// <summary>The child's side: makes the service ready, does what it is told, and says what that cost.</summary>
internal static class Child
{
    private static readonly Names WarmNames = new("warm");

    public static async Task<int> RunAsync(CancellationToken cancellation)
    {
        var task = ChildTask.Read((await Console.In.ReadLineAsync(cancellation))!);
        var counting = new CountingTransport(new HttpClientTransport(new HttpClient()));
        using var providerCalls = new ProviderCalls(task.Provider);
        if (task.WarmUp > 0)
            await WarmUpAsync(task, counting, cancellation);

        await using var service = Build(task, counting, new Names());
        await service.Services.GetRequiredService<Store>().CreateAsync(cancellation);
        await using var measured = Measured(task, service);
        var said = await measured.PrepareAsync(task.Crowd, cancellation);
        Console.WriteLine($"{ChildProcess.Ready} {said}");
        await ExpectAsync(ChildProcess.Go, cancellation);
        Cost.ForgetPeak();
        var (cost, calls, asked) = (Cost.Now, counting.Calls, providerCalls.Value);
        var running = measured.RunAsync(task.Crowd, cancellation);
        await ExpectAsync(ChildProcess.Stop, cancellation);
        (cost, calls, asked) = (Cost.Now - cost, counting.Calls - calls, providerCalls.Value - asked);
        Console.WriteLine(JsonSerializer.Serialize(
            new ChildFigures(cost.CpuSeconds, cost.AllocatedMb, Cost.PeakRssMb, calls.Tables, calls.Queues, asked)));
        await running;
        return 0;
    }

    // All of it, on a smaller scale and in tables of its own, so that the compiler is done with the code.
    private static async Task WarmUpAsync(ChildTask task, HttpPipelineTransport transport, CancellationToken cancellation)
    {
        var crowd = task.Crowd.ToWarmUp(task.WarmUp);
        await using var service = Build(task, transport, WarmNames);
        var store = service.Services.GetRequiredService<Store>();
        await store.CreateAsync(cancellation);
        await Filling.ScheduleAsync(store.Schedule, crowd, cancellation);
        await using (var measured = Measured(task, service))
        {
            await measured.PrepareAsync(crowd, cancellation);
            await measured.RunAsync(crowd, cancellation);
            using var http = new HttpClient();
            await Counted.UntilAsync(http, task.Provider, crowd.Recipients, cancellation);
        }

        await store.DeleteAsync(cancellation);
        await UntilCompiledAsync(cancellation);
    }

    // Until the compiler has had nothing to do for half a second.
    private static async Task UntilCompiledAsync(CancellationToken cancellation)
    {
        for (long before = -1, now = JitInfo.GetCompiledMethodCount(); now != before; now = JitInfo.GetCompiledMethodCount())
        {
            before = now;
            await Task.Delay(500, cancellation);
        }
    }

    private static IMeasured Measured(ChildTask task, WebApplication service) => task.Kind switch
    {
        ChildKind.Service => new ServiceSide(service),
        ChildKind.Bare => new BareSide(task, service),
        _ => new WebSide(service),
    };

    private static WebApplication Build(ChildTask task, HttpPipelineTransport transport, Names names)
    {
        var clock = new DemoTime();
        clock.Set(Crowd.Now.ToDateTimeOffset());
        return LocalService.Build(
            port: 0,
            Settings.Of(task.Store, task.Provider, task.Workers, task.WebhookKey),
            fromEnvironment: false,
            transport,
            LogLevel.Warning,
            services =>
            {
                services.AddSingleton<TimeProvider>(clock);
                services.AddSingleton(known => new Variants(known.GetRequiredService<TipLibrary>(), known.GetRequiredService<Calendar>(), task.Crowd.Variants));
                services.AddSingleton<VariantOf>(known => known.GetRequiredService<Variants>().Of);
                services.AddSingleton(names);
                // What is said to the parent is on the other.
                services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
            });
    }

    private static async Task ExpectAsync(string word, CancellationToken cancellation)
    {
        if (await Console.In.ReadLineAsync(cancellation) != word)
            throw new InvalidOperationException($"Expected to be told '{word}'.");
    }
}

/// <summary>One way to send, or to be called, that is measured.</summary>
internal interface IMeasured : IAsyncDisposable
{
    /// <summary>Does what comes before, and returns what the parent is to know.</summary>
    Task<string> PrepareAsync(Crowd crowd, CancellationToken cancellation);

    Task RunAsync(Crowd crowd, CancellationToken cancellation);
}
