using System.Diagnostics;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Telemetry;
using DigestFunctions.Core.Tips;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace DigestFunctions.Core.Delivery;

/// <summary>
/// Does what a range message hints at: decides the range once, then sends its batches. Whoever comes
/// again, for whatever reason, works from what the ledger says.
/// </summary>
internal sealed partial class RangeWorker(
    Store store,
    Ledger ledger,
    ScheduleEntries schedule,
    BatchSender sender,
    VariantOf variantOf,
    RangeLimits limits,
    TimeProvider time,
    ILogger<RangeWorker> logger)
{
    // With a last call of a minute, well within host.json's functionTimeout.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    /// <summary>Handles one message of the queue <c>ranges</c>.</summary>
    /// <exception cref="FormatException">It isn't one that we write: it belongs with the poisoned ones, where the operator sees it.</exception>
    public async Task HandleAsync(string text, CancellationToken cancellation)
    {
        if (!RangeMessage.TryParse(text, out var message))
            throw new FormatException("A message of the ranges queue is not of a version that this service knows.");

        using var span = Signals.Spans.StartActivity("handle range", ActivityKind.Consumer, message.Trace)
            .OfMessage(Names.RangesQueue, "process")
            ?.SetTag(Tag.Run, message.Run.ToString()).SetTag(Tag.Range, message.Range.ToString()).SetTag(Tag.Kind, message.Run.Slot.Kind.ToKey());
        try
        {
            await HandleAsync(message, cancellation);
        }
        catch (Exception failure) when (span.Failed(failure))
        {
            throw;
        }
    }

    private async Task HandleAsync(RangeMessage message, CancellationToken cancellation)
    {
        var (run, range, _) = message;
        var entries = new RangeEntries(schedule, run, range);
        var decision = await ledger.ReadAsync(run, range, cancellation);
        if (decision is RangeDecision.None)
            decision = await DecideAsync(run, range, entries, cancellation);
        if (decision is RangeDecision.Split split)
            await EnqueuePartsAsync(run, range, split, cancellation);
        if (decision is RangeDecision.Batches batches)
        {
            foreach (var key in batches.Unreadable)
                BatchUnreadable(run, key);
            await SendAsync(message, batches.All, entries, cancellation);
        }
    }

    private async Task<RangeDecision> DecideAsync(RunId run, IdRange range, RangeEntries entries, CancellationToken cancellation)
    {
        var found = await entries.TryReadAsync(limits.Range, cancellation);
        var batches = found is null ? [] : Batches(run, range, found);
        if (found is null || batches.Count > Ledger.MaxBatches)
        {
            await ledger.TrySplitAsync(run, range, cancellation);
        }
        else if (await ledger.TryRecordAsync(run, range, batches, cancellation) is { } recorded)
        {
            RangeDecided(run, range, found.Count, batches.Count);
            return new RangeDecision.Batches(recorded);
        }

        // Another may have been first, and what it decided holds.
        return await ledger.ReadAsync(run, range, cancellation);
    }

    private List<Batch> Batches(RunId run, IdRange range, IReadOnlyList<ScheduleEntry> entries) =>
        [.. entries
            .GroupBy(entry => variantOf(entry, run.Issue), entry => entry.Id)
            .SelectMany(variant => variant.Chunk(limits.Batch).Select(members => (variant.Key, members)))
            .Select((batch, index) => new Batch(
                run, range, new BatchName(index), batch.Key, batch.members, MemberSet.None, Attempts: 0, new BatchState.Planned(), default))];

    private async Task EnqueuePartsAsync(RunId run, IdRange range, RangeDecision.Split split, CancellationToken cancellation)
    {
        if (split.Enqueued)
            return;
        foreach (var part in range.Parts())
            await store.Ranges.EnqueueAsync(new RangeMessage(run, part) { Trace = Activity.Current?.Context ?? default }.ToString(), cancellation);
        await ledger.MarkEnqueuedAsync(split, cancellation);
        RangeSplit(run, range);
    }

    private async Task SendAsync(
        RangeMessage message, IReadOnlyList<Batch> batches, RangeEntries entries, CancellationToken cancellation)
    {
        var since = time.GetTimestamp();
        var handover = new RangeHandover(entries, batches);
        if (await ledger.IsStoppedAsync(message.Run, cancellation))
            handover.Stop();
        Duration? wait = null;
        try
        {
            foreach (var batch in batches)
            {
                // The host ends a function after its time-out, in the midst of a call, and a process that is to stop
                // takes no more: the rest is for another message.
                if (time.GetElapsedTime(since) > Patience || cancellation.IsCancellationRequested)
                {
                    wait = Duration.Zero;
                    break;
                }

                if (await sender.SendAsync(batch, handover, cancellation) is { } pause && (wait is null || pause < wait))
                    wait = pause;
            }
        }
        finally
        {
            await sender.EndAsync(handover);
        }

        if (wait is { } delay && (!message.IsLook || delay == Duration.Zero))
            await store.Ranges.EnqueueAsync(message.ToString(), CancellationToken.None, delay.ToTimeSpan());
    }

    [LoggerMessage(200, LogLevel.Information, "Decided range '{Range}' of {Run}: {Recipients} recipients in {Batches} batches.")]
    private partial void RangeDecided(RunId run, IdRange range, int recipients, int batches);

    [LoggerMessage(202, LogLevel.Error, "The batch {Batch} of {Run} can't be read, and nothing of it is sent; its run stays open.")]
    private partial void BatchUnreadable(RunId run, string batch);

    [LoggerMessage(201, LogLevel.Information, "Split range '{Range}' of {Run} into 16.")]
    private partial void RangeSplit(RunId run, IdRange range);
}
