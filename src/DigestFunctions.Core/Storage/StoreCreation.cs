using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DigestFunctions.Core.Storage;

/// <summary>
/// Makes tables and queues at start. Where the store is away at that moment the service starts all the
/// same, says so on its pages, and tries again: it must be able to tell people that it is unwell.
/// </summary>
internal sealed partial class StoreCreation(Store store, TimeProvider time, ILogger<StoreCreation> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await store.CreateAsync(stoppingToken);
                return;
            }
            catch (Exception away) when (StoreFaults.IsAway(away) && !stoppingToken.IsCancellationRequested)
            {
                StoreAway(away.GetType().Name);
            }

            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    [LoggerMessage(400, LogLevel.Error, "The store can't be reached, to make its tables and queues; trying again ({Failure}).")]
    private partial void StoreAway(string failure);
}
