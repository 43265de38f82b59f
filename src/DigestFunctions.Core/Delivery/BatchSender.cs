using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Telemetry;
using DigestFunctions.Core.Tips;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace DigestFunctions.Core.Delivery;

/// <summary>
/// Takes one batch as far as it can go: claims it, calls the provider once, writes down what came of it.
/// </summary>
internal sealed partial class BatchSender(
    Ledger ledger,
    RunTable runs,
    UnknownOutcomes unknowns,
    IMailProvider provider,
    RenderedMails mails,
    BadRecipients badRecipients,
    LinkTokens tokens,
    TimeProvider time,
    ILogger<BatchSender> logger)
{
    /// <summary>How long a claim keeps others away, and how much longer they stay away for clocks that differ.</summary>
    public static readonly Duration Lease = Duration.FromMinutes(5);
    public static readonly Duration LeaseMargin = Duration.FromMinutes(2);

    /// <summary>Mail leaves no sooner than this after its claim, so that it can still be cancelled.</summary>
    public static readonly Duration Cancellable = Duration.FromMinutes(20);

    // The call takes a minute at the most, and is over long before the lease is. A claim that took longer than this
    // is given back: that nobody of it has left was found before it.
    private const string WorkerStopped = "Whoever was sending it stopped before the answer was written down.";
    private static readonly Duration MostForClaim = Duration.FromSeconds(30);
    private static readonly Duration Pause = Duration.FromMinutes(1);
    private static readonly Duration Glance = Duration.FromSeconds(10);

    /// <summary>Sends the batch, if that is for us to do. Returns how long to wait before coming again, or null if there is no need.</summary>
    public async Task<Duration?> SendAsync(Batch batch, RangeHandover handover, CancellationToken cancellation)
    {
        if (batch.State is not BatchState.Planned)
            await FinishAsync(handover);
        switch (batch.State)
        {
            case BatchState.Planned when time.Now > batch.Run.Due + ScheduleOptions.Tolerance(batch.Run.Slot.Kind):
                await ledger.MoveAsync(batch, new BatchState.Late());
                BatchLate(batch.Run, batch.Key, batch.Members.Count);
                return null;
            case BatchState.Planned when handover.IsStopped:
                return null;
            case BatchState.Planned when handover.IsHalved(batch.Name):
                return Duration.Zero;
            case BatchState.Planned:
                return await ClaimAsync(batch, handover, cancellation);
            case BatchState.Claimed claimed when time.Now < claimed.LeaseUntil + LeaseMargin:
                return claimed.LeaseUntil + LeaseMargin - time.Now;
            case BatchState.Claimed claimed:
                return await ledger.MoveAsync(batch, new BatchState.Unknown(claimed.Attempt, WorkerStopped)) is { } unknown
                    ? await unknowns.ResolveAsync(unknown, cancellation)
                    : null;
            default:
                return await unknowns.ResolveAsync(batch, cancellation);
        }
    }

    /// <summary>Leaves nothing of a range undone that was begun: however it ends.</summary>
    public Task EndAsync(RangeHandover handover)
    {
        foreach (var id in handover.UnusedBatchIds)
            provider.Unused(id);
        return FinishAsync(handover);
    }

    /// <summary>Writes down what the provider took last: where no other batch was claimed after it.</summary>
    public async Task FinishAsync(RangeHandover handover)
    {
        if (handover.Taken is not { State: BatchState.Accepted accepted } taken)
            return;
        handover.Written();
        if (await ledger.AcceptAsync(taken, accepted, CancellationToken.None) is null)
            AcceptedInVain(taken.Run, taken.Key, taken.Attempts);
    }

    private async Task<Duration?> ClaimAsync(Batch batch, RangeHandover handover, CancellationToken cancellation)
    {
        using var span = Signals.Spans.StartActivity("send batch")?.SetTag(Tag.Batch, batch.Key);
        // All that can fail comes before the claim: then the batch stays planned.
        if (mails.Find(batch.Run, batch.Variant) is not { } content)
            return await BlockAsync(batch, $"There is no content for {batch.Variant}.", handover);
        if (!handover.HasBatchId)
            await FinishAsync(handover);
        var asked = await handover.BatchIdAsync(provider, cancellation);
        if (asked is BatchIdOutcome.NotGiven notGiven)
        {
            NotTaken(batch.Run, batch.Key, notGiven.Why);
            return notGiven.RetryAfter ?? Pause;
        }

        var id = (BatchIdOutcome.Given)asked;

        var since = time.GetTimestamp();
        if (!await handover.Entries.AreFreshAsync(cancellation))
        {
            await FinishAsync(handover);
            await handover.Entries.RefreshAsync(batch, cancellation);
        }

        var recipients = new BatchRecipients(batch, handover.Entries, tokens);
        if (recipients.All.Count == 0)
        {
            handover.PutBack(id);
            await ledger.MoveAsync(batch, new BatchState.Empty());
            return null;
        }

        cancellation.ThrowIfCancellationRequested();
        var attempt = new Attempt(id.Id, Instant.Max(batch.Run.Due, time.Now + Cancellable), recipients.Absent);
        var claim = batch with { State = new BatchState.Claimed(attempt, time.Now + Lease), Attempts = batch.Attempts + 1 };
        if (await WriteClaimAsync(claim, handover) is not { } claimed)
            return null;

        // From here on nothing is cut short: an answer that is waited for is an answer that is known.
        if (time.GetElapsedTime(since) > MostForClaim.ToTimeSpan())
        {
            await ledger.MoveAsync(claimed, new BatchState.Planned("The claim took too long."));
            return Pause;
        }

        span?.SetTag(Tag.Attempt, claimed.Attempts).SetTag(Tag.Recipients, recipients.All.Count);
        return await CallAsync(claimed, attempt, content, recipients, handover);
    }

    // What was taken before is written with it, in one step: neither is written before the other.
    private async Task<Batch?> WriteClaimAsync(Batch claim, RangeHandover handover)
    {
        if (handover.Taken is { } taken && await ledger.TryMoveBothAsync(taken, claim, CancellationToken.None) is { } claimed)
        {
            handover.Written();
            return claimed;
        }

        await FinishAsync(handover);
        return await ledger.TryMoveAsync(claim, CancellationToken.None);
    }

    private async Task<Duration?> CallAsync(
        Batch batch,
        Attempt attempt,
        RenderedMail content,
        BatchRecipients recipients,
        RangeHandover handover)
    {
        handover.Use(attempt.ProviderBatchId);
        var outcome = await provider.SendAsync(
            new OutgoingMail(content, batch.Run.Slot.Kind.ToKey(), FromList: true, recipients.All, attempt.ProviderBatchId, attempt.SendAt),
            CancellationToken.None);
        switch (outcome)
        {
            case SendOutcome.Taken:
                // Said before it is written, which may fail: then this line is what is left of it.
                BatchAccepted(batch.Run, batch.Key, recipients.All.Count);
                var now = time.Now;
                DeliveryMetrics.Accepted(batch, recipients.All.Count, now);
                handover.Take(batch with { State = new BatchState.Accepted(attempt, now) });
                return null;
            case SendOutcome.NotTaken notTaken:
                await ledger.MoveAsync(batch, new BatchState.Planned(notTaken.Why));
                NotTaken(batch.Run, batch.Key, notTaken.Why);
                return notTaken.RetryAfter ?? Pause;
            case SendOutcome.NotAllowed notAllowed:
                await ledger.MoveAsync(batch, new BatchState.Planned(notAllowed.Why));
                NotTaken(batch.Run, batch.Key, notAllowed.Why);
                return Pause;
            case SendOutcome.BadRecipients bad:
                return await WithoutAsync(batch, [.. bad.Bad.Select(one => one with { Index = recipients.MemberOf(one.Index) })], bad.Why, handover);
            case SendOutcome.RefusedUnnamed { AboutRecipient: true } refused when recipients.All.Count == 1 && handover.IsAccepted(batch.Name):
                return await WithoutAsync(batch, [new BadRecipient(recipients.MemberOf(0), refused.Why)], refused.Why, handover);
            case SendOutcome.RefusedUnnamed { AboutRecipient: true } refused when recipients.All.Count == 1 && batch.Name.Half.Length > 0 && handover.AddAlone(batch.Name):
                // Perhaps about her. The others will tell: if one of them is accepted, it was.
                await ledger.MoveAsync(batch, new BatchState.Planned(refused.Why));
                return Duration.Zero;
            case SendOutcome.RefusedUnnamed when recipients.All.Count > 1:
                return await HalveAsync(batch, handover);
            case SendOutcome.RefusedUnnamed refused:
                return await BlockAsync(batch, refused.Why, handover);
            case SendOutcome.Refused refused:
                return await BlockAsync(batch, refused.Why, handover);
            case SendOutcome.Unknown unknown:
                await ledger.MoveAsync(batch, new BatchState.Unknown(attempt, unknown.Why));
                NotKnown(batch.Run, batch.Key, batch.Attempts, unknown.Why);
                return Glance;
            default:
                throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}.");
        }
    }

    // Suppressed first: cut in between, the batch is found out, and they are gone from it by then.
    private async Task<Duration?> WithoutAsync(Batch batch, IReadOnlyList<BadRecipient> bad, string why, RangeHandover handover)
    {
        if (!handover.AddBad(batch.Name, bad.Count))
            return await BlockAsync(batch, $"More than {RangeHandover.MostBad} recipients refused: {why}", handover);
        await badRecipients.SuppressAsync(batch, bad, CancellationToken.None);
        var rest = batch with { Out = batch.Out.Or(MemberSet.Of(bad.Select(one => one.Index))) };
        await ledger.MoveAsync(rest, new BatchState.Planned(why));
        return Duration.Zero;
    }

    // The halves come with the next message, and theirs with the one after: ten calls for one in a thousand.
    private async Task<Duration?> HalveAsync(Batch batch, RangeHandover handover)
    {
        handover.Halve(batch.Name);
        if (await ledger.TryHalveAsync(batch, CancellationToken.None))
            BatchHalved(batch.Run, batch.Key, batch.Members.Count);
        return Duration.Zero;
    }

    private async Task<Duration?> BlockAsync(Batch batch, string why, RangeHandover handover)
    {
        handover.Stop();
        var isBlocked = await ledger.BlockAsync(batch, why, CancellationToken.None);
        BatchBlocked(batch.Run, batch.Key, why);
        if (isBlocked)
            await runs.NoteTroubleAsync(batch.Run, nameof(RunTotals.Blocked), batch.Members.Count - batch.Out.Count, time.Now);
        return null;
    }

    [LoggerMessage(210, LogLevel.Information, "The provider accepted batch {Batch} of {Run}: {Recipients} recipients.")]
    private partial void BatchAccepted(RunId run, string batch, int recipients);

    [LoggerMessage(211, LogLevel.Warning, "The provider did not take batch {Batch} of {Run}, it will be tried again: {Why}")]
    private partial void NotTaken(RunId run, string batch, string why);

    [LoggerMessage(212, LogLevel.Error, "The provider refused batch {Batch} of {Run}, and it is blocked; its run stops: {Why}")]
    private partial void BatchBlocked(RunId run, string batch, string why);

    [LoggerMessage(214, LogLevel.Error, "Skipped batch {Batch} of {Run} with {Recipients} recipients: it came more than the tolerance too late.")]
    private partial void BatchLate(RunId run, string batch, int recipients);

    [LoggerMessage(215, LogLevel.Warning, "Nobody knows yet whether the provider took attempt {Attempt} of batch {Batch} of {Run}: {Why}")]
    private partial void NotKnown(RunId run, string batch, int attempt, string why);

    [LoggerMessage(216, LogLevel.Warning, "The provider accepted attempt {Attempt} of batch {Batch} of {Run} after it had been taken back.")]
    private partial void AcceptedInVain(RunId run, string batch, int attempt);

    [LoggerMessage(217, LogLevel.Warning, "Halved batch {Batch} of {Run} with {Recipients} recipients: the provider refuses one of them and doesn't say whom.")]
    private partial void BatchHalved(RunId run, string batch, int recipients);
}
