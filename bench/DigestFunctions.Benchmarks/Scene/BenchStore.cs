using Azure.Data.Tables;
using Azure.Storage.Queues;
using DigestFunctions.Core.Storage;
using DigestFunctions.Local;

namespace DigestFunctions.Benchmarks.Scene;

/// <summary>An Azurite of the benchmark's own, that keeps all in memory: what it writes to disk now and then would stand in some figures and not in others.</summary>
internal sealed class BenchStore : IAsyncDisposable
{
    private const int HeapMb = 8_192;

    private readonly Azurite azurite;
    private readonly string folder;
    private readonly Names names = new();

    private BenchStore(Azurite azurite, string folder) => (this.azurite, this.folder) = (azurite, folder);

    public string ConnectionString => azurite.ConnectionString;

    public static async Task<BenchStore> StartAsync(CancellationToken cancellation)
    {
        var logs = Directory.CreateTempSubdirectory("digest-bench-").FullName;
        return new BenchStore(
            await Azurite.StartAsync(new NodeTools(Workplace.Find()), logs, Console.Error.WriteLine, cancellation, HeapMb), logs);
    }

    public async Task FillAsync(Crowd crowd, CancellationToken cancellation)
    {
        await Console.Error.WriteLineAsync($"Filling Azurite with {crowd.Recipients} entries.");
        var schedule = new TableClient(ConnectionString, names.Schedule);
        await schedule.CreateIfNotExistsAsync(cancellation);
        await Filling.ScheduleAsync(schedule, crowd, cancellation);
    }

    /// <summary>Removes all but the schedule, so that the same runs can be sent again.</summary>
    public async Task ForgetRunsAsync(CancellationToken cancellation)
    {
        var tables = new TableServiceClient(ConnectionString);
        foreach (var table in names.Tables.Where(table => table != names.Schedule))
            await tables.DeleteTableAsync(table, cancellation);
        var queues = new QueueServiceClient(ConnectionString);
        foreach (var queue in names.Queues)
            await queues.GetQueueClient(queue).DeleteIfExistsAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await azurite.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
