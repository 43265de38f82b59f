using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace DigestFunctions.Core.Delivery;

/// <summary>
/// Finds out what became of an attempt whose answer nobody knows: takes it back while that is possible, else
/// waits for the provider's events to prove it, else holds the batch. Never sends.
/// </summary>
internal sealed partial class UnknownOutcomes(
    Ledger ledger, RunTable runs, Cancellations cancellations, IMailProvider provider, TimeProvider time, ILogger<UnknownOutcomes> logger)
{
    /// <summary>
    /// How long before its time a batch can still be cancelled: the provider asks for ten minutes, and a call
    /// that we make may be under way for one, by a clock that isn't ours.
    /// </summary>
    public static readonly Duration Notice = Duration.FromMinutes(12);

    /// <summary>How long after its time an event must have come, or will not.</summary>
    public static readonly Duration EvidencePatience = Duration.FromMinutes(20);

    private static readonly Duration Slack = Duration.FromMinutes(1);
    private static readonly Duration Pause = Duration.FromMinutes(1);
    private static readonly Duration CancellationPause = Duration.FromMinutes(5);

    /// <summary>One step towards knowing. Returns how long to wait before the next, or null if there is none.</summary>
    public async Task<Duration?> ResolveAsync(Batch batch, CancellationToken cancellation) => batch.State switch
    {
        BatchState.Unknown unknown when time.Now < unknown.Attempt.SendAt - Notice =>
            await TakeBackAsync(batch, new BatchState.Cancelling(unknown.Attempt, unknown.Why), cancellation),
        BatchState.Unknown unknown => await AwaitEvidenceAsync(batch, unknown.Attempt, unknown.Why),
        BatchState.Cancelling cancelling when time.Now < cancelling.Attempt.SendAt - Notice =>
            await CancelAsync(batch, cancelling, cancellation),
        BatchState.Cancelling cancelling => await FindOutAsync(batch, cancelling, cancellation),
        _ => null,
    };

    // Written first: from here on, an answer to the attempt that comes after all is no longer believed.
    private async Task<Duration?> TakeBackAsync(Batch batch, BatchState.Cancelling cancelling, CancellationToken cancellation) =>
        await ledger.MoveAsync(batch, cancelling) is { } moved ? await CancelAsync(moved, cancelling, cancellation) : null;

    private async Task<Duration?> CancelAsync(Batch batch, BatchState.Cancelling cancelling, CancellationToken cancellation) =>
        await AfterAsync(batch, cancelling, await cancellations.MakeAsync(
            cancelling.Attempt, cancelling.Attempt.SendAt - Notice + Slack, cancellation));

    // Too late to cancel, but an earlier try, whose answer was lost, may have been in time.
    private async Task<Duration?> FindOutAsync(Batch batch, BatchState.Cancelling cancelling, CancellationToken cancellation) =>
        await AfterAsync(batch, cancelling, await provider.FindCancellationAsync(cancelling.Attempt.ProviderBatchId, cancellation));

    private async Task<Duration?> AfterAsync(Batch batch, BatchState.Cancelling cancelling, CancelOutcome outcome)
    {
        switch (outcome)
        {
            case CancelOutcome.Cancelled:
                if (await ledger.MoveAsync(batch, new BatchState.Planned($"Cancelled: {cancelling.Why}")) is not null)
                    BatchCancelled(batch.Run, batch.Key, batch.Attempts);
                return Duration.Zero;
            case CancelOutcome.NotCancelled not:
                BatchNotCancelled(batch.Run, batch.Key, batch.Attempts, not.Why);
                await ledger.MoveAsync(batch, new BatchState.Unknown(cancelling.Attempt, cancelling.Why));
                return CancellationPause;
            case CancelOutcome.Unknown unknown when time.Now < cancelling.Attempt.SendAt + EvidencePatience:
                BatchNotCancelled(batch.Run, batch.Key, batch.Attempts, unknown.Why);
                return Pause;
            default:
                return await HoldAsync(batch, cancelling.Attempt, cancelling.Why);
        }
    }

    private async Task<Duration?> AwaitEvidenceAsync(Batch batch, Attempt attempt, string why)
    {
        var wait = attempt.SendAt + EvidencePatience - time.Now;
        return wait > Duration.Zero ? wait : await HoldAsync(batch, attempt, why);
    }

    private async Task<Duration?> HoldAsync(Batch batch, Attempt attempt, string why)
    {
        if (await ledger.MoveAsync(batch, new BatchState.Held(attempt, why)) is null)
            return null;
        BatchHeld(batch.Run, batch.Key, batch.Members.Count, why);
        await runs.NoteTroubleAsync(batch.Run, nameof(RunTotals.Held), batch.Members.Count - batch.Out.Count - attempt.Absent.Count, time.Now);
        return null;
    }

    [LoggerMessage(230, LogLevel.Warning, "Cancelled attempt {Attempt} of batch {Batch} of {Run}, of which nobody knew whether it was taken; it is planned anew.")]
    private partial void BatchCancelled(RunId run, string batch, int attempt);

    [LoggerMessage(231, LogLevel.Warning, "Attempt {Attempt} of batch {Batch} of {Run} could not be cancelled: {Why}")]
    private partial void BatchNotCancelled(RunId run, string batch, int attempt, string why);

    [LoggerMessage(213, LogLevel.Error, "Held batch {Batch} of {Run} with {Recipients} recipients, since nobody can know whether it was taken: {Why}")]
    private partial void BatchHeld(RunId run, string batch, int recipients, string why);
}
