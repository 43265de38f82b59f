using System.Security.Cryptography;
using Azure;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using NodaTime;

namespace DigestFunctions.Core.Subscribers;

/// <summary>How it stands with a change of address that its new address is to confirm.</summary>
internal abstract record ChangeOutcome
{
    private ChangeOutcome()
    {
    }

    /// <summary>It waits to be confirmed.</summary>
    internal sealed record Asked(Subscriber Subscriber, EmailAddress To) : ChangeOutcome;

    /// <summary>Her mail goes to the new address.</summary>
    internal sealed record Done(Subscriber Subscriber, EmailAddress To) : ChangeOutcome;

    /// <summary>The new address has a subscription of its own. Nothing was changed.</summary>
    internal sealed record Subscribed(Subscriber Subscriber) : ChangeOutcome;

    /// <summary>The new address must not be mailed. Nothing was changed.</summary>
    internal sealed record NotMailed(Subscriber Subscriber) : ChangeOutcome;

    /// <summary>A mail to the old address is on its way. Nothing was changed.</summary>
    internal sealed record Later(Subscriber Subscriber) : ChangeOutcome;

    /// <summary>It is over long since, or was given up.</summary>
    internal sealed record Gone : ChangeOutcome;
}

/// <summary>
/// Moves a subscription to another address, which is another subscriber. She leaves the old one first, then comes to
/// the new one by the weekly rule: so that no issue is for both. From the first step on, whoever comes next finishes
/// what a crash left: she by pressing again, the mail to the old address, or the daily sweep, which asks for that.
/// </summary>
internal sealed class AddressChanges(
    Store store,
    SubscriberStore subscribers,
    Subscriptions subscriptions,
    ScheduleEntries schedule,
    SuppressionTable suppressions,
    Identities identities,
    WeeklyRule rule,
    TimeProvider time)
{
    /// <summary>How long the old address is tried to be told.</summary>
    public static readonly Duration ToldWithin = Duration.FromDays(1);

    public async Task<ChangeOutcome> FindAsync(LinkToken token, CancellationToken cancellation) =>
        await subscribers.FindAsync(token.Subscriber, cancellation) switch
        {
            { State: SubscriberState.Active, NewAddress: { } change } known when IsOf(token, change) => new ChangeOutcome.Asked(known, change.Address),
            { State: SubscriberState.Moved { To: var to } } known when IsOf(token, to) => new ChangeOutcome.Done(known, to.Address),
            _ => new ChangeOutcome.Gone(),
        };

    /// <summary>Moves her, as the new address confirms. Idempotent.</summary>
    public async Task<ChangeOutcome> ConfirmAsync(LinkToken token, CancellationToken cancellation)
    {
        var found = await FindAsync(token, cancellation);
        if (found is ChangeOutcome.Asked(var subscriber, var to))
        {
            if (await RefusalAsync(subscriber, to, cancellation) is { } refusal)
                return refusal;
            if (await LeaveAsync(token, cancellation) is not { State: SubscriberState.Moved } left)
                return await FindAsync(token, cancellation);
            // Before the rest, so that somebody finishes it.
            await store.Mails.EnqueueAsync(new MailMessage(left.Id).ToString(), CancellationToken.None);
            found = new ChangeOutcome.Done(left, to);
        }

        if (found is ChangeOutcome.Done(var moved, _) && await FinishAsync(moved, CancellationToken.None) is { Owed: not null } told)
            await store.Mails.EnqueueAsync(new MailMessage(told.Id).ToString(), CancellationToken.None);
        return found;
    }

    /// <summary>Has her arrive, unless she has, and owes the old address the mail that says so. As she is then; null if another is at it.</summary>
    public async Task<Subscriber?> FinishAsync(Subscriber old, CancellationToken cancellation)
    {
        if (old.State is not SubscriberState.Moved { HasArrived: false } moved)
            return old;
        if (!await ArriveAsync(old, moved, cancellation))
            return null;
        return await subscribers.TryReplaceAsync(
            old with
            {
                State = moved with { HasArrived = true },
                Owed = await IsToBeToldAsync(old.Id, cancellation) ? new OwedMail(OwedMailKind.AddressTold, Since: moved.At) : null,
            },
            cancellation);
    }

    /// <summary>Deletes the row of one who has arrived elsewhere, when nothing is owed here any more, or was for too long.</summary>
    public async Task ForgetAsync(SubscriberId id, CancellationToken cancellation)
    {
        while (await subscribers.FindAsync(id, cancellation) is { State: SubscriberState.Moved { HasArrived: true } } old && IsToForget(old))
        {
            if (await subscribers.TryDeleteAsync(old, cancellation))
                return;
        }
    }

    public bool IsToForget(Subscriber old) =>
        old is { State: SubscriberState.Moved { HasArrived: true, At: var at } } && (old.Owed is null || time.Now - at > ToldWithin);

    private static bool IsOf(LinkToken token, AddressChange change) => token.Generation == change.Number;

    private async Task<bool> IsToBeToldAsync(SubscriberId id, CancellationToken cancellation) =>
        await suppressions.FindAsync(id, cancellation) is not { Suppression.IsHard: true };

    // What is said to who has the new mailbox: it is hers to know.
    private async Task<ChangeOutcome?> RefusalAsync(Subscriber subscriber, EmailAddress to, CancellationToken cancellation)
    {
        var id = identities.Of(to);
        if (await suppressions.FindAsync(id, cancellation) is { Suppression.IsHard: true })
            return new ChangeOutcome.NotMailed(subscriber);
        return await subscribers.FindAsync(id, cancellation) switch
        {
            { State: SubscriberState.Active } => new ChangeOutcome.Subscribed(subscriber),
            { State: SubscriberState.Moved } or { Owed.Kind: OwedMailKind.Erasure } => new ChangeOutcome.Later(subscriber),
            _ when IsOwedElse(subscriber) => new ChangeOutcome.Later(subscriber),
            _ => null,
        };
    }

    // A link to what is moving is no use any more; anything else goes first.
    private static bool IsOwedElse(Subscriber subscriber) =>
        subscriber.Owed is { Kind: not (OwedMailKind.Link or OwedMailKind.Data or OwedMailKind.NewAddress) };

    private Task<Subscriber?> LeaveAsync(LinkToken token, CancellationToken cancellation) => subscriptions.ChangeAsync(
        of => subscribers.FindAsync(token.Subscriber, of),
        subscriber => subscriber is { State: SubscriberState.Active active, NewAddress: { } change } && IsOf(token, change) && !IsOwedElse(subscriber)
            ? subscriber with
            {
                State = new SubscriberState.Moved(time.Now, rule.FirstIssueAfterLeaving(active, time.Now), change, active.Pause?.Until, HasArrived: false),
                NewAddress = null,
                Owed = null,
            }
            : subscriber,
        cancellation);

    // False where it has to be tried again.
    private async Task<bool> ArriveAsync(Subscriber old, SubscriberState.Moved moved, CancellationToken cancellation)
    {
        var id = identities.Of(moved.To.Address);
        var there = await subscribers.FindAsync(id, cancellation);
        var arrived = there switch
        {
            null => At(old, moved, id, moved.FirstIssue),
            // She is there, or has been since: or somebody else signed this address up just now, and it has its mail.
            { Consent.MovedAt: { } at } when at == moved.At => there,
            { State: SubscriberState.Active } => there,
            { State: SubscriberState.Moved } or { Owed.Kind: OwedMailKind.Erasure } => null,
            _ => At(old, moved, id, subscriptions.FirstIssueAfter(there)) with
            {
                Generation = there.Generation,
                ConfirmsAsked = there.ConfirmsAsked,
                Owed = subscriptions.Owe(there, OwedMailKind.ProviderRelease),
                ETag = there.ETag,
            },
        };
        if (arrived is null)
            return false;
        if (!ReferenceEquals(arrived, there))
        {
            arrived = there is null ? await subscribers.TryAddAsync(arrived, cancellation) : await subscribers.TryReplaceAsync(arrived, cancellation);
            if (arrived is null)
                return false;
        }

        await schedule.AgreeAsync(arrived, there is null ? [] : [there.Preferences.DigestSlot], cancellation);
        await subscriptions.KeepOutAsync(id, cancellation);
        if (arrived.Owed is not null)
            await store.Mails.EnqueueAsync(new MailMessage(id).ToString(), cancellation);
        return true;
    }

    private Subscriber At(Subscriber old, SubscriberState.Moved moved, SubscriberId id, IssueId first) => old with
    {
        Id = id,
        Address = moved.To.Address,
        State = Arrived(old, moved, first),
        Consent = old.Consent with { MovedAt = moved.At },
        Generation = (ushort)RandomNumberGenerator.GetInt32(1, ushort.MaxValue),
        ConfirmsAsked = [],
        LinksAsked = [],
        Owed = null,
        ETag = default(ETag),
    };

    private SubscriberState.Active Arrived(Subscriber old, SubscriberState.Moved moved, IssueId first)
    {
        var active = rule.Return(old.Preferences.DigestSlot, moved.FirstIssue > first ? moved.FirstIssue : first, time.Now);
        return moved.PausedUntil is { } until ? rule.Pause(active, until, time.Now) : active;
    }
}
