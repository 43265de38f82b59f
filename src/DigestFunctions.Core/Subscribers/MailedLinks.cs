using DigestFunctions.Core.Storage;
using NodaTime;

namespace DigestFunctions.Core.Subscribers;

/// <summary>What came of asking for a link by mail, by one who has a link already.</summary>
internal enum LinkAnswer
{
    OnItsWay,

    /// <summary>Another mail to her is on its way, or she left so lately that mail to her is held back.</summary>
    Later,

    /// <summary>She has asked so often that it must be enough.</summary>
    TooOften,

    /// <summary>Her address must not be mailed.</summary>
    NotMailed,

    /// <summary>There is no subscription any more.</summary>
    Nobody,
}

/// <summary>
/// Links that are mailed on request. None pushes out another mail that is owed, nor a change of the provider's list.
/// </summary>
internal sealed class MailedLinks(Store store, SubscriberStore subscribers, AskedAddresses addresses, Identities identities, TimeProvider time)
{
    /// <summary>How long one who left waits until she can be mailed again: by then nothing is on its way that she left.</summary>
    public static readonly Duration LeavingTakes = Duration.FromHours(3);

    /// <summary>
    /// Takes an address whose owner has lost her link. Does the same for every address: whether anybody is subscribed
    /// with it, and how often she has asked, is found out later.
    /// </summary>
    public Task AskAsync(EmailAddress address, CancellationToken cancellation) =>
        store.Mails.EnqueueAsync(new MailMessage(identities.Of(address), LostLink: true).ToString(), cancellation);

    /// <summary>Owes her the link that was asked for: to her page, or once more to confirm. Nothing to one who left or is suppressed.</summary>
    public async Task OweAsync(SubscriberId id, CancellationToken cancellation)
    {
        while (await subscribers.FindAsync(id, cancellation) is { Owed: null } subscriber)
        {
            var owing = subscriber.State switch
            {
                SubscriberState.Active when AskLimit.Allows(subscriber, OwedMailKind.Link, time.Now) => Owing(subscriber, OwedMailKind.Link),
                SubscriberState.Pending when AskLimit.Allows(subscriber.ConfirmsAsked, time.Now) => subscriber with
                {
                    ConfirmsAsked = AskLimit.With(subscriber.ConfirmsAsked, time.Now),
                    Owed = new OwedMail(OwedMailKind.Confirm),
                },
                _ => null,
            };
            if (owing is null || await subscribers.TryReplaceAsync(owing, cancellation) is not null)
                return;
        }
    }

    /// <summary>Asks for a link to her data, for one who has any link of hers.</summary>
    public Task<LinkAnswer> AskForDataAsync(LinkToken token, CancellationToken cancellation) =>
        AskAsync(token, OwedMailKind.Data, subscriber => subscriber, cancellation);

    /// <summary>Asks another address to confirm that her mail is to go there: no more often than any mail, whoever asks.</summary>
    public Task<LinkAnswer> AskForAddressAsync(LinkToken token, EmailAddress address, CancellationToken cancellation) => AskAsync(
        token,
        OwedMailKind.NewAddress,
        subscriber => subscriber with { NewAddress = new AddressChange(address, time.Now) },
        cancellation,
        () => addresses.TryCountAsync(identities.Of(address), cancellation));

    private async Task<LinkAnswer> AskAsync(
        LinkToken token, OwedMailKind kind, Func<Subscriber, Subscriber> also, CancellationToken cancellation, Func<Task<bool>>? admit = null)
    {
        while (true)
        {
            if (await subscribers.FindAsync(token.Subscriber, cancellation) is not { } subscriber || subscriber.Generation != token.Generation)
                return LinkAnswer.Nobody;
            if (Refusal(subscriber, kind) is { } refusal)
            {
                // What is owed already, and whose message may be lost.
                if (subscriber.Owed?.Kind == kind)
                    await store.Mails.EnqueueAsync(new MailMessage(subscriber.Id).ToString(), cancellation);
                return refusal;
            }

            if (admit is not null && !await admit())
                return LinkAnswer.TooOften;
            // Once is enough, however often she changes meanwhile.
            admit = null;
            if (await subscribers.TryReplaceAsync(also(Owing(subscriber, kind)), cancellation) is null)
                continue;
            await store.Mails.EnqueueAsync(new MailMessage(subscriber.Id).ToString(), cancellation);
            return LinkAnswer.OnItsWay;
        }
    }

    private LinkAnswer? Refusal(Subscriber subscriber, OwedMailKind kind) => subscriber switch
    {
        { State: SubscriberState.Moved } or { Owed.Kind: OwedMailKind.Erasure } => LinkAnswer.Nobody,
        { State: SubscriberState.Suppressed } => LinkAnswer.NotMailed,
        { State: not SubscriberState.Active } when kind == OwedMailKind.NewAddress => LinkAnswer.Nobody,
        { Owed: { } owed } when owed.Kind != kind => LinkAnswer.Later,
        { State: SubscriberState.Left left } when time.Now - left.At < LeavingTakes => LinkAnswer.Later,
        // Of the same kind, and not yet sent: it needn't be asked for twice.
        { Owed: not null } when kind == OwedMailKind.Data => LinkAnswer.OnItsWay,
        { Owed: not null } => LinkAnswer.Later,
        _ => AskLimit.Allows(subscriber, kind, time.Now) ? null : LinkAnswer.TooOften,
    };

    private Subscriber Owing(Subscriber subscriber, OwedMailKind kind) => subscriber with
    {
        LinksAsked = AskLimit.With(subscriber, kind, time.Now),
        Owed = new OwedMail(kind, Since: time.Now),
    };
}
