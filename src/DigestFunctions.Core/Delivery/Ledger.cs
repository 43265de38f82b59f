using Azure.Data.Tables;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;

namespace DigestFunctions.Core.Delivery;

/// <summary>What the ledger says of a range.</summary>
internal abstract record RangeDecision
{
    private RangeDecision()
    {
    }

    internal sealed record None : RangeDecision;

    /// <summary>Too large for one message; its parts may still have to be enqueued.</summary>
    internal sealed record Split(bool Enqueued, TableEntity Row) : RangeDecision;

    internal sealed record Batches(IReadOnlyList<Batch> All) : RangeDecision;
}

/// <summary>
/// The ledger: for each run what became of its ranges and batches. A range is decided once, by an insert;
/// a batch changes only from what it was when it was read.
/// </summary>
internal sealed class Ledger(Store store)
{
    private const string KindSplit = "Split";
    private const string KindBatches = "Batches";

    /// <summary>The decision and the batches go into one transaction, so there can be one batch fewer than that holds.</summary>
    public const int MaxBatches = Store.TransactionSize - 1;

    /// <summary>All that is known of a range, by one query.</summary>
    public async Task<RangeDecision> ReadAsync(RunId run, IdRange range, CancellationToken cancellation)
    {
        var (partition, from, to) = (run.ToString(), LedgerKeys.Decision(range), LedgerKeys.End(range));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {to}");
        TableEntity? decision = null;
        var batches = new List<Batch>();
        await foreach (var row in store.Deliveries.QueryAsync<TableEntity>(filter, cancellationToken: cancellation))
        {
            if (row.RowKey == from)
                decision = row;
            else
                batches.Add(BatchRow.Read(row));
        }

        return decision?.GetString("Decision") switch
        {
            null => new RangeDecision.None(),
            KindSplit => new RangeDecision.Split(decision.GetBoolean("Enqueued") ?? false, decision),
            KindBatches => new RangeDecision.Batches(batches),
            var other => throw new InvalidDataException($"The range {partition} / {range} has the unknown decision '{other}'."),
        };
    }

    /// <summary>Records that a range is to be split; false if it was decided already.</summary>
    public Task<bool> TrySplitAsync(RunId run, IdRange range, CancellationToken cancellation) =>
        store.Deliveries.TryInsertAsync(Decision(run, range, KindSplit), cancellation);

    public Task MarkEnqueuedAsync(RangeDecision.Split split, CancellationToken cancellation)
    {
        split.Row["Enqueued"] = true;
        return store.Deliveries.TryReplaceAsync(split.Row, cancellation);
    }

    /// <summary>Records a range's batches and freezes their members; false if the range was decided already.</summary>
    public async Task<bool> TryRecordAsync(RunId run, IdRange range, IReadOnlyList<Batch> batches, CancellationToken cancellation)
    {
        var actions = batches.Select(BatchRow.Write).Prepend(Decision(run, range, KindBatches))
            .Select(row => new TableTransactionAction(TableTransactionActionType.Add, row));
        try
        {
            await store.Deliveries.SubmitTransactionAsync(actions, cancellation);
            return true;
        }
        catch (TableTransactionFailedException failure) when (failure.Status == 409)
        {
            return false;
        }
    }

    /// <summary>Takes a batch into another state, with its new ETag; null if it was changed since it was read.</summary>
    public async Task<Batch?> TryMoveAsync(Batch batch, CancellationToken cancellation)
    {
        var row = BatchRow.Write(batch);
        if (await store.Deliveries.TryReplaceAsync(row, cancellation))
            return batch with { ETag = row.ETag };

        // The SDK repeats a write whose answer was lost, which is then refused because of itself.
        var stored = await store.Deliveries.FindAsync(row.PartitionKey, row.RowKey, cancellation);
        return stored is not null && IsSameStep(stored, row) ? batch with { ETag = stored.ETag } : null;
    }

    /// <summary>Records that the provider took a batch: also over a Held of the same attempt, by one who took us for dead.</summary>
    public async Task AcceptAsync(Batch claimed, BatchState.Accepted accepted, CancellationToken cancellation)
    {
        if (await TryMoveAsync(claimed with { State = accepted }, cancellation) is not null)
            return;
        var row = await store.Deliveries.FindAsync(claimed.Run.ToString(), claimed.Key, cancellation);
        if (row is not null && BatchRow.Read(row) is { State: BatchState.Held held } now && held.ProviderBatchId == accepted.ProviderBatchId)
            await TryMoveAsync(now with { State = accepted }, cancellation);
    }

    // A provider's batch id belongs to one attempt of one worker.
    private static bool IsSameStep(TableEntity stored, TableEntity row) =>
        row.GetString("ProviderBatchId") is { } id && stored.GetString("ProviderBatchId") == id
        && stored.GetString("State") == row.GetString("State");

    private static TableEntity Decision(RunId run, IdRange range, string kind) =>
        new(run.ToString(), LedgerKeys.Decision(range)) { ["Decision"] = kind };
}
