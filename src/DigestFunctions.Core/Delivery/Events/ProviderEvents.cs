using System.Collections.Concurrent;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace DigestFunctions.Core.Delivery.Events;

/// <summary>
/// Applies the provider's events: bits and evidence by batch, then what they say about people. All of it can come
/// late, twice or in any order and leaves the same behind; what was applied before costs a read.
/// </summary>
internal sealed partial class ProviderEvents(
    Ledger ledger, RunTable runs, ReportedPeople people, TimeProvider time, ILogger<ProviderEvents> logger)
{
    private const int AtOnce = 8;

    // A look that is asked for comes after what it is to see is written.
    private static readonly Duration LookPause = Duration.FromMinutes(1);

    /// <exception cref="AggregateException">The store was away for some of it; the rest is applied. All of it can be applied again.</exception>
    public async Task ApplyAsync(EventPost post, CancellationToken cancellation)
    {
        DeliveryMetrics.Received(post);
        var away = new ConcurrentBag<Exception>();
        foreach (var some in post.Batches.Chunk(AtOnce))
            await Task.WhenAll(some.Select(report => EachAsync(away, () => ApplyAsync(report, cancellation))));
        foreach (var some in post.Single.Chunk(AtOnce))
            await Task.WhenAll(some.Select(one => EachAsync(away, () => people.ApplyAsync(one.Subscriber, issue: null, one.Event, cancellation))));
        if (!away.IsEmpty)
            throw new AggregateException(away);
        if (post.Ignored + post.Unreadable > 0)
            SomeIgnored(post.Count, post.Ignored, post.Unreadable);
    }

    private async Task EachAsync(ConcurrentBag<Exception> away, Func<Task> apply)
    {
        try
        {
            await apply();
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or InvalidOperationException)
        {
            RowUnreadable(unreadable.Message);
        }
        catch (Exception failure) when (StoreFaults.IsAway(failure))
        {
            away.Add(failure);
        }
    }

    private async Task ApplyAsync(BatchReport report, CancellationToken cancellation)
    {
        if (await RecordAsync(report, cancellation) is not { } batch)
        {
            BatchUnknown(report.Run, report.Key);
            return;
        }

        foreach (var (member, said) in report.Telling.Where(one => one.Member < batch.Members.Count))
            await people.ApplyAsync(batch.Members[member], batch.Run.Issue, said, cancellation);
    }

    private async Task<Batch?> RecordAsync(BatchReport report, CancellationToken cancellation)
    {
        while (await ledger.FindAsync(report.Run, report.Key, cancellation) is { } known)
        {
            var batch = known.Batch;
            var events = known.Events.Or(report.Events(batch.Members.Count));
            var proven = Proof(report, known);
            if (proven is null && known.Events.Holds(events))
                return batch;

            // Before it is written: cut in between, there is a look for nothing.
            if (proven is not null && ChangesTotals(batch.State))
                await runs.AskForLookAsync(batch.Run, time.Now + LookPause, cancellation);
            if (await ledger.TryRecordEventsAsync(batch, events, proven, cancellation))
            {
                Say(report, batch, proven);
                return batch;
            }
        }

        return null;
    }

    private BatchState.Proven? Proof(BatchReport report, ReportedBatch known) => known.LastAttempt is { } attempt && known.Batch.State switch
    {
        BatchState.Claimed or BatchState.Accepted or BatchState.Unknown or BatchState.Held =>
            report.Attempts.Contains(known.Batch.Attempts),
        // Taken back, or about to be: the call was taken all the same, and what matters is whether mail left.
        BatchState.Cancelling or BatchState.Planned or BatchState.Late or BatchState.Empty =>
            report.SentAttempts.Contains(known.Batch.Attempts),
        _ => false,
    }
        ? new BatchState.Proven(attempt, time.Now)
        : null;

    // In a run that may be settled already.
    private bool ChangesTotals(BatchState state) => state switch
    {
        BatchState.Claimed => false,
        BatchState.Accepted accepted => time.Now >= accepted.Attempt.SendAt + Settler.ProofPatience,
        _ => true,
    };

    private void Say(BatchReport report, Batch batch, BatchState.Proven? proven)
    {
        if (proven is not null && batch.State is not (BatchState.Claimed or BatchState.Accepted))
            FoundProven(batch.Run, batch.Key, batch.Attempts, batch.State.GetType().Name);
        if (report.Attempts.Any(attempt => attempt < batch.Attempts))
            OlderAttempt(batch.Run, batch.Key, report.Attempts.Min(), batch.Attempts);
    }

    [LoggerMessage(260, LogLevel.Warning, "Events prove that attempt {Attempt} of batch {Batch} of {Run} was sent, which was {State}.")]
    private partial void FoundProven(RunId run, string batch, int attempt, string state);

    [LoggerMessage(261, LogLevel.Error, "Events are of attempt {Older} of batch {Batch} of {Run}, which is at attempt {Attempt}: some may get it twice.")]
    private partial void OlderAttempt(RunId run, string batch, int older, int attempt);

    [LoggerMessage(262, LogLevel.Warning, "Events are of batch {Batch} of {Run}, which the ledger doesn't know.")]
    private partial void BatchUnknown(RunId run, string batch);

    [LoggerMessage(263, LogLevel.Error, "A row that events are about can't be read, and they are left out: {Why}")]
    private partial void RowUnreadable(string why);

    [LoggerMessage(264, LogLevel.Information, "Of {Count} events {Ignored} are none that we use, and {Unreadable} can't be read.")]
    private partial void SomeIgnored(int count, int ignored, int unreadable);
}
