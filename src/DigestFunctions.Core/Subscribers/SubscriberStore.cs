using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using DigestFunctions.Core.Storage;
using NodaTime.Text;

namespace DigestFunctions.Core.Subscribers;

/// <summary>The table of subscribers. Whoever changes one has read it: never the last write wins.</summary>
internal sealed class SubscriberStore(Store store)
{
    public async Task<Subscriber?> FindAsync(SubscriberId id, CancellationToken cancellation)
    {
        var row = await store.Subscribers.FindAsync(id.Partition, id.ToString(), cancellation);
        return row is null ? null : SubscriberRow.Read(row);
    }

    /// <summary>Adds a new subscriber, with her ETag; null if there is one of that id.</summary>
    public async Task<Subscriber?> TryAddAsync(Subscriber subscriber, CancellationToken cancellation)
    {
        var row = SubscriberRow.Write(subscriber);
        return await store.Subscribers.TryInsertAsync(row, cancellation) ? subscriber with { ETag = row.ETag } : null;
    }

    /// <summary>Replaces a subscriber, with her new ETag; null if she was changed since she was read.</summary>
    public async Task<Subscriber?> TryReplaceAsync(Subscriber subscriber, CancellationToken cancellation)
    {
        var row = SubscriberRow.Write(subscriber);
        return await store.Subscribers.TryReplaceAsync(row, cancellation) ? subscriber with { ETag = row.ETag } : null;
    }

    public Task<bool> TryDeleteAsync(Subscriber subscriber, CancellationToken cancellation) =>
        store.Subscribers.TryDeleteAsync(SubscriberRow.Write(subscriber), cancellation);

    /// <summary>All subscribers, a page at a time; without what can't be read. For the daily sweep only.</summary>
    public async IAsyncEnumerable<FoundSubscriber> AllAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var row in store.Subscribers.QueryAsync<TableEntity>(
            (string?)null, Store.PageSize, cancellationToken: cancellation))
        {
            yield return new FoundSubscriber(row.RowKey, TryRead(row));
        }
    }

    /// <summary>The ETags of all between two ids, both included: whether somebody is still as she was read.</summary>
    public async Task<Dictionary<SubscriberId, ETag>> ETagsAsync(SubscriberId first, SubscriberId last, CancellationToken cancellation)
    {
        var (from, to) = (first.ToString(), last.ToString());
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {first.Partition} and PartitionKey le {last.Partition} and RowKey ge {from} and RowKey le {to}");
        var found = new Dictionary<SubscriberId, ETag>();
        await foreach (var row in store.Subscribers.QueryAsync<TableEntity>(filter, Store.PageSize, ["RowKey"], cancellation))
        {
            if (SubscriberId.TryParse(row.RowKey, out var id))
                found[id] = row.ETag;
        }

        return found;
    }

    // One that is broken must not keep the others from being looked after.
    private static Subscriber? TryRead(TableEntity row)
    {
        try
        {
            return SubscriberRow.Read(row);
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or FormatException or InvalidOperationException or UnparsableValueException)
        {
            return null;
        }
    }
}

/// <summary>A row of the table as the sweep finds it.</summary>
internal sealed record FoundSubscriber(string Key, Subscriber? Subscriber);
