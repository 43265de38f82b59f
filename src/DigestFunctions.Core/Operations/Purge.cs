using Azure.Data.Tables;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace DigestFunctions.Core.Operations;

/// <summary>
/// Deletes the ledgers of old issues, and the counts of old hours. A run's row goes after its deliveries, of which it is the only trace: one
/// that is cut short begins again with it. A row that can't be read is said, and left.
/// </summary>
internal sealed partial class Purge(Store store, TimeProvider time, ILogger<Purge> logger)
{
    /// <summary>How many weeks an operator can ask about: a year, and the last days of it in every zone.</summary>
    public const int WeeksKept = 54;

    private static readonly string[] KeysOnly = ["PartitionKey", "RowKey"];

    /// <summary>The oldest issue of which anything is kept.</summary>
    public static IssueId Oldest(Instant now) => IssueId.Of(now, DateTimeZone.Utc).Plus(-WeeksKept);

    /// <summary>Returns how many rows it deleted.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var now = time.Now;
        var oldest = Oldest(now).ToString();
        var filter = TableClient.CreateQueryFilter($"PartitionKey lt {oldest}");
        var deleted = 0;
        var done = new List<TableEntity>();
        await foreach (var row in store.Runs.QueryAsync<TableEntity>(filter, Store.PageSize, KeysOnly, cancellation))
        {
            if (!RunId.TryParse(row.RowKey, out var run) || run.Issue.ToString() != row.PartitionKey)
            {
                RunUnreadable(row.PartitionKey, row.RowKey);
                continue;
            }

            if (IsFull(done, row))
                deleted += await DeleteAsync(store.Runs, done, cancellation);
            deleted += await DeleteAllAsync(store.Deliveries, TableClient.CreateQueryFilter($"PartitionKey eq {run.ToString()}"), cancellation);
            done.Add(row);
        }

        deleted += await DeleteAsync(store.Runs, done, cancellation);
        return deleted + await DeleteAllAsync(store.Limits, SignUpLimits.Before(now - Duration.FromDays(1)), cancellation);
    }

    private static async Task<int> DeleteAllAsync(TableClient table, string filter, CancellationToken cancellation)
    {
        var deleted = 0;
        var rows = new List<TableEntity>();
        await foreach (var row in table.QueryAsync<TableEntity>(filter, Store.PageSize, KeysOnly, cancellation))
        {
            if (IsFull(rows, row))
                deleted += await DeleteAsync(table, rows, cancellation);
            rows.Add(row);
        }

        return deleted + await DeleteAsync(table, rows, cancellation);
    }

    // One transaction is of one partition.
    private static bool IsFull(List<TableEntity> rows, TableEntity next) =>
        rows.Count == Store.TransactionSize || (rows.Count > 0 && rows[0].PartitionKey != next.PartitionKey);

    // Rows of one partition, in one transaction, and the list is empty again.
    private static async Task<int> DeleteAsync(TableClient table, List<TableEntity> rows, CancellationToken cancellation)
    {
        if (rows.Count == 0)
            return 0;
        try
        {
            await table.SubmitTransactionAsync(
                rows.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row)), cancellation);
        }
        catch (TableTransactionFailedException failure) when (failure.Status == 404)
        {
            // Another sweep is at it, or was and its answer was lost: one by one, gone is done.
            foreach (var row in rows)
                await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, cancellationToken: cancellation);
        }

        var deleted = rows.Count;
        rows.Clear();
        return deleted;
    }

    [LoggerMessage(303, LogLevel.Error, "The old run {Run} of {Issue} can't be read, and is left as it is.")]
    private partial void RunUnreadable(string issue, string run);
}
