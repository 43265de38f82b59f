using DigestFunctions.Core.Subscribers;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace DigestFunctions.Core.Delivery;

/// <summary>What stays of one who is erased, besides the ledger of what was sent.</summary>
internal enum Trace
{
    Least,

    /// <summary>That she left, and at the provider her address, so that it drops mail that is on its way.</summary>
    Stop,

    /// <summary>That her address must not be mailed.</summary>
    Suppressed,
}

/// <summary>
/// Erases a subscriber: her entries first, then what the provider knows of her, then her row. That she is to be erased
/// stands in the row from the first step on: whoever comes next finishes what a crash left. What may stay is a
/// suppression, which has her id and not her address.
/// </summary>
internal sealed partial class Erasure(
    SubscriberStore subscribers,
    Subscriptions subscriptions,
    SuppressionTable suppressions,
    ProviderList list,
    WeeklyRule rule,
    TimeProvider time,
    ILogger<Erasure> logger)
{
    /// <summary>What stands as the evidence of a suppression that an erasure leaves.</summary>
    public const string Evidence = "Erased";

    // The page waits for it, and the address goes all the same.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Erases her; false if there is nothing of her any more.</summary>
    public async Task<bool> EraseAsync(LinkToken token, CancellationToken cancellation)
    {
        var leaving = await subscriptions.ChangeAsync(of => subscriptions.FindAsync(token, of), Leaving, cancellation);
        if (leaving is not { Owed.Kind: OwedMailKind.Erasure })
            return false;
        await FinishAsync(leaving, CancellationToken.None);
        return true;
    }

    /// <summary>What will stay of her; changes nothing.</summary>
    public async Task<Trace> TraceAsync(Subscriber subscriber, CancellationToken cancellation)
    {
        if (await suppressions.FindAsync(subscriber.Id, cancellation) is { Suppression.Reason: not null })
            return Trace.Suppressed;
        return IsOnItsWay(Leaving(subscriber)) ? Trace.Stop : Trace.Least;
    }

    /// <summary>Finishes what was begun.</summary>
    public async Task FinishAsync(Subscriber subscriber, CancellationToken cancellation)
    {
        await ForgetElsewhereAsync(subscriber, cancellation);
        while (await subscribers.FindAsync(subscriber.Id, cancellation) is { Owed.Kind: OwedMailKind.Erasure } now)
        {
            if (!await subscribers.TryDeleteAsync(now, cancellation))
                continue;
            Erased(subscriber.Id);
            return;
        }
    }

    // Moved: that is nearly over, and her data is where she went.
    private Subscriber Leaving(Subscriber subscriber) => subscriber is { State: SubscriberState.Moved } or { Owed.Kind: OwedMailKind.Erasure }
        ? subscriber
        : subscriber with
        {
            State = subscriber.State is SubscriberState.Suppressed
                ? subscriber.State
                : new SubscriberState.Left(LeftAt(subscriber), subscriptions.FirstIssueAfter(subscriber)),
            Owed = new OwedMail(OwedMailKind.Erasure, Since: time.Now),
            RemindOnce = null,
            NewAddress = null,
        };

    // So late that nothing can be on its way any more, where nothing can be.
    private Instant LeftAt(Subscriber subscriber) => subscriber.State switch
    {
        SubscriberState.Left left => left.At,
        SubscriberState.Active when rule.MayBeOnItsWay(subscriber, time.Now) => time.Now,
        _ => time.Now - ProviderList.GivenUpAfter,
    };

    // While mail may be on its way, the provider is told to drop it, and keeps her address for that; afterwards her
    // address is taken off its list. What the list holds then has to be known when she comes back.
    private async Task ForgetElsewhereAsync(Subscriber subscriber, CancellationToken cancellation)
    {
        var known = await suppressions.FindAsync(subscriber.Id, cancellation);
        if (known is { Suppression.Reason: null })
            await suppressions.TryLiftAsync(known, cancellation);
        if (known is { Suppression.Reason: not null } || subscriber.State is not SubscriberState.Left)
            return;
        var isOnItsWay = IsOnItsWay(subscriber);
        if (isOnItsWay)
            await NoteAsync(subscriber.Id, cancellation);
        if (!await TrySetAsync(subscriber, isOnItsWay) && !isOnItsWay)
            await NoteAsync(subscriber.Id, cancellation);
    }

    private bool IsOnItsWay(Subscriber subscriber) =>
        subscriber.State is SubscriberState.Left { At: var at } && time.Now - at < ProviderList.GivenUpAfter;

    private async Task<bool> TrySetAsync(Subscriber subscriber, bool isListed)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            return await list.TrySetAsync(subscriber, isListed, patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return false;
        }
    }

    private Task<Suppression> NoteAsync(SubscriberId id, CancellationToken cancellation) =>
        suppressions.AddAsync(id, Suppression.Of(SuppressionReason.Unsubscribed, time.Now, Evidence), cancellation);

    [LoggerMessage(228, LogLevel.Information, "Erased subscriber {Subscriber}.")]
    private partial void Erased(SubscriberId subscriber);
}
