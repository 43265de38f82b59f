using System.Diagnostics;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Telemetry;
using DigestFunctions.Core.Tips;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace DigestFunctions.Core.Schedule;

/// <summary>
/// Plans the runs that are due within the lead: records the run, enqueues its whole range, moves the slot
/// on, in this order. A crash in between, or another planner, repeats harmless steps.
/// </summary>
internal sealed partial class RunPlanner(
    Store store, SlotTable slots, RunTable runs, ScheduleOptions options, TimeProvider time, ILogger<RunPlanner> logger)
{
    private const int AtOnce = 8;

    /// <summary>One planning round. Returns how many runs it planned.</summary>
    public async Task<int> PlanAsync(CancellationToken cancellation)
    {
        var now = time.Now;
        var planned = 0;
        await foreach (var some in slots.DueAsync(now + options.Lead, cancellation).Chunk(AtOnce).WithCancellation(cancellation))
            planned += (await Task.WhenAll(some.Select(slot => PlanAsync(slot, now, cancellation)))).Sum();
        RoundOver(planned);
        return planned;
    }

    // More than one run of a slot only where the service was away for a week or more.
    private async Task<int> PlanAsync(DueSlot slot, Instant now, CancellationToken cancellation)
    {
        var run = slot.Next;
        var planned = 0;
        while (run.Due <= now + options.Lead)
        {
            planned += await PlanAsync(run, now, cancellation) ? 1 : 0;
            run = run with { Date = run.Date.PlusWeeks(1) };
        }

        await slots.TryMoveOnAsync(slot, run, cancellation);
        return planned;
    }

    // False if it was too late for it.
    private async Task<bool> PlanAsync(RunId run, Instant now, CancellationToken cancellation)
    {
        using var span = Signals.Begin("plan run", ActivityKind.Producer)
            .OfMessage(Names.RangesQueue, "send")?.SetTag(Tag.Run, run.ToString()).SetTag(Tag.Kind, run.Slot.Kind.ToKey());
        if (now > run.Due + ScheduleOptions.Tolerance(run.Slot.Kind))
        {
            // One that was planned in time has batches that were sent, or weren't: the ledger is to say which.
            if (!await runs.TryRecordLateAsync(run, now, cancellation))
                await EnqueueAsync(run, span, cancellation);
            ScheduleMetrics.Late(run);
            RunLate(run);
            return false;
        }

        // Of several planners at once each sends a message, since any may be killed here; one has planned it.
        var isFirst = await runs.RecordPlannedAsync(run, now, cancellation);
        await EnqueueAsync(run, span, cancellation);
        if (isFirst)
        {
            ScheduleMetrics.Planned(run);
            RunPlanned(run);
        }

        return true;
    }

    private Task EnqueueAsync(RunId run, Activity? span, CancellationToken cancellation) =>
        store.Ranges.EnqueueAsync(new RangeMessage(run, IdRange.Whole) { Trace = span?.Context ?? default }.ToString(), cancellation);

    // Said by each round, so that an alert can miss it: whatever else tells of standing still is logged by a round.
    [LoggerMessage(105, LogLevel.Information, "Looked for runs that are due, and planned {Count}.")]
    private partial void RoundOver(int count);

    [LoggerMessage(100, LogLevel.Information, "Planned the run {Run}.")]
    private partial void RunPlanned(RunId run);

    [LoggerMessage(101, LogLevel.Warning, "Skipped the run {Run}: it came more than the tolerance too late.")]
    private partial void RunLate(RunId run);
}
