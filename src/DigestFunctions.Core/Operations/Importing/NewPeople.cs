using System.Collections.Concurrent;
using Azure.Data.Tables;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Operations.Importing;

/// <summary>
/// Adds many subscribers at once, by transactions of a partition each: first their rows, with their consent, then
/// their entries in the schedule. Cut anywhere, nobody is mailed whose consent isn't stored, and the journal has whom
/// to finish. Nobody who is there already is changed.
/// </summary>
internal sealed class NewPeople(
    Store store, SubscriberStore subscribers, ScheduleEntries schedule, Suppressions suppressions, KnownPeople known, ImportJournal journal)
{
    private const int TransactionsAtOnce = 8;
    private const int CallsAtOnce = 16;
    private const int LooksAReport = 500;

    /// <param name="people">New ones, no more than a journal holds.</param>
    /// <param name="suppressedUntil">Up to when suppressions were looked at before.</param>
    /// <param name="counts">Counts what became of each.</param>
    /// <param name="cancellation">Best none: what is begun is soon done.</param>
    public async Task AddAsync(
        IReadOnlyCollection<Subscriber> people, DateTimeOffset? suppressedUntil, ImportCounts counts, CancellationToken cancellation)
    {
        var noted = await journal.BeginAsync([.. people.Select(person => person.Id)], cancellation);
        var added = new ConcurrentBag<Subscriber>();
        await Parallel.ForEachAsync(
            people.GroupBy(person => person.Id.Partition).SelectMany(partition => partition.OrderBy(person => person.Id.Value).Chunk(Store.TransactionSize)),
            new ParallelOptions { MaxDegreeOfParallelism = TransactionsAtOnce, CancellationToken = cancellation },
            async (some, stopping) => await AddAsync(some, added, counts, stopping));

        await schedule.AddManyAsync(added, cancellation);
        // A suppression that came meanwhile, and found nobody yet to take out.
        await KeepOutAsync(people, suppressedUntil, cancellation);
        await EnqueueAsync(added, cancellation);
        await journal.EndAsync(noted, cancellation);
    }

    /// <summary>Finishes what a crash left of others.</summary>
    public async Task FinishLeftAsync(IProgress<ImportProgress>? progress, CancellationToken cancellation)
    {
        await foreach (var (row, ids) in journal.LeftAsync(cancellation))
        {
            var (found, looks) = (new ConcurrentBag<Subscriber>(), 0);
            await ForEachAsync(ids, async (id, stopping) =>
            {
                if (await subscribers.FindAsync(id, stopping) is { } subscriber)
                    found.Add(subscriber);
                Looked();
            }, cancellation);
            await schedule.AddManyAsync(found, cancellation);
            // They have been here for a while, and may have gone just now.
            await ForEachAsync(found, async (subscriber, stopping) =>
            {
                if ((await subscribers.FindAsync(subscriber.Id, stopping))?.ETag != subscriber.ETag)
                    await schedule.AgreeAsync(subscriber.Id, [.. ScheduleEntries.SlotsOf(subscriber)], stopping);
                Looked();
            }, cancellation);
            await KeepOutAsync(found, suppressedSince: null, cancellation);
            await EnqueueAsync(found, cancellation);
            await journal.EndAsync(row, cancellation);

            // Each is looked at twice.
            void Looked()
            {
                if (Interlocked.Increment(ref looks) is var done && done % LooksAReport == 0)
                    progress?.Report(new ImportProgress(ImportStage.Finishing, done / 2, ids.Count));
            }
        }
    }

    private async Task KeepOutAsync(IEnumerable<Subscriber> people, DateTimeOffset? suppressedSince, CancellationToken cancellation)
    {
        var ids = people.Select(person => person.Id).ToHashSet();
        await foreach (var (id, _) in known.SuppressedSinceAsync(suppressedSince, cancellation))
        {
            if (ids.Contains(id))
                await suppressions.FinishAsync(id, cancellation);
        }
    }

    private async Task AddAsync(Subscriber[] some, ConcurrentBag<Subscriber> added, ImportCounts counts, CancellationToken cancellation)
    {
        try
        {
            await store.Subscribers.SubmitTransactionAsync(
                some.Select(person => new TableTransactionAction(TableTransactionActionType.Add, NewRow(person))), cancellation);
            foreach (var person in some)
                Count(person);
        }
        catch (TableTransactionFailedException taken) when (taken.Status == 409)
        {
            foreach (var person in some)
                await AddAsync(person);
        }

        void Count(Subscriber person)
        {
            added.Add(person);
            counts.Count(person.State is SubscriberState.Active ? RowOutcome.Added : RowOutcome.Asked);
        }

        async Task AddAsync(Subscriber person)
        {
            if (await subscribers.TryAddAsync(person, cancellation) is not null)
            {
                Count(person);
                return;
            }

            var here = await subscribers.FindAsync(person.Id, cancellation);
            // The SDK repeats a write whose answer was lost, which is then refused because of itself.
            if (here?.Consent.ImportedAt == person.Consent.ImportedAt && here is not null)
                Count(here);
            else
                counts.Count(PersonIndex.OutcomeOf(here is null ? KnownAs.Left : KnownPeople.Of(here.State), hasEvidence: false, asks: false));
        }
    }

    // A row of nothing but what was said: most of the columns are for what comes later.
    private static TableEntity NewRow(Subscriber person)
    {
        var row = SubscriberRow.Write(person);
        foreach (var column in row.Where(column => column is { Value: null or "" or false, Key: not ("ConsentFrom" or "odata.etag") }).Select(column => column.Key).ToList())
            row.Remove(column);
        return row;
    }

    private Task EnqueueAsync(IEnumerable<Subscriber> people, CancellationToken cancellation) => ForEachAsync(
        people.Where(person => person is { State: SubscriberState.Pending, Owed: not null }),
        (person, stopping) => store.Mails.EnqueueAsync(new MailMessage(person.Id).ToString(), stopping),
        cancellation);

    private static Task ForEachAsync<T>(IEnumerable<T> all, Func<T, CancellationToken, Task> act, CancellationToken cancellation) => Parallel.ForEachAsync(
        all,
        new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce, CancellationToken = cancellation },
        async (each, stopping) => await act(each, stopping));
}
