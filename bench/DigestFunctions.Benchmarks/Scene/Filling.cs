using Azure.Data.Tables;
using DigestFunctions.Core.Storage;

namespace DigestFunctions.Benchmarks.Scene;

/// <summary>Puts rows straight into the tables.</summary>
internal static class Filling
{
    private const int AtOnce = 4;

    public static Task ScheduleAsync(TableClient schedule, Crowd crowd, CancellationToken cancellation)
    {
        var slots = crowd.AllSlots;
        return Parallel.ForEachAsync(
            Enumerable.Range(0, slots.Count),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            // In the order of ids, as a store that has grown would have them in any order: it costs the store less.
            async (slot, stopping) => await AddAsync(schedule, crowd.Of(slot).OrderBy(entry => entry.Id.Value).Select(entry => entry.Write(slots[slot])), stopping));
    }

    /// <summary>All of one partition.</summary>
    public static async Task AddAsync(TableClient table, IEnumerable<TableEntity> rows, CancellationToken cancellation)
    {
        foreach (var some in rows.Chunk(Store.TransactionSize))
            await table.SubmitTransactionAsync(some.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)), cancellation);
    }
}
