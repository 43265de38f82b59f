using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Tips;
using Microsoft.Extensions.Logging;

namespace DigestFunctions.Core.Subscribers;

/// <summary>
/// The schedule, derived from subscribers: an entry for each placement of one who is active. Whoever changes
/// a subscriber takes away what the change takes away (<see cref="NarrowAsync"/>), then writes the truth, and
/// then adds the rest (<see cref="AgreeAsync(Subscriber, IEnumerable{Slot}, CancellationToken)"/>). So at no
/// moment, however it is cut, is there an entry that the truth doesn't allow: who is missing comes back by the
/// daily sweep, but who had been in two slots for one issue would have had two digests by then.
/// </summary>
internal sealed partial class ScheduleEntries(
    Store store, SubscriberStore subscribers, SlotTable slots, TimeProvider time, ILogger<ScheduleEntries> logger)
{
    /// <summary>The key of a slot's row that changes with its entries: beyond all ids, so that no range holds it.</summary>
    public const string Changed = "~changed";

    private const int MostTries = 5;

    /// <summary>Leaves of a subscriber's entries only what she is to keep once she is another.</summary>
    public async Task NarrowAsync(Subscriber subscriber, Subscriber next, CancellationToken cancellation)
    {
        foreach (var placement in subscriber.Placements)
        {
            var kept = next.Placements.FirstOrDefault(other => other.Slot == placement.Slot)?.And(placement);
            if (kept is null)
                await RemoveAsync(placement.Slot, subscriber.Id, cancellation);
            else if (kept != placement)
                await WriteAsync(subscriber, kept, cancellation);
        }
    }

    /// <summary>
    /// Makes the schedule agree with a subscriber, and looks afterwards whether she has changed meanwhile:
    /// of two who come at once, the one with the older truth mends what it wrote. What a crash in between
    /// leaves, the daily sweep mends.
    /// </summary>
    /// <param name="subscriber">As she was read, or stored.</param>
    /// <param name="formerly">Where she was, or may have been.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task AgreeAsync(Subscriber subscriber, IEnumerable<Slot> formerly, CancellationToken cancellation)
    {
        var known = formerly.Append(subscriber.Preferences.DigestSlot).ToHashSet();
        while (true)
        {
            await WriteAsync(subscriber, known, cancellation);
            var now = await subscribers.FindAsync(subscriber.Id, cancellation);
            if (now?.ETag == subscriber.ETag)
                return;
            known.UnionWith(SlotsOf(subscriber));
            if (now is null)
            {
                await AgreeAsync(subscriber.Id, known, cancellation);
                return;
            }

            subscriber = now;
        }
    }

    /// <summary>The same by the truth of now, also where there is none any more.</summary>
    public async Task AgreeAsync(SubscriberId id, IReadOnlyCollection<Slot> formerly, CancellationToken cancellation)
    {
        if (await subscribers.FindAsync(id, cancellation) is not { } subscriber)
        {
            foreach (var slot in formerly)
                await RemoveAsync(slot, id, cancellation);
            // She may have come between the look and the removal.
            if (await subscribers.FindAsync(id, cancellation) is not { } come)
                return;
            subscriber = come;
        }

        await AgreeAsync(subscriber, formerly, cancellation);
    }

    /// <summary>
    /// Puts what somebody said of a practice into the entries that she has. It takes nothing away that a run has not
    /// begun with, so nobody who has read the slot need look again. The newest truth is written last.
    /// </summary>
    public async Task NoteAsync(Subscriber subscriber, CancellationToken cancellation)
    {
        while (true)
        {
            foreach (var placement in subscriber.Placements)
                await store.Schedule.TryMergeAsync(ScheduleEntry.Of(subscriber, placement).WriteCheckIns(placement.Slot), cancellation);
            if (await subscribers.FindAsync(subscriber.Id, cancellation) is not { } now || now.ETag == subscriber.ETag)
                return;
            subscriber = now;
        }
    }

    /// <summary>The slots that a subscriber is in.</summary>
    public static IEnumerable<Slot> SlotsOf(Subscriber subscriber) =>
        subscriber.Placements.Select(placement => placement.Slot);

    /// <summary>
    /// The entries of a range of a slot, in the order of ids, for one issue; null where they are more than
    /// <paramref name="limit"/>, or will be by far as the first page shows: ids spread evenly.
    /// </summary>
    public async Task<IReadOnlyList<ScheduleEntry>?> TryReadAsync(
        Slot slot, IdRange range, IssueId issue, int limit, CancellationToken cancellation)
    {
        var entries = new List<ScheduleEntry>();
        var isFirst = true;
        await foreach (var page in PagesAsync(slot, range.ToString(), range.ToString(), cancellation))
        {
            // Not counted in rows: entries of other issues would take the place of those of this one.
            entries.AddRange(page.Entries.Where(entry => entry.IsFor(issue)));
            if (entries.Count > limit
                || (isFirst && page.HasMore && entries.Count > 0
                    && entries.Count / range.ShareBefore(entries[^1].Id.Value) > 2.0 * limit))
            {
                return null;
            }

            isFirst = false;
        }

        return entries;
    }

    /// <summary>The entries between two ids of a slot, both included, for one issue.</summary>
    public async Task<IReadOnlyList<ScheduleEntry>> ReadAsync(
        Slot slot, SubscriberId first, SubscriberId last, IssueId issue, CancellationToken cancellation)
    {
        var entries = new List<ScheduleEntry>();
        await foreach (var page in PagesAsync(slot, first.ToString(), last.ToString(), cancellation))
            entries.AddRange(page.Entries.Where(entry => entry.IsFor(issue)));
        return entries;
    }

    private async IAsyncEnumerable<(IReadOnlyList<ScheduleEntry> Entries, bool HasMore)> PagesAsync(
        Slot slot, string from, string through, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // 'g' comes after every hex digit.
        var (key, end) = (slot.ToString(), through + "g");
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {key} and RowKey ge {from} and RowKey lt {end}");
        var page = new EntryPage(EntryUnreadable);
        await foreach (var hasMore in RawRows.QueryAsync(store.Schedule, filter, EntryColumns.All, page.Begin, page.Read, cancellation))
            yield return (page.Entries, hasMore);
    }

    /// <summary>For which issues somebody is in a slot, as far as that can be read.</summary>
    public async Task<Placement?> FindAsync(Slot slot, SubscriberId id, CancellationToken cancellation)
    {
        var row = await store.Schedule.FindAsync(slot.ToString(), id.ToString(), cancellation);
        return row is null ? null : FoundEntry.Read(row).Placement;
    }

    /// <summary>Where every entry is. For the daily sweep and the rebuild only.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="whole">With to whom mail goes by it.</param>
    public async IAsyncEnumerable<FoundEntry> AllAsync([EnumeratorCancellation] CancellationToken cancellation, bool whole = false)
    {
        IReadOnlyList<string> columns = ["PartitionKey", "RowKey", "Language", "Focus", "Energy", "FirstIssue", "LastIssue", "WeeksBack", "CheckIns"];
        if (whole)
            columns = [.. columns, "Email", "Name", "Generation"];
        await foreach (var row in store.Schedule.QueryAsync<TableEntity>((string?)null, Store.PageSize, columns, cancellation))
        {
            if (row.RowKey != Changed)
                yield return FoundEntry.Read(row);
        }
    }

    /// <summary>
    /// Changes whenever an entry of the slot was taken away or changed, and before whoever did it is answered: who
    /// has read entries, and finds it as it was before, knows that nobody of them has left.
    /// </summary>
    public async Task<string> ChangesAsync(Slot slot, CancellationToken cancellation)
    {
        var row = await store.Schedule.GetEntityIfExistsAsync<TableEntity>(slot.ToString(), Changed, ["PartitionKey"], cancellation);
        return row.HasValue ? row.Value!.ETag.ToString() : "";
    }

    /// <summary>Takes an entry away, if there is one.</summary>
    public Task RemoveAsync(Slot slot, SubscriberId id, CancellationToken cancellation) => ChangeAsync(
        slot,
        new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(slot.ToString(), id.ToString()), ETag.All),
        cancellation);

    // With the entry, the slot's own row. Others of the slot write that too, and of two at once the store may refuse one.
    private async Task ChangeAsync(Slot slot, TableTransactionAction change, CancellationToken cancellation)
    {
        var changed = new TableTransactionAction(TableTransactionActionType.UpsertReplace, new TableEntity(slot.ToString(), Changed));
        for (var left = MostTries; ; left--)
        {
            try
            {
                await store.Schedule.SubmitTransactionAsync([change, changed], cancellation);
                return;
            }
            catch (TableTransactionFailedException gone) when (gone.Status == 404)
            {
                return;
            }
            catch (TableTransactionFailedException busy) when (busy.Status is 409 or 412 && left > 0)
            {
            }
        }
    }

    // What is to go goes first, and what ends is written before what begins.
    private async Task WriteAsync(Subscriber subscriber, HashSet<Slot> known, CancellationToken cancellation)
    {
        foreach (var slot in known.Except(SlotsOf(subscriber)))
            await RemoveAsync(slot, subscriber.Id, cancellation);
        foreach (var placement in subscriber.Placements)
        {
            await slots.EnsureAsync(placement.Slot, time.Now, cancellation);
            await WriteAsync(subscriber, placement, cancellation);
        }
    }

    // A new entry takes nothing away from anybody who has read the others.
    private async Task WriteAsync(Subscriber subscriber, Placement placement, CancellationToken cancellation)
    {
        var row = ScheduleEntry.Of(subscriber, placement).Write(placement.Slot);
        if (!await store.Schedule.TryInsertAsync(row, cancellation))
            await ChangeAsync(placement.Slot, new TableTransactionAction(TableTransactionActionType.UpsertReplace, row), cancellation);
    }

    [LoggerMessage(411, LogLevel.Error, "The entry of subscriber {Subscriber} can't be read, and she gets nothing by it.")]
    private partial void EntryUnreadable(string subscriber);
}

/// <summary>An entry as the sweep finds it; whatever can't be read of it is null.</summary>
internal sealed record FoundEntry(string SlotKey, string IdKey, SubscriberId? Id, Slot? Slot, Placement? Placement, string Reads)
{
    /// <summary>See <see cref="ScheduleEntry.Addressee"/>; of no use where these columns weren't read.</summary>
    public int Addressee { get; private init; }

    public static FoundEntry Read(TableEntity row)
    {
        SubscriberId? id = SubscriberId.TryParse(row.RowKey, out var readId) ? readId : null;
        Slot? slot = Schedule.Slot.TryParse(row.PartitionKey, out var readSlot) ? readSlot : null;
        var text = $"{row.PartitionKey} {row["FirstIssue"] as string}..{row["LastIssue"] as string}";
        Placement? placement = Placement.TryParse(text, out var read) ? read with { WeeksBack = row["WeeksBack"] as int? } : null;
        return new FoundEntry(row.PartitionKey, row.RowKey, id, slot, placement, ReadsOf(row))
        {
            Addressee = ScheduleEntry.AddresseeOf(row["Email"] as string, row["Name"] as string, row["Generation"] as int?),
        };
    }

    // As ScheduleEntry says it; what is of another type agrees with nobody's.
    private static string ReadsOf(TableEntity row) =>
        $"{row["Language"]}|{row["Focus"]}|{row["Energy"] ?? TipChoice.Usual.Energy.ToKey()}|{row["CheckIns"]}";
}
