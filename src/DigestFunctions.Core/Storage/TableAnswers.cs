using Azure;
using Azure.Data.Tables;

namespace DigestFunctions.Core.Storage;

/// <summary>The answers of Table Storage that are expected outcomes, as results.</summary>
internal static class TableAnswers
{
    /// <summary>Inserts an entity; false if there is one of that key.</summary>
    public static async Task<bool> TryInsertAsync(this TableClient table, TableEntity entity, CancellationToken cancellation)
    {
        try
        {
            var response = await table.AddEntityAsync(entity, cancellation);
            entity.ETag = response.Headers.ETag ?? default;
            return true;
        }
        catch (RequestFailedException failure) when (failure.Status == 409)
        {
            return false;
        }
    }

    /// <summary>Replaces an entity that is still as it was read; false if it has changed or gone since.</summary>
    public static Task<bool> TryReplaceAsync(this TableClient table, TableEntity entity, CancellationToken cancellation) =>
        table.TryUpdateAsync(entity, TableUpdateMode.Replace, cancellation);

    /// <summary>Merges columns into an entity that is still as it was read; false if it has changed or gone since.</summary>
    public static Task<bool> TryMergeAsync(this TableClient table, TableEntity entity, CancellationToken cancellation) =>
        table.TryUpdateAsync(entity, TableUpdateMode.Merge, cancellation);

    private static async Task<bool> TryUpdateAsync(
        this TableClient table, TableEntity entity, TableUpdateMode mode, CancellationToken cancellation)
    {
        try
        {
            var response = await table.UpdateEntityAsync(entity, entity.ETag, mode, cancellation);
            entity.ETag = response.Headers.ETag ?? default;
            return true;
        }
        catch (RequestFailedException failure) when (failure.Status is 412 or 404)
        {
            return false;
        }
    }

    /// <summary>Deletes an entity that is still as it was read; false if it has changed since. Gone is done.</summary>
    public static async Task<bool> TryDeleteAsync(this TableClient table, TableEntity entity, CancellationToken cancellation)
    {
        try
        {
            await table.DeleteEntityAsync(entity.PartitionKey, entity.RowKey, entity.ETag, cancellation);
            return true;
        }
        catch (RequestFailedException failure) when (failure.Status == 412)
        {
            return false;
        }
    }

    public static async Task<TableEntity?> FindAsync(this TableClient table, string partition, string row, CancellationToken cancellation)
    {
        var answer = await table.GetEntityIfExistsAsync<TableEntity>(partition, row, cancellationToken: cancellation);
        return answer.HasValue ? answer.Value : null;
    }
}
