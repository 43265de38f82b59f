using Azure.Data.Tables;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using Microsoft.Extensions.Logging;

namespace DigestFunctions.Core.Operations;

/// <summary>What a rebuild did.</summary>
/// <param name="Written">Subscribers whose entries were written anew.</param>
/// <param name="Removed">Subscribers who are in no slot, and had entries.</param>
/// <param name="LeftAlone">Subscribers who are, or have an entry, in a slot of which a run is under way.</param>
/// <param name="Recomputed">Slots whose next run is at another moment than was written.</param>
internal sealed record RebuildCounts(int Written, int Removed, int LeftAlone, int Recomputed);

/// <summary>
/// On request: writes the schedule anew from the subscribers, each entry with all that stands in it. One
/// subscriber after another, what is wrong goes before what is right comes, so that a cut leaves nobody in two
/// slots; it can be run again. Leaves alone who has to do with a slot of which a run isn't settled, and
/// never deletes a slot's row.
/// </summary>
internal sealed partial class ScheduleRebuild(
    Store store, SlotTable slots, Mending mending, TimeProvider time, ILogger<ScheduleRebuild> logger)
{
    private const int AtOnce = 16;

    public async Task<RebuildCounts> RunAsync(CancellationToken cancellation)
    {
        var busy = await UnsettledSlotsAsync(cancellation);
        var recomputed = await slots.RecomputeAsync(cancellation);
        var index = await mending.ReadEntriesAsync(cancellation);
        int written = 0, removed = 0, leftAlone = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation };
        await Parallel.ForEachAsync(mending.TakeAllAsync(index, cancellation), options, async (found, cancelled) =>
        {
            var right = ScheduleEntries.SlotsOf(found.Subscriber).ToList();
            HashSet<Slot> all = [.. right, .. found.Entries.Select(entry => entry.Slot)];
            if (all.Count == 0)
                return;
            if (all.Overlaps(busy))
            {
                foreach (var slot in right)
                    await slots.EnsureAsync(slot, time.Now, cancelled);
                Interlocked.Increment(ref leftAlone);
                return;
            }

            await mending.MendAsync(found.Subscriber.Id, all, cancelled);
            if (right.Count > 0)
                Interlocked.Increment(ref written);
            else
                Interlocked.Increment(ref removed);
        });

        foreach (var id in index.Rest)
        {
            HashSet<Slot> strays = [.. index.Take(id).Select(entry => entry.Slot)];
            if (strays.Overlaps(busy))
            {
                leftAlone++;
                continue;
            }

            await mending.MendAsync(id, strays, cancellation);
            removed++;
        }

        var counts = new RebuildCounts(written, removed, leftAlone, recomputed);
        Rebuilt(counts.Written, counts.Removed, counts.LeftAlone, counts.Recomputed);
        return counts;
    }

    /// <summary>The slots of which a run is under way.</summary>
    internal async Task<HashSet<Slot>> UnsettledSlotsAsync(CancellationToken cancellation)
    {
        var busy = new HashSet<Slot>();
        await foreach (var row in store.Runs.QueryAsync<TableEntity>("Settled eq false", Store.PageSize, ["RowKey"], cancellation))
        {
            if (RunId.TryParse(row.RowKey, out var run))
                busy.Add(run.Slot);
        }

        return busy;
    }

    [LoggerMessage(304, LogLevel.Information, "Rebuilt the schedule: {Written} subscribers written, {Removed} removed, {LeftAlone} left alone since a run is under way, {Recomputed} slots recomputed.")]
    private partial void Rebuilt(int written, int removed, int leftAlone, int recomputed);
}
