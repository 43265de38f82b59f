using Cronos;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Schedule;

namespace DigestFunctions.Local;

/// <summary>Fires the timers by the same expressions as the Functions host does, in UTC.</summary>
internal sealed partial class TimerPump(
    RunPlanner planner, Settler settler, Sweep sweep, LocalOptions options, TimeProvider time, ILogger<TimerPump> logger) : BackgroundService
{
    private const string EverySecond = "* * * * * *";

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        FireAsync(options.Hurry ? EverySecond : Timers.Planning, planner.PlanAsync, stoppingToken),
        FireAsync(Timers.Settling, settler.SettleAsync, stoppingToken),
        FireAsync(Timers.Sweep, sweep.RunAsync, stoppingToken));

    private async Task FireAsync(string schedule, Func<CancellationToken, Task> run, CancellationToken stopping)
    {
        var cron = CronExpression.Parse(schedule, CronFormat.IncludeSeconds);
        while (!stopping.IsCancellationRequested)
        {
            var now = time.GetUtcNow();
            var next = cron.GetNextOccurrence(now, TimeZoneInfo.Utc) ?? throw new InvalidOperationException($"{schedule} never fires.");
            await Task.Delay(next - now, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested)
                return;
            try
            {
                await run(stopping);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                // As the host does: the timer fires again at its next time.
                if (!stopping.IsCancellationRequested)
                    Failed(schedule, failure);
            }
        }
    }

    [LoggerMessage(910, LogLevel.Error, "The timer '{Schedule}' failed.")]
    private partial void Failed(string schedule, Exception failure);
}
