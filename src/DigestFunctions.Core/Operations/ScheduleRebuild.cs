using Azure.Data.Tables;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using Microsoft.Extensions.Logging;

namespace DigestFunctions.Core.Operations;

/// <summary>What a rebuild did.</summary>
/// <param name="Right">Subscribers of whom all entries were as they should be, and were left.</param>
/// <param name="Written">Subscribers whose entries were written anew.</param>
/// <param name="Removed">Subscribers who are in no slot, and had entries.</param>
/// <param name="LeftAlone">Subscribers who are, or have an entry, in a slot of which a run is under way.</param>
/// <param name="Recomputed">Slots whose next run is at another moment than was written.</param>
internal sealed record RebuildCounts(int Right, int Written, int Removed, int LeftAlone, int Recomputed);

internal enum RebuildStage
{
    ReadingEntries,
    Rebuilding,
}

/// <param name="Done">Entries that are read, or subscribers who are looked after.</param>
internal readonly record struct RebuildProgress(RebuildStage Stage, long Done);

/// <summary>
/// On request: makes the schedule what the subscribers say, in all that stands in it. Who has all of her entries as
/// they should be is left. Who has none gets hers with the others of her slot; everybody else is mended by herself,
/// and what is wrong goes before what is right comes, so that a cut leaves nobody in two slots; it can be run again.
/// Leaves alone who has to do with a slot of which a run isn't settled, and never deletes a slot's row.
/// </summary>
internal sealed partial class ScheduleRebuild(
    Store store, SubscriberStore subscribers, ScheduleEntries schedule, SlotTable slots, Mending mending, TimeProvider time, ILogger<ScheduleRebuild> logger)
{
    private const int AtOnce = 16;

    // So that the transactions of a slot are full, and over within seconds: who changes meanwhile is looked at behind them.
    private const int Window = 5_000;

    public async Task<RebuildCounts> RunAsync(IProgress<RebuildProgress>? progress, CancellationToken cancellation)
    {
        var busy = await UnsettledSlotsAsync(cancellation);
        var recomputed = await slots.RecomputeAsync(cancellation);
        var index = await mending.ReadEntriesAsync(
            cancellation, whole: true, read => progress?.Report(new RebuildProgress(RebuildStage.ReadingEntries, read)));
        var (people, done, planned) = (new int[Enum.GetValues<Kind>().Length], 0L, new HashSet<Slot>());
        await foreach (var some in mending.TakeAllAsync(index, cancellation).Chunk(Window).WithCancellation(cancellation))
        {
            var work = some.Select(found => WorkOf(found.Subscriber, found.Entries, index, busy)).ToLookup(work => work.Kind);
            // Every slot that anybody is in has a row, also where nothing else is to be done.
            await PlanAsync(some.SelectMany(found => ScheduleEntries.SlotsOf(found.Subscriber)).Where(planned.Add).ToList(), cancellation);
            await AddAsync([.. work[Kind.New].Select(each => each.Subscriber)], cancellation);
            await ForEachAsync(work[Kind.Wrong].Concat(work[Kind.Gone]), (each, stopping) => mending.MendAsync(each.Subscriber.Id, each.Slots, stopping), cancellation);
            foreach (var kind in work)
                people[(int)kind.Key] += kind.Count();
            progress?.Report(new RebuildProgress(RebuildStage.Rebuilding, done += some.Length));
        }

        var strays = index.Rest.Select(id => (Id: id, Slots: index.Take(id).Select(entry => entry.Slot).ToHashSet())).ToLookup(stray => stray.Slots.Overlaps(busy));
        await ForEachAsync(strays[false], (stray, stopping) => mending.MendAsync(stray.Id, stray.Slots, stopping), cancellation);
        var counts = new RebuildCounts(
            people[(int)Kind.Right],
            people[(int)Kind.New] + people[(int)Kind.Wrong],
            people[(int)Kind.Gone] + strays[false].Count(),
            people[(int)Kind.Busy] + strays[true].Count(),
            recomputed);
        Rebuilt(counts.Right, counts.Written, counts.Removed, counts.LeftAlone, counts.Recomputed);
        return counts;
    }

    private Work WorkOf(Subscriber subscriber, IReadOnlyList<IndexedEntry> entries, EntryIndex index, HashSet<Slot> busy)
    {
        HashSet<Slot> all = [.. ScheduleEntries.SlotsOf(subscriber), .. entries.Select(entry => entry.Slot)];
        var kind = all.Count == 0 ? Kind.Nowhere
            : all.Overlaps(busy) ? Kind.Busy
            : entries.Count == 0 && !mending.HasOver(subscriber) ? Kind.New
            : mending.Agree(subscriber, entries) && IsAddressed(subscriber, index) ? Kind.Right
            : subscriber.Placements.Any() ? Kind.Wrong
            : Kind.Gone;
        return new Work(kind, subscriber, all);
    }

    private static bool IsAddressed(Subscriber subscriber, EntryIndex index) =>
        subscriber.Placements.All(placement => index.IsAddressedTo(subscriber.Id, ScheduleEntry.Of(subscriber, placement).Addressee));

    private Task PlanAsync(List<Slot> unplanned, CancellationToken cancellation) =>
        ForEachAsync(unplanned, (slot, stopping) => slots.EnsureAsync(slot, time.Now, stopping), cancellation);

    // As they were read; who has changed meanwhile, and may not have met her entry, is made to agree with what she is now.
    private async Task AddAsync(IReadOnlyList<Subscriber> some, CancellationToken cancellation)
    {
        if (some.Count == 0)
            return;
        await schedule.AddManyAsync(some, cancellation);
        var now = await subscribers.ETagsAsync(new SubscriberId(some.Min(each => each.Id.Value)), new SubscriberId(some.Max(each => each.Id.Value)), cancellation);
        await ForEachAsync(
            some.Where(each => !now.TryGetValue(each.Id, out var etag) || etag != each.ETag),
            (each, stopping) => schedule.AgreeAsync(each.Id, [.. ScheduleEntries.SlotsOf(each)], stopping),
            cancellation);
    }

    private static Task ForEachAsync<T>(IEnumerable<T> all, Func<T, CancellationToken, Task> act, CancellationToken cancellation) => Parallel.ForEachAsync(
        all,
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
        async (each, stopping) => await act(each, stopping));

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

    private enum Kind
    {
        /// <summary>In no slot, and without an entry.</summary>
        Nowhere,
        Right,

        /// <summary>Without an entry, and to have hers.</summary>
        New,
        Wrong,

        /// <summary>In no slot, and with entries.</summary>
        Gone,
        Busy,
    }

    private sealed record Work(Kind Kind, Subscriber Subscriber, HashSet<Slot> Slots);

    [LoggerMessage(304, LogLevel.Information, "Rebuilt the schedule: {Right} subscribers were right, {Written} written, {Removed} removed, {LeftAlone} left alone since a run is under way, {Recomputed} slots recomputed.")]
    private partial void Rebuilt(int right, int written, int removed, int leftAlone, int recomputed);
}
