using Azure.Data.Tables;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Telemetry;
using DigestFunctions.Core.Tips;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace DigestFunctions.Core.Delivery;

/// <summary>
/// Every five minutes: looks at the runs that are open, by the ledger and not by the queue. What has no end and
/// nobody who works on it is enqueued again; a run whose every batch has come to an end is settled, and counted again while
/// the provider's events come.
/// </summary>
internal sealed partial class Settler(
    Store store, RunTable runs, Cancellations cancellations, SendGridOptions options, TimeProvider time, ILogger<Settler> logger)
{
    /// <summary>How long after its time a batch must have been proven, where the provider's events reach us.</summary>
    public static readonly Duration ProofPatience = Duration.FromHours(6);

    /// <summary>
    /// When a settled run is counted again, by when its last mail was to leave: most is delivered within minutes, and
    /// complaints come when people read.
    /// </summary>
    public static readonly IReadOnlyList<Duration> LooksAfterSending =
        [Duration.FromMinutes(15), Duration.FromHours(1), ProofPatience, Duration.FromDays(1), Duration.FromDays(3), Duration.FromDays(7)];

    /// <summary>One look at all that is due for one. Returns how many runs it settled.</summary>
    public async Task<int> SettleAsync(CancellationToken cancellation)
    {
        await cancellations.GiveBackAsync(time.Now, cancellation);
        var settled = 0;
        await foreach (var run in runs.DueForLookAsync(time.Now, cancellation))
        {
            try
            {
                settled += await LookAsync(run, cancellation) ? 1 : 0;
            }
            catch (Exception unreadable) when (unreadable is InvalidDataException or InvalidOperationException)
            {
                // It stays open, and is said to be, each time; the others go on.
                RunUnreadable(run.Id, unreadable.Message);
            }
        }

        return settled;
    }

    /// <summary>
    /// Counts a run anew and enqueues nothing: for the operator, who has just decided about a part of it. What it can't
    /// count now, the look counts that was asked for.
    /// </summary>
    public async Task CountAsync(RunId id, CancellationToken cancellation)
    {
        try
        {
            if (await runs.FindAsync(id, cancellation) is not { } run)
                return;
            var view = await ReadAsync(id, cancellation);
            if (run.IsSettled)
                await runs.TrySettleAsync(run, view.Totals, time.Now, NextLook(view), cancellation);
            else
                await runs.TryNoteAsync(run, view.Totals, cancellation);
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or InvalidOperationException)
        {
            RunUnreadable(id, unreadable.Message);
        }
        catch (Exception away) when (StoreFaults.IsAway(away))
        {
            NotCounted(id, away.GetType().Name);
        }
    }

    private async Task<bool> LookAsync(RecordedRun run, CancellationToken cancellation)
    {
        using var span = Signals.Begin("settle")?.SetTag(Tag.Run, run.Id.ToString()).SetTag(Tag.Kind, run.Id.Slot.Kind.ToKey());
        var view = await ReadAsync(run.Id, cancellation);
        if ((view.Open.Count > 0 || view.IsUnderWay) && !run.IsSettled)
            await runs.TryNoteAsync(run, view.Totals, cancellation);
        if (view.Open.Count > 0 && !run.IsSettled)
        {
            foreach (var range in view.Open)
                await store.Ranges.EnqueueAsync(new RangeMessage(run.Id, range, IsLook: true) { Trace = span?.Context ?? default }.ToString(), cancellation);
            RunOpen(run.Id, view.Open.Count);
            return false;
        }

        if (view.IsUnderWay && !run.IsSettled)
            return false;

        var (isNew, before, totals) = (!run.IsSettled, RunTotals.Of(run.Row), view.Totals);
        if (!await runs.TrySettleAsync(run, totals, time.Now, NextLook(view), cancellation))
            return false;
        if (isNew || totals != before)
            RunSettled(run.Id, totals.Accepted, totals.Absent, totals.Refused, totals.Held, totals.Blocked, totals.Late, totals.Delivered, totals.Bounced, totals.Complained);
        if (totals.Unproven > before.Unproven)
            RunUnproven(run.Id, totals.Unproven);
        return isNew;
    }

    // Where no events come, nothing changes by itself any more.
    private Instant? NextLook(RunView view) => options.WebhookPublicKey.Length > 0 && view.LastSendAt is { } last
        ? LooksAfterSending.Select(after => (Instant?)(last + after)).FirstOrDefault(at => at > time.Now)
        : null;

    private async Task<RunView> ReadAsync(RunId run, CancellationToken cancellation)
    {
        var view = new RunView(run, options.WebhookPublicKey.Length > 0, time.Now);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {run.ToString()}");
        await foreach (var row in store.Deliveries.QueryAsync<TableEntity>(filter, Store.PageSize, BatchRow.Summary, cancellation))
            view.Add(row);
        view.Close();
        return view;
    }

    [LoggerMessage(250, LogLevel.Information, "Settled {Run}: {Accepted} accepted, {Absent} absent, {Refused} refused, {Held} held, {Blocked} blocked, {Late} late; so far {Delivered} delivered, {Bounced} bounced, {Complained} complained.")]
    private partial void RunSettled(
        RunId run, int accepted, int absent, int refused, int held, int blocked, int late, int delivered, int bounced, int complained);

    [LoggerMessage(251, LogLevel.Information, "Enqueued {Ranges} ranges of {Run} again, which have come to no end.")]
    private partial void RunOpen(RunId run, int ranges);

    [LoggerMessage(252, LogLevel.Error, "No event proves that {Recipients} recipients of {Run} were sent to, though events should have come by now.")]
    private partial void RunUnproven(RunId run, int recipients);

    [LoggerMessage(254, LogLevel.Warning, "{Run} could not be counted ({Failure}), and is at the next look.")]
    private partial void NotCounted(RunId run, string failure);

    [LoggerMessage(253, LogLevel.Error, "The ledger of {Run} can't be read, and the run isn't settled: {Why}")]
    private partial void RunUnreadable(RunId run, string why);
}
