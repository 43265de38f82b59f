using Azure.Data.Tables;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Storage;
using NodaTime;

namespace DigestFunctions.Core.Delivery;

/// <summary>
/// The cancellations that we made, so that they are given back: the provider allows ten at a time. Each has a
/// row in the ledger before it is made, and loses it when it is given back.
/// </summary>
internal sealed class Cancellations(Store store, IMailProvider provider, TimeProvider time)
{
    private const string Partition = "cancellations";

    /// <summary>
    /// How long after its time the mail of a cancelled batch is certainly dropped. Given back earlier, the
    /// cancellation is taken back, and the mail goes out.
    /// </summary>
    private static readonly Duration Kept = Duration.FromHours(1);

    /// <param name="attempt">What to cancel.</param>
    /// <param name="latest">After this it is only asked for: the provider would say yes, and the mail would leave all the same.</param>
    public async Task<CancelOutcome> MakeAsync(Attempt attempt, Instant latest, CancellationToken cancellation)
    {
        var row = new TableEntity(Partition, attempt.ProviderBatchId) { ["SendAt"] = attempt.SendAt.ToDateTimeOffset() };
        await store.Deliveries.TryInsertAsync(row, cancellation);
        // A store in trouble may have taken its time.
        return time.Now > latest
            ? await provider.FindCancellationAsync(attempt.ProviderBatchId, cancellation)
            : await provider.CancelAsync(attempt.ProviderBatchId, cancellation);
    }

    /// <summary>Gives back what is no longer needed.</summary>
    public async Task GiveBackAsync(Instant now, CancellationToken cancellation)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and SendAt le {(now - Kept).ToDateTimeOffset()}");
        await foreach (var row in store.Deliveries.QueryAsync<TableEntity>(filter, cancellationToken: cancellation))
        {
            if (await provider.TryForgetCancellationAsync(row.RowKey, cancellation))
                await store.Deliveries.TryDeleteAsync(row, cancellation);
        }
    }
}
