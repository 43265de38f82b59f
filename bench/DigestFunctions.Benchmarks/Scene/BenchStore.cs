using Azure.Data.Tables;
using Azure.Storage.Queues;
using DigestFunctions.Core.Storage;
using DigestFunctions.Local;

namespace DigestFunctions.Benchmarks.Scene;

/// <summary>
/// A store of the benchmark's own: an Azurite that keeps all in memory, since what it writes to disk now and then
/// would stand in some figures and not in others; or <see cref="MemoryServer"/>.
/// </summary>
internal sealed class BenchStore : IAsyncDisposable
{
    private const int HeapMb = 8_192;

    private readonly IAsyncDisposable server;
    private readonly string folder;
    private readonly Names names = new();

    private BenchStore(IAsyncDisposable server, string connectionString, string folder) =>
        (this.server, ConnectionString, this.folder) = (server, connectionString, folder);

    public string ConnectionString { get; }

    /// <param name="inMemory">Whether it is to hold more than Azurite can.</param>
    public static async Task<BenchStore> StartAsync(CancellationToken cancellation, bool inMemory = false)
    {
        var logs = Directory.CreateTempSubdirectory("digest-bench-").FullName;
        if (inMemory)
        {
            var memory = await MemoryServer.StartAsync(cancellation);
            return new BenchStore(memory, memory.ConnectionString, logs);
        }

        var azurite = await Azurite.StartAsync(new NodeTools(Workplace.Find()), logs, Console.Error.WriteLine, cancellation, HeapMb);
        return new BenchStore(azurite, azurite.ConnectionString, logs);
    }

    public async Task FillAsync(Crowd crowd, CancellationToken cancellation)
    {
        await Console.Error.WriteLineAsync($"Filling the store with {crowd.Recipients} entries.");
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
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
