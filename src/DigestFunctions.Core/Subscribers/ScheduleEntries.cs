using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using NodaTime;

namespace DigestFunctions.Core.Subscribers;

/// <summary>
/// The schedule, derived from subscribers: one entry in the slot of each who is active. Whoever changes
/// a subscriber writes the truth first and then calls <see cref="AgreeAsync"/>.
/// </summary>
internal sealed class ScheduleEntries(Store store, SubscriberStore subscribers, SlotTable slots, TimeProvider time)
{
    /// <summary>
    /// Makes the schedule agree with a subscriber, and looks afterwards whether she has changed meanwhile:
    /// of two who come at once, the one with the older truth mends what it wrote. What a crash in between
    /// leaves, the daily sweep mends.
    /// </summary>
    public async Task AgreeAsync(Subscriber subscriber, CancellationToken cancellation)
    {
        while (true)
        {
            await WriteAsync(subscriber, cancellation);
            var now = await subscribers.FindAsync(subscriber.Id, cancellation);
            if (now is null || now.ETag == subscriber.ETag)
                return;
            if (now.Preferences.DigestSlot != subscriber.Preferences.DigestSlot)
                await RemoveAsync(subscriber.Preferences.DigestSlot.ToString(), subscriber.Id, cancellation);
            subscriber = now;
        }
    }

    /// <summary>The entries of a range of a slot, in the order of ids, for one issue; the first <paramref name="limit"/> of these.</summary>
    public Task<IReadOnlyList<ScheduleEntry>> ReadAsync(
        Slot slot, IdRange range, IssueId issue, int limit, CancellationToken cancellation) =>
        ReadAsync(slot, range.ToString(), range.ToString(), issue, limit, cancellation);

    /// <summary>The entries between two ids of a slot, both included, for one issue.</summary>
    public Task<IReadOnlyList<ScheduleEntry>> ReadAsync(
        Slot slot, SubscriberId first, SubscriberId last, IssueId issue, CancellationToken cancellation) =>
        ReadAsync(slot, first.ToString(), last.ToString(), issue, int.MaxValue, cancellation);

    private async Task<IReadOnlyList<ScheduleEntry>> ReadAsync(
        Slot slot, string from, string through, IssueId issue, int limit, CancellationToken cancellation)
    {
        // 'g' comes after every hex digit.
        var (key, end) = (slot.ToString(), through + "g");
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {key} and RowKey ge {from} and RowKey lt {end}");
        var entries = new List<ScheduleEntry>();
        await foreach (var row in store.Schedule.QueryAsync<TableEntity>(filter, Store.PageSize, cancellationToken: cancellation))
        {
            var entry = ScheduleEntry.Read(row);
            if (entry.IsFor(issue))
                entries.Add(entry);
            // Not counted in rows: entries of other issues would take the place of those of this one.
            if (entries.Count == limit)
                break;
        }

        return entries;
    }

    /// <summary>Where every entry is. For the daily sweep only.</summary>
    public async IAsyncEnumerable<(string Slot, SubscriberId Id)> AllAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var row in store.Schedule.QueryAsync<TableEntity>(
            (string?)null, Store.PageSize, ["PartitionKey", "RowKey"], cancellation))
        {
            yield return (row.PartitionKey, SubscriberId.Parse(row.RowKey));
        }
    }

    /// <summary>Removes an entry, if it is there.</summary>
    public Task RemoveAsync(string slot, SubscriberId id, CancellationToken cancellation) =>
        store.Schedule.DeleteEntityAsync(slot, id.ToString(), cancellationToken: cancellation);

    private async Task WriteAsync(Subscriber subscriber, CancellationToken cancellation)
    {
        var slot = subscriber.Preferences.DigestSlot;
        if (subscriber.State is not SubscriberState.Active active)
        {
            await RemoveAsync(slot.ToString(), subscriber.Id, cancellation);
            return;
        }

        await slots.EnsureAsync(slot, Instant.FromDateTimeOffset(time.GetUtcNow()), cancellation);
        await store.Schedule.UpsertEntityAsync(
            ScheduleEntry.Of(subscriber, active).Write(slot), TableUpdateMode.Replace, cancellation);
    }
}
