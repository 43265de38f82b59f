using Azure.Data.Tables;
using Azure.Storage.Queues;

namespace DigestFunctions.Core.Storage;

/// <summary>The account's tables and queues, by name.</summary>
internal sealed class Store(TableServiceClient tables, QueueServiceClient queues, Names names)
{
    /// <summary>How many entities one query's page, and one transaction, can hold at the most (the service's limits).</summary>
    public const int PageSize = 1_000;
    public const int TransactionSize = 100;

    public TableClient Subscribers { get; } = tables.GetTableClient(names.Subscribers);

    public TableClient Schedule { get; } = tables.GetTableClient(names.Schedule);

    public TableClient Slots { get; } = tables.GetTableClient(names.Slots);

    public TableClient Runs { get; } = tables.GetTableClient(names.Runs);

    public TableClient Deliveries { get; } = tables.GetTableClient(names.Deliveries);

    public TableClient Suppressions { get; } = tables.GetTableClient(names.Suppressions);

    public TableClient Limits { get; } = tables.GetTableClient(names.Limits);

    public TableClient Audit { get; } = tables.GetTableClient(names.Audit);

    public TableClient Switches { get; } = tables.GetTableClient(names.Switches);

    public TableClient Snapshots { get; } = tables.GetTableClient(names.Snapshots);

    public QueueClient Ranges { get; } = queues.GetQueueClient(names.Ranges);

    public QueueClient Mails { get; } = queues.GetQueueClient(names.Mails);

    public QueueClient PoisonedRanges { get; } = queues.GetQueueClient(Names.PoisonOf(names.Ranges));

    public QueueClient PoisonedMails { get; } = queues.GetQueueClient(Names.PoisonOf(names.Mails));

    /// <summary>Makes what isn't there yet; run at start, since a missing table would read as an empty one.</summary>
    public async Task CreateAsync(CancellationToken cancellation)
    {
        foreach (var table in names.Tables)
            await tables.CreateTableIfNotExistsAsync(table, cancellation);
        await Ranges.CreateIfNotExistsAsync(cancellationToken: cancellation);
        await Mails.CreateIfNotExistsAsync(cancellationToken: cancellation);
    }

    /// <summary>Removes all of it. For what is meant to be thrown away: the demo's data, a test's.</summary>
    public async Task DeleteAsync(CancellationToken cancellation)
    {
        foreach (var table in names.Tables)
            await tables.DeleteTableAsync(table, cancellation);
        await Ranges.DeleteIfExistsAsync(cancellation);
        await Mails.DeleteIfExistsAsync(cancellation);
        await PoisonedRanges.DeleteIfExistsAsync(cancellation);
        await PoisonedMails.DeleteIfExistsAsync(cancellation);
    }

    /// <summary>Whether tables and queues answer; throws what the service says if not.</summary>
    public async Task ProbeAsync(CancellationToken cancellation)
    {
        await Slots.GetEntityIfExistsAsync<TableEntity>("probe", "probe", ["PartitionKey"], cancellation);
        await Ranges.GetPropertiesAsync(cancellation);
    }
}
