using System.Globalization;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace DigestFunctions.Core.Delivery;

/// <summary>
/// Takes one batch as far as it can go: claims it, calls the provider once, writes down what came of it.
/// </summary>
internal sealed partial class BatchSender(
    Ledger ledger,
    ScheduleEntries schedule,
    IMailProvider provider,
    MailRenderer renderer,
    LinkTokens tokens,
    TimeProvider time,
    ILogger<BatchSender> logger)
{
    /// <summary>How long a claim keeps others away, and how much longer they stay away for clocks that differ.</summary>
    public static readonly Duration Lease = Duration.FromMinutes(5);
    public static readonly Duration LeaseMargin = Duration.FromMinutes(2);

    /// <summary>Mail leaves no sooner than this after its claim, so that it can still be cancelled.</summary>
    public static readonly Duration Cancellable = Duration.FromMinutes(20);

    // What the provider call may take, and a little for the ledger.
    private static readonly Duration NeededToCall = Duration.FromSeconds(90);
    private static readonly Duration Pause = Duration.FromMinutes(1);

    private Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());

    /// <summary>Sends the batch, if that is for us to do. Returns how long to wait before coming again, or null if there is no need.</summary>
    public async Task<Duration?> SendAsync(Batch batch, CancellationToken cancellation)
    {
        switch (batch.State)
        {
            case BatchState.Planned when Now > batch.Run.Due + ScheduleOptions.Tolerance(batch.Run.Slot.Kind):
                await MoveAsync(batch, new BatchState.Late());
                BatchLate(batch.Run, batch.Key, batch.Members.Count);
                return null;
            case BatchState.Planned:
                return await ClaimAsync(batch, cancellation);
            case BatchState.Claimed claimed when Now < claimed.LeaseUntil + LeaseMargin:
                return claimed.LeaseUntil + LeaseMargin - Now;
            case BatchState.Claimed claimed:
                await HoldAsync(batch, claimed, "Whoever was sending it stopped before the answer was written down.");
                return null;
            default:
                return null;
        }
    }

    private async Task<Duration?> ClaimAsync(Batch batch, CancellationToken cancellation)
    {
        // Before the claim: where it can't be rendered, the batch stays planned.
        var content = renderer.Digest(batch.Variant.Language, batch.Variant.Tip, batch.Run.Issue);
        var id = await provider.NewBatchIdAsync(cancellation);
        if (id is BatchIdOutcome.NotGiven notGiven)
        {
            NotTaken(batch.Run, batch.Key, notGiven.Why);
            return notGiven.RetryAfter ?? Pause;
        }

        cancellation.ThrowIfCancellationRequested();
        var since = time.GetTimestamp();
        var claim = new BatchState.Claimed(
            ((BatchIdOutcome.Given)id).Id, Instant.Max(batch.Run.Due, Now + Cancellable), Now + Lease);
        var claimed = await ledger.TryMoveAsync(batch with { State = claim, Attempts = batch.Attempts + 1 }, CancellationToken.None);
        return claimed is null ? null : await SendClaimedAsync(claimed, claim, content, since);
    }

    // From the claim on nothing is cut short: one that nobody works on is held in the end, and an answer
    // that is waited for is an answer that is known.
    private async Task<Duration?> SendClaimedAsync(Batch claimed, BatchState.Claimed claim, RenderedMail content, long since)
    {
        var (recipients, absent) = await RecipientsOrGiveBackAsync(claimed);
        if (recipients.Count == 0)
        {
            await MoveAsync(claimed, Accepted(claim, sent: 0, absent));
            return null;
        }

        if (time.GetElapsedTime(since) > (Lease - NeededToCall).ToTimeSpan())
        {
            await MoveAsync(claimed, new BatchState.Planned());
            return Pause;
        }

        return await CallAsync(claimed, claim, content, recipients, absent);
    }

    private async Task<Duration?> CallAsync(
        Batch batch, BatchState.Claimed claim, RenderedMail content, IReadOnlyList<Recipient> recipients, MemberSet absent)
    {
        var outcome = await provider.SendAsync(
            new OutgoingMail(content, "digest", FromList: true, recipients, claim.ProviderBatchId, claim.SendAt),
            CancellationToken.None);
        switch (outcome)
        {
            case SendOutcome.Taken:
                // Said before it is written, which may fail: then this line is what is left of it.
                BatchAccepted(batch.Run, batch.Key, recipients.Count);
                await ledger.AcceptAsync(batch, Accepted(claim, recipients.Count, absent), CancellationToken.None);
                return null;
            case SendOutcome.NotTaken notTaken:
                await MoveAsync(batch, new BatchState.Planned());
                NotTaken(batch.Run, batch.Key, notTaken.Why);
                return notTaken.RetryAfter ?? Pause;
            case SendOutcome.Refused refused:
                await MoveAsync(batch, new BatchState.Blocked(refused.Why));
                BatchBlocked(batch.Run, batch.Key, refused.Why);
                return null;
            case SendOutcome.Unknown unknown:
                await HoldAsync(batch, claim, unknown.Why);
                return null;
            default:
                throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}.");
        }
    }

    private async Task<(IReadOnlyList<Recipient> Recipients, MemberSet Absent)> RecipientsOrGiveBackAsync(Batch claimed)
    {
        try
        {
            return await RecipientsAsync(claimed, CancellationToken.None);
        }
        catch
        {
            // Nobody was called yet, and nobody but us knows.
            await MoveAsync(claimed, new BatchState.Planned());
            throw;
        }
    }

    // Read at each attempt, after the claim: whose entry is gone (left, say) gets nothing.
    private async Task<(IReadOnlyList<Recipient> Recipients, MemberSet Absent)> RecipientsAsync(
        Batch batch, CancellationToken cancellation)
    {
        var entries = (await schedule.ReadAsync(
                batch.Run.Slot, batch.Members[0], batch.Members[^1], batch.Run.Issue, cancellation))
            .ToDictionary(entry => entry.Id);
        var recipients = new List<Recipient>(batch.Members.Count);
        var absent = new List<int>();
        for (var index = 0; index < batch.Members.Count; index++)
        {
            if (entries.TryGetValue(batch.Members[index], out var entry))
                recipients.Add(RecipientOf(batch, index, entry));
            else
                absent.Add(index);
        }

        return (recipients, MemberSet.Of(batch.Members.Count, absent));
    }

    private Recipient RecipientOf(Batch batch, int index, ScheduleEntry entry) => new(
        entry.Address,
        entry.Name,
        batch.Variant.Language,
        tokens.Write(new LinkToken(LinkPurpose.Mail, entry.Id, entry.Generation)),
        $"digest:{batch.Run.Issue}",
        string.Create(CultureInfo.InvariantCulture, $"{batch.Run}/{batch.Key}/{batch.Attempts}/{index}"));

    private BatchState.Accepted Accepted(BatchState.Claimed claim, int sent, MemberSet absent) =>
        new(claim.ProviderBatchId, claim.SendAt, Now, sent, absent);

    private async Task HoldAsync(Batch batch, BatchState.Claimed claim, string why)
    {
        if (await MoveAsync(batch, new BatchState.Held(claim.ProviderBatchId, claim.SendAt, why)) is not null)
            BatchHeld(batch.Run, batch.Key, batch.Members.Count, why);
    }

    // Refused by the store only if another changed the batch meanwhile; then what it wrote holds.
    private Task<Batch?> MoveAsync(Batch batch, BatchState state) =>
        ledger.TryMoveAsync(batch with { State = state }, CancellationToken.None);

    [LoggerMessage(210, LogLevel.Information, "The provider accepted batch {Batch} of {Run}: {Recipients} recipients.")]
    private partial void BatchAccepted(RunId run, string batch, int recipients);

    [LoggerMessage(211, LogLevel.Warning, "The provider did not take batch {Batch} of {Run}, it will be tried again: {Why}")]
    private partial void NotTaken(RunId run, string batch, string why);

    [LoggerMessage(212, LogLevel.Error, "The provider refused batch {Batch} of {Run}, and it is blocked: {Why}")]
    private partial void BatchBlocked(RunId run, string batch, string why);

    [LoggerMessage(214, LogLevel.Error, "Skipped batch {Batch} of {Run} with {Recipients} recipients: it came more than the tolerance too late.")]
    private partial void BatchLate(RunId run, string batch, int recipients);

    [LoggerMessage(213, LogLevel.Error, "Held batch {Batch} of {Run} with {Recipients} recipients, since nobody can know whether it was taken: {Why}")]
    private partial void BatchHeld(RunId run, string batch, int recipients, string why);
}
