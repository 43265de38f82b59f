using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Operations;

/// <summary>What is known of an address: a subscriber, a suppression, both or nothing.</summary>
internal sealed record FoundPerson(SubscriberId Id, Subscriber? Subscriber, Suppression? Suppression)
{
    /// <summary>Whether an operator suppressed her, of which the provider can be told once more.</summary>
    public bool CanBeTold => this is { Subscriber: not null, Suppression.Reason: SuppressionReason.ByOperator };

    public bool IsSuppressed => Suppression?.Reason is not null || Subscriber?.State is SubscriberState.Suppressed;
}

/// <summary>What came of suppressing an address.</summary>
/// <param name="IsNew">False if it was out already.</param>
/// <param name="IsTold">Whether the provider was told, to drop what is on its way; null where there was nothing to tell.</param>
internal sealed record SuppressOutcome(bool IsNew, bool? IsTold);

internal enum ReleaseOutcome
{
    Released,

    /// <summary>There was nothing to lift.</summary>
    NotSuppressed,

    /// <summary>Something was said of the address just now, which nobody has read yet.</summary>
    ChangedMeanwhile,

    /// <summary>The provider may still drop mail to the address. Nothing was lifted.</summary>
    ProviderIsAway,
}

/// <summary>What an operator does with one person: look, suppress, release, erase. Each can be done twice.</summary>
internal sealed class ByHand(
    Identities identities,
    SubscriberStore subscribers,
    Subscriptions subscriptions,
    SuppressionTable suppressions,
    Suppressions suppressing,
    ProviderList list,
    Erasure erasure,
    AuditLog audit,
    TimeProvider time)
{
    public const int LongestReason = 200;

    /// <summary>Whether a reason can be kept: the log outlives everybody, and holds no addresses.</summary>
    public static bool IsReason(string? text) =>
        text?.Trim() is { Length: > 0 and <= LongestReason } reason && !reason.Contains('@', StringComparison.Ordinal) && !reason.Any(char.IsControl);

    public SubscriberId IdOf(EmailAddress address) => identities.Of(address);

    public Task<FoundPerson> FindAsync(EmailAddress address, CancellationToken cancellation) => FindAsync(identities.Of(address), cancellation);

    public async Task<FoundPerson> FindAsync(SubscriberId id, CancellationToken cancellation) => new(
        id,
        await subscribers.FindAsync(id, cancellation),
        (await suppressions.FindAsync(id, cancellation))?.Suppression);

    /// <summary>
    /// Takes an address out, whether or not anybody is subscribed with it; the provider is told, for what is on its way,
    /// and told once more by whoever does it again.
    /// </summary>
    public async Task<SuppressOutcome> SuppressAsync(Operator by, SubscriberId id, string reason, CancellationToken cancellation)
    {
        var before = await FindAsync(id, cancellation);
        var isNew = before is not { Suppression.IsHard: true };
        if (isNew)
        {
            await audit.AddAsync(by, AuditAction.Suppressed, id.ToString(), reason.Trim(), cancellation);
            await suppressing.SuppressAsync(id, SuppressionReason.ByOperator, reason.Trim(), time.Now, cancellation);
        }
        else
        {
            // What a crash left of it.
            await suppressing.FinishAsync(id, cancellation);
        }

        return new SuppressOutcome(isNew, isNew || before.CanBeTold ? await TellAsync(before.Subscriber, cancellation) : null);
    }

    // Whatever state she was in: of one who is out by now nobody can tell whether mail to her is on its way.
    private async Task<bool?> TellAsync(Subscriber? subscriber, CancellationToken cancellation) =>
        subscriber is null ? null : await list.TrySetAsync(subscriber.Address, isListed: true, cancellation);

    /// <summary>
    /// Lifts a suppression, at the provider first: she isn't subscribed by that, and can sign up again. By her address,
    /// since of one who was erased nothing here has it.
    /// </summary>
    public async Task<ReleaseOutcome> ReleaseAsync(Operator by, EmailAddress address, string reason, CancellationToken cancellation)
    {
        var id = identities.Of(address);
        var known = await suppressions.FindAsync(id, cancellation);
        var subscriber = await subscribers.FindAsync(id, cancellation);
        if (!new FoundPerson(id, subscriber, known?.Suppression).IsSuppressed)
            return ReleaseOutcome.NotSuppressed;
        await audit.AddAsync(by, AuditAction.Released, id.ToString(), reason.Trim(), cancellation);
        if (!await list.TrySetAsync(address, isListed: false, cancellation))
            return ReleaseOutcome.ProviderIsAway;
        if (known is not null && !await suppressions.TryLiftAsync(known, cancellation))
            return ReleaseOutcome.ChangedMeanwhile;
        // As one who left then: what was undoable is over, what she had stays known.
        await subscriptions.ChangeAsync(of => subscribers.FindAsync(id, of), person => person.State is SubscriberState.Suppressed suppressed
            ? person with { State = new SubscriberState.Left(suppressed.At, suppressed.FirstIssue), ConfirmsAsked = [] }
            : person, cancellation);
        return ReleaseOutcome.Released;
    }

    /// <summary>Erases her, as she could herself; false if there was nothing of her. A suppression stays, which has no address.</summary>
    public async Task<bool> EraseAsync(Operator by, SubscriberId id, CancellationToken cancellation)
    {
        if (await subscribers.FindAsync(id, cancellation) is not { } subscriber)
            return false;
        await audit.AddAsync(by, AuditAction.Erased, id.ToString(), "", cancellation);
        return await erasure.EraseAsync(new LinkToken(LinkPurpose.Data, id, subscriber.Generation), cancellation);
    }
}
