using Azure.Data.Tables;
using DigestFunctions.Core.Storage;

namespace DigestFunctions.Core.Subscribers;

// Many new ones at once, as an import has them.
internal sealed partial class ScheduleEntries
{
    private const int TransactionsAtOnce = 8;

    /// <summary>
    /// Adds the entries of subscribers who are stored and have none, by transactions of a slot each. A new entry takes
    /// nothing away from anybody who has read the slot. Who has one already is looked at by herself.
    /// </summary>
    public async Task AddManyAsync(IEnumerable<Subscriber> stored, CancellationToken cancellation)
    {
        var slotsOf = stored.SelectMany(subscriber => subscriber.Placements.Select(placement => (Subscriber: subscriber, Placement: placement)))
            .GroupBy(entry => entry.Placement.Slot).ToList();
        var options = new ParallelOptions { MaxDegreeOfParallelism = TransactionsAtOnce, CancellationToken = cancellation };
        await Parallel.ForEachAsync(slotsOf, options, async (entries, stopping) => await slots.EnsureAsync(entries.Key, time.Now, stopping));
        await Parallel.ForEachAsync(
            slotsOf.SelectMany(entries => entries.OrderBy(entry => entry.Subscriber.Id.Value).Chunk(Store.TransactionSize)),
            options,
            async (some, stopping) => await AddAsync(some, stopping));
    }

    private async Task AddAsync((Subscriber Subscriber, Placement Placement)[] some, CancellationToken cancellation)
    {
        try
        {
            await store.Schedule.SubmitTransactionAsync(
                some.Select(entry => new TableTransactionAction(
                    TableTransactionActionType.Add, ScheduleEntry.Of(entry.Subscriber, entry.Placement).Write(entry.Placement.Slot))),
                cancellation);
        }
        catch (TableTransactionFailedException taken) when (taken.Status == 409)
        {
            foreach (var (subscriber, _) in some)
                await AgreeAsync(subscriber.Id, [], cancellation);
        }
    }
}
