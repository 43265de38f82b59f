using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Operations.Importing;

/// <summary>
/// Whom an import is about to add, by id: written before the first of them is, and removed when all of them are in the
/// schedule. What is found there, a crash has left, and the next import finishes it.
/// </summary>
internal sealed class ImportJournal(Store store)
{
    /// <summary>As many as one row can hold, in columns of 64 KB.</summary>
    public const int Most = Columns * PerColumn;

    private const string Partition = "imports";
    private const int Columns = 3;
    private const int PerColumn = 64 * 1024 / SubscriberId.ByteLength;

    public async Task<TableEntity> BeginAsync(IReadOnlyList<SubscriberId> ids, CancellationToken cancellation)
    {
        var row = new TableEntity(Partition, Guid.NewGuid().ToString("n"));
        foreach (var (number, some) in ids.Chunk(PerColumn).Index())
        {
            var bytes = new byte[some.Length * SubscriberId.ByteLength];
            foreach (var (index, id) in some.Index())
                id.Write(bytes.AsSpan(index * SubscriberId.ByteLength));
            row[Column(number)] = bytes;
        }

        await store.Switches.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellation);
        return row;
    }

    public Task EndAsync(TableEntity row, CancellationToken cancellation) =>
        store.Switches.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancellation);

    /// <summary>What is left of imports that were cut short; or of one that is under way.</summary>
    public async IAsyncEnumerable<(TableEntity Row, IReadOnlyList<SubscriberId> Ids)> LeftAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition}");
        await foreach (var row in store.Switches.QueryAsync<TableEntity>(filter, Store.PageSize, cancellationToken: cancellation))
            yield return (row, [.. Enumerable.Range(0, Columns).SelectMany(number => Read(row.GetBinary(Column(number)) ?? []))]);
    }

    private static string Column(int number) => "Ids" + number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static IEnumerable<SubscriberId> Read(byte[] bytes) =>
        bytes.Chunk(SubscriberId.ByteLength).Select(id => SubscriberId.Read(id));
}
