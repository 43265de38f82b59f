using System.Globalization;
using Azure.Data.Tables;
using DigestFunctions.Core.Storage;

namespace DigestFunctions.Core.Web.Operate;

/// <summary>Counts, for all instances together, how often a network gave a key that isn't one in this hour.</summary>
internal sealed class OperatorTries(Store store, TimeProvider time)
{
    /// <summary>After so many, no key from there is looked at until the next hour.</summary>
    public const int Most = 10;

    private const string Count = "Count";
    private const int MostRaces = 8;

    public async Task<bool> IsFullAsync(string networkHash, CancellationToken cancellation) =>
        await ReadAsync(networkHash, cancellation) is var row && NumberOf(row) >= Most;

    /// <summary>Counts one more.</summary>
    public async Task CountAsync(string networkHash, CancellationToken cancellation)
    {
        // Who loses each race has been outrun by as many others of the same network, who counted.
        for (var race = 0; race < MostRaces; race++)
        {
            var row = await ReadAsync(networkHash, cancellation);
            var isNew = row.ETag == default;
            row[Count] = NumberOf(row) + 1;
            if (isNew ? await store.Limits.TryInsertAsync(row, cancellation) : await store.Limits.TryReplaceAsync(row, cancellation))
                return;
        }
    }

    private async Task<TableEntity> ReadAsync(string networkHash, CancellationToken cancellation)
    {
        // The hour first, as in all of this table: by it, old counts are deleted.
        var partition = time.Now.ToString("yyyy-MM-dd'T'HH", CultureInfo.InvariantCulture) + "|operate";
        var network = networkHash.Length > 0 ? networkHash : "unknown";
        return await store.Limits.FindAsync(partition, network, cancellation) ?? new TableEntity(partition, network);
    }

    private static int NumberOf(TableEntity row) => row.GetInt32(Count) ?? 0;
}
