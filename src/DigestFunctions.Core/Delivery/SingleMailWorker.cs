using System.Diagnostics;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Telemetry;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace DigestFunctions.Core.Delivery;

/// <summary>
/// Sends the mail that one subscriber is owed, at once and not scheduled. That it is owed stands in her row, and who
/// sends it claims it there, so that two messages make one mail. What else may be owed goes the same way: a change of
/// the provider's list, the rest of an erasure or of a move to another address.
/// </summary>
internal sealed partial class SingleMailWorker(
    Store store,
    SubscriberStore subscribers,
    IMailProvider provider,
    ProviderList list,
    Suppressions suppressions,
    SingleMails mails,
    MailedLinks links,
    AddressChanges changes,
    Erasure erasure,
    TimeProvider time,
    ILogger<SingleMailWorker> logger)
{
    private static readonly Duration Lease = Duration.FromMinutes(2);
    // Another is at it, and is soon done; or has died, which the end of its lease will tell.
    private static readonly Duration Glance = Duration.FromSeconds(3);
    private static readonly Duration KeyPause = Duration.FromMinutes(15);
    private static readonly Duration Pause = Duration.FromSeconds(30);

    /// <summary>Handles one message of the queue <c>mails</c>.</summary>
    /// <exception cref="FormatException">It isn't one that we write: it belongs with the poisoned ones.</exception>
    public async Task HandleAsync(string text, CancellationToken cancellation)
    {
        if (!MailMessage.TryParse(text, out var message))
            throw new FormatException("A message of the mails queue is not of a version that this service knows.");

        using var span = Signals.Begin("handle mail", ActivityKind.Consumer).OfMessage(Names.MailsQueue, "process");
        try
        {
            await HandleAsync(message, cancellation);
        }
        catch (Exception failure) when (span.Failed(failure))
        {
            throw;
        }
    }

    private async Task HandleAsync(MailMessage message, CancellationToken cancellation)
    {
        if (message.LostLink)
            await links.OweAsync(message.Subscriber, cancellation);
        var wait = await SendOwedAsync(message.Subscriber, cancellation);
        if (wait is { } pause)
            await store.Mails.EnqueueAsync(new MailMessage(message.Subscriber).ToString(), cancellation, pause.ToTimeSpan());
    }

    private async Task<Duration?> SendOwedAsync(SubscriberId id, CancellationToken cancellation)
    {
        if (await subscribers.FindAsync(id, cancellation) is not { } subscriber)
            return null;
        if (subscriber.Owed is { Kind: OwedMailKind.Erasure })
        {
            await erasure.FinishAsync(subscriber, CancellationToken.None);
            return null;
        }

        return subscriber.State is SubscriberState.Moved ? await TellMovedAsync(subscriber, cancellation) : await SendOwedAsync(subscriber, cancellation);
    }

    // She has to be there before this address is told, and the row goes after that.
    private async Task<Duration?> TellMovedAsync(Subscriber subscriber, CancellationToken cancellation)
    {
        if (await changes.FinishAsync(subscriber, CancellationToken.None) is not { } moved)
            return Glance;
        if (!changes.IsToForget(moved) && await SendOwedAsync(moved, cancellation) is { } wait)
            return wait;
        await changes.ForgetAsync(moved.Id, CancellationToken.None);
        return null;
    }

    private async Task<Duration?> SendOwedAsync(Subscriber subscriber, CancellationToken cancellation)
    {
        var id = subscriber.Id;
        var owed = subscriber.Owed ?? (subscriber.IsToRemindToConfirm(time.Now) ? new OwedMail(OwedMailKind.ConfirmReminder) : null);
        if (owed is null)
            return null;
        if (owed.Claim?.Until > time.Now)
            return Glance;
        if (owed is { Claim: not null, MayGoTwice: false, IsOfList: false })
        {
            // A welcome counts as the digest: missed rather than doubled. A link goes again.
            await SettleAsync(subscriber, owed: null);
            MailGivenUp(id, owed.Kind);
            return null;
        }

        cancellation.ThrowIfCancellationRequested();
        var claim = owed with { Claim = new MailClaim(Guid.NewGuid(), time.Now + Lease) };
        var claimed = owed.Kind == OwedMailKind.ConfirmReminder && subscriber.Owed is null
            ? await subscribers.TryReplaceAsync(subscriber with { Owed = claim, ConfirmReminded = true }, CancellationToken.None)
            : await SettleAsync(subscriber, claim);
        if (claimed is null)
            return Glance;
        return owed.IsOfList ? await ChangeListAsync(claimed, owed) : await CallAsync(claimed, owed);
    }

    private async Task<Duration?> ChangeListAsync(Subscriber subscriber, OwedMail owed)
    {
        var wait = await list.ChangeAsync(subscriber, owed, CancellationToken.None);
        if (await SettleAsync(subscriber, wait is null ? null : owed with { Claim = null }) is null)
            await GiveClaimBackAsync(subscriber);
        return wait;
    }

    // Something else may be owed by now, and waits for our claim to be over: it is.
    private async Task GiveClaimBackAsync(Subscriber claimed)
    {
        while (await subscribers.FindAsync(claimed.Id, CancellationToken.None) is { Owed.Claim: { } claim } now && claim == claimed.Owed!.Claim)
        {
            if (await subscribers.TryReplaceAsync(now with { Owed = now.Owed with { Claim = null } }, CancellationToken.None) is not null)
                return;
        }
    }

    private async Task<Duration?> CallAsync(Subscriber subscriber, OwedMail owed)
    {
        if (owed.Kind == OwedMailKind.NewAddress && subscriber.NewAddress is null)
        {
            await SettleAsync(subscriber, owed: null);
            return null;
        }

        // Also of who is subscribed: nothing is handed over to her before her welcome.
        var through = owed.Kind == OwedMailKind.NewAddress
            ? await list.LetThroughAsync(mails.ToWhom(subscriber, owed.Kind), subscriber.NewAddress!, CancellationToken.None)
            : await list.LetThroughAsync(subscriber, owed, CancellationToken.None);
        if (through == LetThrough.Never)
        {
            await suppressions.FinishAsync(mails.ToWhom(subscriber, owed.Kind), CancellationToken.None);
            await SettleAsync(subscriber, owed: null);
            return null;
        }

        var mail = mails.Write(subscriber, owed.Kind);
        var outcome = through == LetThrough.Later
            ? new SendOutcome.NotTaken("The provider may still drop mail to her address.", RetryAfter: null)
            : await provider.SendAsync(mail, CancellationToken.None);
        switch (outcome)
        {
            case SendOutcome.Taken:
                await SettleAsync(subscriber, owed: null);
                DeliveryMetrics.Accepted(mail.Category, recipients: 1);
                MailAccepted(subscriber.Id, owed.Kind);
                return owed.Kind == OwedMailKind.Confirm ? Subscriber.ConfirmPatience : null;
            case SendOutcome.NotTaken notTaken:
                await SettleAsync(subscriber, owed with { Claim = null });
                MailNotTaken(subscriber.Id, owed.Kind, notTaken.Why);
                return notTaken.RetryAfter ?? Pause;
            case SendOutcome.NotAllowed notAllowed:
                // Ours to mend, and hers to get when that is done.
                await SettleAsync(subscriber, owed with { Claim = null });
                MailRefused(subscriber.Id, owed.Kind, notAllowed.Why);
                return KeyPause;
            case SendOutcome.BadRecipients bad:
                return await RefuseAddressAsync(subscriber, owed.Kind, bad.Why);
            case SendOutcome.RefusedUnnamed { AboutRecipient: true } unnamed:
                return await RefuseAddressAsync(subscriber, owed.Kind, unnamed.Why);
            case SendOutcome.RefusedUnnamed unnamed:
                await SettleAsync(subscriber, owed: null);
                MailRefused(subscriber.Id, owed.Kind, unnamed.Why);
                return null;
            case SendOutcome.Refused refused:
                await SettleAsync(subscriber, owed: null);
                MailRefused(subscriber.Id, owed.Kind, refused.Why);
                return null;
            case SendOutcome.Unknown unknown:
                // The claim stays: when it is over, the next message decides.
                MailUnknown(subscriber.Id, owed.Kind, unknown.Why);
                return Glance;
            default:
                throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}.");
        }
    }

    private async Task<Duration?> RefuseAddressAsync(Subscriber subscriber, OwedMailKind kind, string why)
    {
        var whose = mails.ToWhom(subscriber, kind);
        AddressRefused(whose, kind, why);
        await suppressions.SuppressAsync(whose, SuppressionReason.Refused, why, time.Now, CancellationToken.None);
        await SettleAsync(subscriber, owed: null);
        return null;
    }

    // She may have done something meanwhile (left, say): then that holds, and only what is owed is settled with it.
    // Never cut short: a claim that nobody works on costs her the welcome.
    private async Task<Subscriber?> SettleAsync(Subscriber subscriber, OwedMail? owed)
    {
        var was = subscriber.Owed;
        while (subscriber.Owed == was)
        {
            if (await subscribers.TryReplaceAsync(subscriber with { Owed = owed }, CancellationToken.None) is { } stored)
                return stored;
            if (await subscribers.FindAsync(subscriber.Id, CancellationToken.None) is not { } now)
                return null;
            // The SDK repeats a write whose answer was lost, which is then refused because of itself.
            if (now.Owed == owed)
                return now;
            subscriber = now;
        }

        return null;
    }

    [LoggerMessage(220, LogLevel.Information, "The provider accepted the {Kind} mail of subscriber {Subscriber}.")]
    private partial void MailAccepted(SubscriberId subscriber, OwedMailKind kind);

    [LoggerMessage(221, LogLevel.Warning, "The provider did not take the {Kind} mail of subscriber {Subscriber}, it will be tried again: {Why}")]
    private partial void MailNotTaken(SubscriberId subscriber, OwedMailKind kind, string why);

    [LoggerMessage(222, LogLevel.Error, "The provider refused the {Kind} mail of subscriber {Subscriber}: {Why}")]
    private partial void MailRefused(SubscriberId subscriber, OwedMailKind kind, string why);

    [LoggerMessage(223, LogLevel.Warning, "Nobody can know whether the {Kind} mail of subscriber {Subscriber} was taken: {Why}")]
    private partial void MailUnknown(SubscriberId subscriber, OwedMailKind kind, string why);

    [LoggerMessage(224, LogLevel.Error, "The {Kind} mail of subscriber {Subscriber} may not have gone, and isn't sent again.")]
    private partial void MailGivenUp(SubscriberId subscriber, OwedMailKind kind);

    [LoggerMessage(225, LogLevel.Warning, "The provider does not send to the address of subscriber {Subscriber}, whose {Kind} mail is no longer owed: {Why}")]
    private partial void AddressRefused(SubscriberId subscriber, OwedMailKind kind, string why);
}
