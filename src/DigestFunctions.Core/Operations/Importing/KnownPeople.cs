using Azure;
using Azure.Data.Tables;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Operations.Importing;

/// <summary>
/// Finds out how those who stand in a file are known here: of few each by herself, of many by one look at everybody.
/// An import that was cut short goes on by that, and needs no other memory.
/// </summary>
internal sealed class KnownPeople(Store store)
{
    /// <summary>Up to so many are looked up one by one.</summary>
    public const int Few = 5_000;

    private const int AtOnce = 16;

    private static readonly string[] Columns = ["RowKey", "Status", "FirstIssue"];

    // The store writes its own time beside each row; its servers' clocks may differ by this much.
    private static readonly TimeSpan ClockMargin = TimeSpan.FromMinutes(5);

    /// <summary>Notes it of everybody. Returns up to when suppressions are known.</summary>
    public async Task<DateTimeOffset?> LookAsync(PersonIndex index, IProgress<ImportProgress>? progress, CancellationToken cancellation)
    {
        DateTimeOffset? newest = null;
        await foreach (var (id, at) in SuppressedSinceAsync(null, cancellation))
        {
            index.Note(id, KnownAs.Suppressed);
            newest = newest > at ? newest : at;
        }

        if (index.Count <= Few)
            await LookOneByOneAsync(index, cancellation);
        else
            await LookAtAllAsync(index, progress, cancellation);
        return newest;
    }

    /// <summary>Whose address must not be mailed, and when the store came to know of it; of those from a moment on, by the store's clock.</summary>
    public async IAsyncEnumerable<(SubscriberId Id, DateTimeOffset At)> SuppressedSinceAsync(
        DateTimeOffset? since, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var filter = since is { } from ? TableClient.CreateQueryFilter($"Timestamp ge {from - ClockMargin}") : null;
        await foreach (var row in store.Suppressions.QueryAsync<TableEntity>(filter, Store.PageSize, ["RowKey", "Reason", "Timestamp"], cancellation))
        {
            if (row.GetString("Reason") is not null && SubscriberId.TryParse(row.RowKey, out var id))
                yield return (id, row.Timestamp ?? DateTimeOffset.MinValue);
        }
    }

    public static KnownAs Of(SubscriberState state) => state switch
    {
        SubscriberState.Active => KnownAs.Active,
        SubscriberState.Pending { FirstIssue: null } => KnownAs.Pending,
        SubscriberState.Pending => KnownAs.PendingAgain,
        SubscriberState.Suppressed => KnownAs.Suppressed,
        _ => KnownAs.Left,
    };

    private async Task LookOneByOneAsync(PersonIndex index, CancellationToken cancellation)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation };
        List<SubscriberId> ids = [.. index.Ids];
        // Different entries of dictionaries of which none is added or taken away.
        await Parallel.ForEachAsync(ids, options, async (id, stopping) =>
        {
            var found = await store.Subscribers.GetEntityIfExistsAsync<TableEntity>(id.Partition, id.ToString(), Columns, stopping);
            if (found.HasValue)
                index.Note(id, Of(found.Value!));
        });
    }

    private async Task LookAtAllAsync(PersonIndex index, IProgress<ImportProgress>? progress, CancellationToken cancellation)
    {
        var looked = 0L;
        await foreach (Page<TableEntity> page in store.Subscribers.QueryAsync<TableEntity>((string?)null, Store.PageSize, Columns, cancellation).AsPages())
        {
            foreach (var row in page.Values)
            {
                if (SubscriberId.TryParse(row.RowKey, out var id))
                    index.Note(id, Of(row));
            }

            looked += page.Values.Count;
            progress?.Report(new ImportProgress(ImportStage.Looking, looked, Of: null));
        }
    }

    private static KnownAs Of(TableEntity row) => row.GetString("Status") switch
    {
        "Active" => KnownAs.Active,
        "Pending" => row.GetString("FirstIssue") is null ? KnownAs.Pending : KnownAs.PendingAgain,
        "Suppressed" => KnownAs.Suppressed,
        _ => KnownAs.Left,
    };
}
