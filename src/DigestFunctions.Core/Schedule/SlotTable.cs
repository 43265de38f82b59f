using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using DigestFunctions.Core.Storage;
using Microsoft.Extensions.Logging;
using NodaTime;
using NodaTime.Text;

namespace DigestFunctions.Core.Schedule;

/// <summary>The slots that have, or had, subscribers, each with its next run. Rows are never deleted: an empty slot costs nothing.</summary>
internal sealed partial class SlotTable(Store store, ILogger<SlotTable> logger)
{
    private const string Partition = "slots";

    /// <summary>Makes sure that a slot is planned from its next moment on; one that is there stays as it is.</summary>
    public Task EnsureAsync(Slot slot, Instant now, CancellationToken cancellation) =>
        store.Slots.TryInsertAsync(RowOf(new RunId(slot, slot.NextDate(now))), cancellation);

    /// <summary>The row of a slot that is next due for a run.</summary>
    public static TableEntity RowOf(RunId next)
    {
        var row = new TableEntity(Partition, next.Slot.ToString());
        SetNext(row, next);
        return row;
    }

    /// <summary>The slots whose next run is due until then: one query, however many slots there are.</summary>
    public async IAsyncEnumerable<DueSlot> DueAsync(Instant until, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var row in store.Slots.QueryAsync<TableEntity>(DueUntil(until), Store.PageSize, cancellationToken: cancellation))
        {
            // One that can't be read must not keep the others from being planned.
            if (TryReadNext(row, out var next))
                yield return new DueSlot(next, row);
            else
                Unreadable(row.RowKey);
        }
    }

    /// <summary>The filter for the slots whose next run is due until then.</summary>
    public static string DueUntil(Instant until) =>
        TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and NextRun le {until.ToDateTimeOffset()}");

    /// <summary>Moves a slot on to a later run; false if another planner did.</summary>
    public Task<bool> TryMoveOnAsync(DueSlot slot, RunId next, CancellationToken cancellation)
    {
        slot.Row["LastPlanned"] = LocalDatePattern.Iso.Format(slot.Next.Date);
        SetNext(slot.Row, next);
        return store.Slots.TryReplaceAsync(slot.Row, cancellation);
    }

    /// <summary>
    /// Writes anew when slots are due, where that isn't what the row says: the zone data changed. One that a
    /// planner moves on meanwhile is right by that. Returns how many.
    /// </summary>
    public async Task<int> RecomputeAsync(CancellationToken cancellation)
    {
        var recomputed = 0;
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition}");
        await foreach (var row in store.Slots.QueryAsync<TableEntity>(filter, Store.PageSize, cancellationToken: cancellation))
        {
            if (!TryReadNext(row, out var next))
            {
                Unreadable(row.RowKey);
                continue;
            }

            if (row.GetDateTimeOffset("NextRun") == next.Due.ToDateTimeOffset())
                continue;
            SetNext(row, next);
            recomputed += await store.Slots.TryReplaceAsync(row, cancellation) ? 1 : 0;
        }

        return recomputed;
    }

    private static void SetNext(TableEntity row, RunId next)
    {
        row["NextDate"] = LocalDatePattern.Iso.Format(next.Date);
        row["NextRun"] = next.Due.ToDateTimeOffset();
    }

    public static bool TryReadNext(TableEntity row, out RunId run) =>
        RunId.TryParse($"{row.RowKey}|{row.GetString("NextDate")}", out run);

    [LoggerMessage(102, LogLevel.Error, "The row of the slot {Slot} can't be read, and the slot isn't planned.")]
    private partial void Unreadable(string slot);
}

/// <summary>A slot whose next run is due, as it was read.</summary>
internal sealed record DueSlot(RunId Next, TableEntity Row);
