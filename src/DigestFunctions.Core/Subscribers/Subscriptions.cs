using NodaTime;

namespace DigestFunctions.Core.Subscribers;

/// <summary>What a person does with a subscription: ask for it, confirm it, leave, come back.</summary>
internal sealed class Subscriptions
{
    /// <summary>
    /// Takes a sign-up. Says nothing about whether the address is known: to the one who asks, it is
    /// always the same; what is right for the address goes to it by mail.
    /// </summary>
    public Task AskAsync(EmailAddress address, Preferences preferences, Consent consent, CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>The subscriber that a token is for, unless there is none any more (erased, expired).</summary>
    public Task<Subscriber?> FindAsync(LinkToken token, CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>Confirms a pending sign-up; leaves every other state as it is. The state afterwards, or null if there is no such subscriber.</summary>
    public Task<Subscriber?> ConfirmAsync(LinkToken token, CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>Leaves, at once. Idempotent.</summary>
    public Task<Subscriber?> LeaveAsync(LinkToken token, CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>Undoes leaving.</summary>
    public Task<Subscriber?> RejoinAsync(LinkToken token, CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>When the next digest of an active subscriber is due.</summary>
    public Instant NextDigest(Subscriber subscriber) => throw new NotSupportedException();
}
