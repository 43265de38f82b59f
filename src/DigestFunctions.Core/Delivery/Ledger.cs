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

    internal sealed record Batches(IReadOnlyList<Batch> All) : RangeDecision
    {
        /// <summary>The keys of those that can't be read: they are in none of these batches, and nothing of them is sent.</summary>
        public IReadOnlyList<string> Unreadable { get; init; } = [];
    }
}

/// <summary>A batch as events find it.</summary>
/// <param name="LastAttempt">Also one that was taken back, or that was not taken.</param>
internal sealed record ReportedBatch(Batch Batch, BatchEvents Events, Attempt? LastAttempt);

/// <summary>
/// The ledger: for each run what became of its ranges and batches. A range is decided once, by an insert;
/// a batch changes only from what it was when it was read.
/// </summary>
internal sealed class Ledger(Store store)
{
    public const string KindSplit = "Split";
    public const string KindBatches = "Batches";

    /// <summary>The decision and the batches go into one transaction, so there can be one batch fewer than that holds.</summary>
    public const int MaxBatches = Store.TransactionSize - 1;

    /// <summary>All that is known of a range, by one query. A batch that can't be read keeps no other from being sent.</summary>
    public async Task<RangeDecision> ReadAsync(RunId run, IdRange range, CancellationToken cancellation)
    {
        var (partition, from, to) = (run.ToString(), LedgerKeys.Decision(range), LedgerKeys.End(range));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {to}");
        TableEntity? decision = null;
        var (batches, unreadable) = (new List<Batch>(), new List<string>());
        await foreach (var row in store.Deliveries.QueryAsync<TableEntity>(filter, cancellationToken: cancellation))
        {
            if (row.RowKey == from)
                decision = row;
            else if (BatchRow.TryRead(row) is { } batch)
                batches.Add(batch);
            else
                unreadable.Add(row.RowKey);
        }

        return decision?.GetString("Decision") switch
        {
            null => new RangeDecision.None(),
            KindSplit => new RangeDecision.Split(decision.GetBoolean("Enqueued") ?? false, decision),
            KindBatches => new RangeDecision.Batches(batches) { Unreadable = unreadable },
            var other => throw new InvalidDataException($"The range {partition} / {range} has the unknown decision '{other}'."),
        };
    }

    /// <summary>Whether a batch of the run was blocked for a fault of ours: no other is sent.</summary>
    public async Task<bool> IsStoppedAsync(RunId run, CancellationToken cancellation) =>
        await store.Deliveries.FindAsync(run.ToString(), LedgerKeys.Stopped, cancellation) is not null;

    /// <summary>Records that a batch is blocked, and that its run is stopped. False if another has moved the batch meanwhile.</summary>
    public async Task<bool> BlockAsync(Batch batch, string why, CancellationToken cancellation)
    {
        var blocked = await TryMoveAsync(batch with { State = new BatchState.Blocked(why) }, cancellation);
        await store.Deliveries.TryInsertAsync(
            new TableEntity(batch.Run.ToString(), LedgerKeys.Stopped) { ["Batch"] = batch.Key, ["Why"] = why }, cancellation);
        return blocked is not null;
    }

    /// <summary>Lets a stopped run go on.</summary>
    public Task GoOnAsync(RunId run, CancellationToken cancellation) =>
        store.Deliveries.DeleteEntityAsync(run.ToString(), LedgerKeys.Stopped, cancellationToken: cancellation);

    /// <summary>The rows of a run's batches that wait for the operator, without their members.</summary>
    public IAsyncEnumerable<TableEntity> InTroubleAsync(RunId run, CancellationToken cancellation)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {run.ToString()} and (State eq {nameof(BatchState.Held)} or State eq {nameof(BatchState.Blocked)})");
        return store.Deliveries.QueryAsync<TableEntity>(filter, Store.PageSize, [.. BatchRow.Summary, "Timestamp"], cancellation).Where(row => !BatchRow.IsLetBe(row));
    }

    /// <summary>Records that a range is to be split; false if it was decided already.</summary>
    public Task<bool> TrySplitAsync(RunId run, IdRange range, CancellationToken cancellation) =>
        store.Deliveries.TryInsertAsync(Decision(run, range, KindSplit), cancellation);

    public Task MarkEnqueuedAsync(RangeDecision.Split split, CancellationToken cancellation)
    {
        split.Row["Enqueued"] = true;
        return store.Deliveries.TryReplaceAsync(split.Row, cancellation);
    }

    /// <summary>
    /// Records a range's batches and freezes their members. Returns them as they were recorded; null if the
    /// range was decided already, or that can't be told.
    /// </summary>
    public async Task<IReadOnlyList<Batch>?> TryRecordAsync(
        RunId run, IdRange range, IReadOnlyList<Batch> batches, CancellationToken cancellation)
    {
        var actions = batches.Select(BatchRow.Write).Prepend(Decision(run, range, KindBatches))
            .Select(row => new TableTransactionAction(TableTransactionActionType.Add, row));
        try
        {
            var answers = (await store.Deliveries.SubmitTransactionAsync(actions, cancellation)).Value;
            if (batches.Count > 0)
                DeliveryMetrics.Moved(batches[0], batches.Count);
            return [.. batches.Select((batch, index) => batch with { ETag = answers[index + 1].Headers.ETag ?? default })];
        }
        catch (TableTransactionFailedException failure) when (failure.Status == 409)
        {
            return null;
        }
    }

    /// <summary>Takes a batch into another state, with its new ETag; null if it was changed since it was read.</summary>
    public async Task<Batch?> TryMoveAsync(Batch batch, CancellationToken cancellation)
    {
        var row = BatchRow.WriteStep(batch);
        if (!await store.Deliveries.TryMergeAsync(row, cancellation) && !await IsItselfAsync(row, cancellation))
            return null;
        DeliveryMetrics.Moved(batch);
        return batch with { ETag = row.ETag };
    }

    /// <summary>The same, and not to be cut short. Where another changed the batch meanwhile, what he wrote holds.</summary>
    public Task<Batch?> MoveAsync(Batch batch, BatchState state) =>
        TryMoveAsync(batch with { State = state }, CancellationToken.None);

    /// <summary>
    /// Takes two batches of a run into other states, in one transaction. The second with its new ETag; null if
    /// either was changed since it was read, and then neither is.
    /// </summary>
    public async Task<Batch?> TryMoveBothAsync(Batch first, Batch second, CancellationToken cancellation)
    {
        var (one, other) = (BatchRow.WriteStep(first), BatchRow.WriteStep(second));
        try
        {
            var answers = (await store.Deliveries.SubmitTransactionAsync(
                [
                    new TableTransactionAction(TableTransactionActionType.UpdateMerge, one, one.ETag),
                    new TableTransactionAction(TableTransactionActionType.UpdateMerge, other, other.ETag),
                ],
                cancellation)).Value;
            other.ETag = answers[1].Headers.ETag ?? default;
        }
        catch (TableTransactionFailedException failure) when (failure.Status is 412 or 404)
        {
            if (!await IsItselfAsync(other, cancellation))
                return null;
        }

        DeliveryMetrics.Moved(first);
        DeliveryMetrics.Moved(second);
        return second with { ETag = other.ETag };
    }

    // The SDK repeats a write whose answer was lost, which is then refused because of itself. Takes over the ETag of what is stored.
    private async Task<bool> IsItselfAsync(TableEntity step, CancellationToken cancellation)
    {
        if (await store.Deliveries.FindAsync(step.PartitionKey, step.RowKey, cancellation) is not { } stored || stored.GetGuid("Step") != step.GetGuid("Step"))
            return false;
        step.ETag = stored.ETag;
        return true;
    }

    /// <summary>
    /// Records that the provider took a batch: also where another took us for dead and holds it, or is about to
    /// find out; not where it is being cancelled. As it stands where an event has proven it already. Null if it
    /// counts no longer.
    /// </summary>
    public async Task<Batch?> AcceptAsync(Batch claimed, BatchState.Accepted accepted, CancellationToken cancellation)
    {
        var batch = claimed;
        while (true)
        {
            if (await TryMoveAsync(batch with { State = accepted }, cancellation) is { } moved)
                return moved;
            if (await FindAsync(claimed.Run, claimed.Key, cancellation) is not { Batch: var now }
                || BatchRow.AttemptOf(now.State)?.ProviderBatchId != accepted.Attempt.ProviderBatchId)
            {
                return null;
            }

            // Claimed: only events were added meanwhile.
            if (now.State is not (BatchState.Claimed or BatchState.Unknown or BatchState.Held))
                return now.State is BatchState.Accepted or BatchState.Proven ? now : null;
            batch = now;
        }
    }

    /// <summary>A batch and what events said of it; null if there is none of that key.</summary>
    /// <exception cref="InvalidDataException">The row is in a state that can't be.</exception>
    public async Task<ReportedBatch?> FindAsync(RunId run, string key, CancellationToken cancellation) =>
        await store.Deliveries.FindAsync(run.ToString(), key, cancellation) is { } row
            ? new ReportedBatch(BatchRow.Read(row), BatchEvents.Read(row), BatchRow.FindLastAttempt(row))
            : null;

    /// <summary>Writes what events said of a batch and, where they prove it, that; false if it was changed since it was read.</summary>
    public async Task<bool> TryRecordEventsAsync(
        Batch batch, BatchEvents events, BatchState.Proven? proven, CancellationToken cancellation)
    {
        if (!await store.Deliveries.TryMergeAsync(BatchRow.WriteEvents(batch, events, proven), cancellation))
            return false;
        if (proven is not null)
            DeliveryMetrics.Moved(batch with { State = proven });
        return true;
    }

    /// <summary>Puts two batches of half its members each in the place of one; false if that was changed since it was read.</summary>
    public async Task<bool> TryHalveAsync(Batch batch, CancellationToken cancellation)
    {
        var middle = batch.Members.Count / 2;
        var (firstName, secondName) = batch.Name.Halves();
        var first = Half(batch, firstName, 0, middle);
        var second = Half(batch, secondName, middle, batch.Members.Count - middle);
        var halved = BatchRow.WriteStep(batch with { State = new BatchState.Halved() });
        try
        {
            await store.Deliveries.SubmitTransactionAsync(
                [
                    new TableTransactionAction(TableTransactionActionType.UpdateMerge, halved, batch.ETag),
                    new TableTransactionAction(TableTransactionActionType.Add, BatchRow.Write(first)),
                    new TableTransactionAction(TableTransactionActionType.Add, BatchRow.Write(second)),
                ],
                cancellation);
        }
        catch (TableTransactionFailedException failure) when (failure.Status is 409 or 412)
        {
            return false;
        }

        DeliveryMetrics.Moved(batch with { State = new BatchState.Halved() });
        DeliveryMetrics.Moved(first, count: 2);
        return true;
    }

    private static Batch Half(Batch batch, BatchName name, int first, int count) => batch with
    {
        Name = name,
        Members = [.. batch.Members.Skip(first).Take(count)],
        Out = MemberSet.Of(Enumerable.Range(0, count).Where(index => batch.Out[first + index])),
        Attempts = 0,
        State = new BatchState.Planned(),
        ETag = default,
    };

    private static TableEntity Decision(RunId run, IdRange range, string kind) =>
        new(run.ToString(), LedgerKeys.Decision(range)) { ["Decision"] = kind };
}
