using System.Diagnostics;
using DigestFunctions.Benchmarks.Measuring;
using DigestFunctions.Benchmarks.Scene;

namespace DigestFunctions.Benchmarks.Sending;

/// <summary>Measures the service, and beside it the bare loop, as often as asked, first the one and then the other first.</summary>
internal sealed class SendCommand(SendOptions options)
{
    private readonly Crowd crowd = new(options.Recipients, options.Slots, options.Variants);

    public async Task<SendFigures> RunAsync(CancellationToken cancellation)
    {
        await using var store = await BenchStore.StartAsync(cancellation, options.InMemory);
        await store.FillAsync(crowd, cancellation);
        var (services, bares) = (new List<Measurement>(), new List<Measurement>());
        for (var repeat = 0; repeat < options.Repeat; repeat++)
        {
            foreach (var kind in repeat % 2 == 0 ? (ChildKind[])[ChildKind.Service, ChildKind.Bare] : [ChildKind.Bare, ChildKind.Service])
                (kind == ChildKind.Service ? services : bares).Add(await MeasureAsync(kind, store, cancellation));
        }

        return Summary(services, bares);
    }

    private async Task<Measurement> MeasureAsync(ChildKind kind, BenchStore store, CancellationToken cancellation)
    {
        await store.ForgetRunsAsync(cancellation);
        await using var emulator = await EmulatorProcess.StartAsync(options.Latency, cancellation);
        await using var child = await ChildProcess.StartAsync(
            new ChildTask(kind, store.ConnectionString, emulator.Address, crowd, options.Workers, options.WarmUp), cancellation);

        using var http = new HttpClient();
        var clock = Stopwatch.StartNew();
        await child.GoAsync();
        var counted = await Counted.UntilAsync(http, emulator.Address, crowd.Recipients + options.WarmUp, cancellation);
        var seconds = clock.Elapsed.TotalSeconds;
        var figures = await child.StopAsync(cancellation);
        await Console.Error.WriteLineAsync($"{kind}: {options.Recipients / seconds:F0} recipients/s ({counted})");
        return new Measurement(seconds, figures, counted.Duplicates, crowd.Recipients + options.WarmUp - counted.Recipients);
    }

    private SendFigures Summary(List<Measurement> services, List<Measurement> bares)
    {
        double Service(Func<Measurement, double> of) => services.Select(of).Median();
        double Bare(Func<Measurement, double> of) => bares.Select(of).Median();
        double Per(int recipients, double amount) => amount / options.Recipients * recipients;
        return new SendFigures
        {
            Recipients = options.Recipients,
            Slots = options.Slots,
            Variants = options.Variants,
            Workers = options.Workers,
            LatencyMs = options.Latency.TotalMilliseconds,
            Repeat = options.Repeat,
            WarmUp = options.WarmUp,
            StoreIsMemory = options.InMemory,
            Seconds = Service(one => one.Seconds),
            RecipientsPerSecond = options.Recipients / Service(one => one.Seconds),
            BareRecipientsPerSecond = options.Recipients / Bare(one => one.Seconds),
            Ratio = services.Zip(bares, (service, bare) => bare.Seconds / service.Seconds).Median(),
            CpuSecondsPer100k = Per(100_000, Service(one => one.Child.CpuSeconds)),
            BareCpuSecondsPer100k = Per(100_000, Bare(one => one.Child.CpuSeconds)),
            AllocatedMbPer100k = Per(100_000, Service(one => one.Child.AllocatedMb)),
            PeakRssMb = Service(one => one.Child.PeakRssMb),
            StorageOperationsPer1000 = Per(1_000, Service(one => one.Child.TableCalls + one.Child.QueueCalls)),
            TableOperationsPer1000 = Per(1_000, Service(one => one.Child.TableCalls)),
            QueueOperationsPer1000 = Per(1_000, Service(one => one.Child.QueueCalls)),
            ProviderCallsPer1000 = Per(1_000, Service(one => one.Child.ProviderCalls)),
            Duplicates = services.Sum(one => one.Duplicates),
            Missing = services.Sum(one => one.Missing),
        };
    }

    private sealed record Measurement(double Seconds, ChildFigures Child, long Duplicates, long Missing);
}
