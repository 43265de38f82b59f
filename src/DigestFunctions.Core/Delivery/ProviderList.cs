using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace DigestFunctions.Core.Delivery;

/// <summary>
/// The provider's own list of addresses that it drops all mail to: the second line behind ours, for mail that was
/// handed over before she left. Best effort, and every call can be made twice.
/// </summary>
/// <remarks>
/// One call about an address is made at a time, and the newest wish last: a wish that comes during a call waits
/// for its claim to end. What remains: a call that outlives its claim (its answer came too late to be known) can
/// still take effect after the next one; mail that leaves between her leaving and the call arrives; and who
/// confirms by a link of before, while a new confirm mail and with it her release are still owed, gets a welcome
/// that the provider drops. What the provider then reports makes her suppressed as unsubscribed, which her
/// signing up again lifts.
/// </remarks>
internal sealed partial class ProviderList(IMailProvider provider, SuppressionTable suppressions, TimeProvider time, ILogger<ProviderList> logger)
{
    /// <summary>By then, all mail that was on its way when she left has arrived or been dropped.</summary>
    public static readonly Duration GivenUpAfter = Duration.FromDays(1);

    /// <summary>How long a confirm mail waits for her release: the provider may not let us, or she may not be on its list at all.</summary>
    public static readonly Duration ConfirmWaits = Duration.FromHours(1);

    private static readonly Duration FirstPause = Duration.FromSeconds(30);
    private static readonly Duration LongestPause = Duration.FromHours(6);

    /// <summary>Makes the change that is owed. Returns how long to wait before trying again, or null if it is done or given up.</summary>
    public async Task<Duration?> ChangeAsync(Subscriber subscriber, OwedMail owed, CancellationToken cancellation)
    {
        if (await TrySetAsync(subscriber, isListed: owed.Kind == OwedMailKind.ProviderSuppression, cancellation))
        {
            ListChanged(subscriber.Id, owed.Kind);
            return null;
        }

        // Each pause is as long as all before it.
        var waited = time.Now - (owed.Since ?? time.Now);
        if (waited < GivenUpAfter)
            return Duration.Max(FirstPause, Duration.Min(waited, LongestPause));
        ListGivenUp(subscriber.Id, owed.Kind);
        return null;
    }

    /// <summary>Puts her on the list or takes her off it, by one call. False if that may not have been done.</summary>
    public Task<bool> TrySetAsync(Subscriber subscriber, bool isListed, CancellationToken cancellation) =>
        TrySetAsync(subscriber.Address, isListed, cancellation);

    /// <summary>The same for an address of which there may be nothing else here.</summary>
    public Task<bool> TrySetAsync(EmailAddress address, bool isListed, CancellationToken cancellation) => isListed
        ? provider.TrySuppressAsync(address, cancellation)
        : provider.TryReleaseAsync(address, cancellation);

    /// <summary>
    /// Takes one who was here before, and asks again, off the list, and lifts that she once unsubscribed, so that
    /// what she asked for reaches her. Looks again where more is known by then.
    /// </summary>
    public Task<LetThrough> LetThroughAsync(Subscriber subscriber, OwedMail owed, CancellationToken cancellation) => LetThroughAsync(
        new Mailbox(
            subscriber.Id,
            subscriber.Address,
            AsksAnew: subscriber.State is SubscriberState.Pending or SubscriberState.Left,
            MayBeListed: subscriber.State is SubscriberState.Pending { FirstIssue: not null } or SubscriberState.Left,
            owed.Since ?? subscriber.Consent.AskedAt),
        cancellation);

    /// <summary>The same for an address that may have been anybody's, and that she says is hers.</summary>
    public Task<LetThrough> LetThroughAsync(SubscriberId id, AddressChange change, CancellationToken cancellation) =>
        LetThroughAsync(new Mailbox(id, change.Address, AsksAnew: true, MayBeListed: true, change.AskedAt), cancellation);

    private async Task<LetThrough> LetThroughAsync(Mailbox mailbox, CancellationToken cancellation)
    {
        var known = await suppressions.FindAsync(mailbox.Id, cancellation);
        if (known is { Suppression.IsHard: true })
            return LetThrough.Never;
        var isUnsubscribed = known is { Suppression.Reason: SuppressionReason.Unsubscribed };
        if (!mailbox.AsksAnew || (!isUnsubscribed && !mailbox.MayBeListed))
            return LetThrough.Now;
        if (!await provider.TryReleaseAsync(mailbox.Address, cancellation) && time.Now - mailbox.AskedAt < ConfirmWaits)
            return LetThrough.Later;
        return isUnsubscribed && !await suppressions.TryLiftAsync(known!, cancellation)
            ? await LetThroughAsync(mailbox, cancellation)
            : LetThrough.Now;
    }

    private sealed record Mailbox(SubscriberId Id, EmailAddress Address, bool AsksAnew, bool MayBeListed, Instant AskedAt);

    [LoggerMessage(226, LogLevel.Information, "Changed the provider's list for subscriber {Subscriber}: {Kind}.")]
    private partial void ListChanged(SubscriberId subscriber, OwedMailKind kind);

    [LoggerMessage(227, LogLevel.Error, "The provider's list could not be changed for subscriber {Subscriber} in a day, and it is given up: {Kind}.")]
    private partial void ListGivenUp(SubscriberId subscriber, OwedMailKind kind);
}

/// <summary>Whether mail that she asked for may go to her.</summary>
internal enum LetThrough
{
    Now,

    /// <summary>The provider may still drop it.</summary>
    Later,

    /// <summary>Her address must not be mailed, whatever she asks for.</summary>
    Never,
}
