using System.Diagnostics;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using DigestFunctions.Benchmarks.Measuring;
using DigestFunctions.Benchmarks.Scene;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Local;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace DigestFunctions.Benchmarks.Planning;

/// <param name="StorageOperations">Of one round.</param>
internal sealed record PlanFigures(int Slots, int Rounds, double MedianMs, double LongestMs, double StorageOperations);

/// <summary>A round of the planner over many slots of which none is due: what happens every five minutes, mostly.</summary>
internal static class PlanCommand
{
    private const int WarmUp = 10;
    private const int Rounds = 20;

    public static async Task<PlanFigures> RunAsync(int count, CancellationToken cancellation)
    {
        await using var azurite = await BenchStore.StartAsync(cancellation);
        var counting = new CountingTransport(new HttpClientTransport(new HttpClient()));
        // Nobody is called.
        var settings = Settings.Of(azurite.ConnectionString, new Uri("http://127.0.0.1:1"), workers: 1);
        var clock = new DemoTime();
        clock.Set(Crowd.Now.ToDateTimeOffset());
        await using var service = LocalService.Build(
            port: 0, settings, fromEnvironment: false, counting, LogLevel.Warning, services => services.AddSingleton<TimeProvider>(clock));
        var store = service.Services.GetRequiredService<Store>();
        await store.CreateAsync(cancellation);
        await Filling.AddAsync(store.Slots, NotDue().Take(count), cancellation);

        var planner = service.Services.GetRequiredService<RunPlanner>();
        for (var round = 0; round < WarmUp; round++)
            await planner.PlanAsync(cancellation);
        var (times, before) = (new List<double>(), counting.Calls);
        for (var round = 0; round < Rounds; round++)
        {
            var since = Stopwatch.GetTimestamp();
            if (await planner.PlanAsync(cancellation) != 0)
                throw new InvalidOperationException("A slot was due.");
            times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        }

        return new PlanFigures(count, Rounds, times.Median(), times.Max(), (double)(counting.Calls - before).All / Rounds);
    }

    private static IEnumerable<TableEntity> NotDue() =>
        from zone in TimeZoneId.All
        from time in SlotTime.All
        let slot = new Slot(SlotKind.Digest, zone, IsoDayOfWeek.Friday, time)
        let run = new RunId(slot, slot.NextDate(Crowd.Now))
        where run.Due > Crowd.Now + Duration.FromHours(2)
        select SlotTable.RowOf(run);
}
