using System.Security.Cryptography;
using Azure;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using NodaTime;

namespace DigestFunctions.Core.Subscribers;

/// <summary>What a person does with a subscription: ask for it, confirm it, leave, come back.</summary>
internal sealed class Subscriptions(
    Store store,
    SubscriberStore subscribers,
    ScheduleEntries schedule,
    SuppressionTable suppressions,
    Identities identities,
    WeeklyRule rule,
    TimeProvider time)
{
    // Half of what the weekly rule allows for: what it was asked about must still hold when it takes effect.
    private static readonly Duration Patience = WeeklyRule.Margin / 2;

    /// <summary>How long leaving can be undone.</summary>
    public static readonly Duration UndoTime = Duration.FromDays(7);

    /// <summary>
    /// Takes a sign-up. Says nothing about whether the address is known: to the one who asks, it is
    /// always the same. One who isn't subscribed gets a mail; one who is gets none, and nothing changes.
    /// </summary>
    public async Task AskAsync(EmailAddress address, Preferences preferences, Consent consent, CancellationToken cancellation)
    {
        var id = identities.Of(address);
        while (true)
        {
            var known = await subscribers.FindAsync(id, cancellation);
            // Of one of whom nothing else is left, nothing is kept. Who is known, or becomes so meanwhile, is taken out before the mail.
            if (known is null && await suppressions.FindAsync(id, cancellation) is { Suppression.IsHard: true })
                return;
            var asked = known switch
            {
                null => New(id, address, preferences, consent),
                // What she had erased doesn't come back.
                { Owed.Kind: OwedMailKind.Erasure } => New(id, address, preferences, consent) with { ETag = known.ETag },
                { State: SubscriberState.Pending } => Again(known, preferences, consent),
                { State: SubscriberState.Left { FirstIssue: var first } } when MayAsk(known) =>
                    Again(known, preferences, consent) with { State = new SubscriberState.Pending(first), ConfirmReminded = false },
                { State: SubscriberState.Suppressed { Reason: SuppressionReason.Unsubscribed, FirstIssue: var first } } when MayAsk(known) =>
                    Again(known, preferences, consent) with { State = new SubscriberState.Pending(first), ConfirmReminded = false },
                // Active: she has what she asks for. Suppressed: not without the operator. Moved: when that is over. Left, and asked for too often: later.
                _ => known,
            };
            if (ReferenceEquals(asked, known))
                return;

            // What a crash left of the slot that she had: only her row tells which that was.
            var isBack = known is { State: SubscriberState.Left or SubscriberState.Suppressed };
            if (isBack)
                await schedule.RemoveAsync(known!.Preferences.DigestSlot, id, cancellation);
            var stored = known is null
                ? await subscribers.TryAddAsync(asked, cancellation)
                : await subscribers.TryReplaceAsync(asked, cancellation);
            // She may be in that slot again.
            if (stored is null && isBack)
                await schedule.AgreeAsync(id, [known!.Preferences.DigestSlot], CancellationToken.None);
            if (stored is null)
                continue;
            // Also the one of before, whose message may be lost: whoever finds it sent already does nothing.
            if (stored.Owed is { Kind: OwedMailKind.Confirm })
                await store.Mails.EnqueueAsync(new MailMessage(id).ToString(), cancellation);
            return;
        }
    }

    /// <summary>The subscriber that a token is for, unless there is none any more (erased, expired).</summary>
    public async Task<Subscriber?> FindAsync(LinkToken token, CancellationToken cancellation)
    {
        var subscriber = await subscribers.FindAsync(token.Subscriber, cancellation);
        return subscriber?.Generation == token.Generation ? subscriber : null;
    }

    /// <summary>
    /// Confirms a pending sign-up; leaves every other state as it is. The state afterwards, or null if there is no
    /// such subscriber. One of whom a suppression is known is taken out before the welcome that she is owed: her
    /// first digest is later than that.
    /// </summary>
    public async Task<Subscriber?> ConfirmAsync(LinkToken token, CancellationToken cancellation)
    {
        var isNew = false;
        var confirmed = await ChangeAsync(token, subscriber => (isNew = subscriber.State is SubscriberState.Pending)
            ? subscriber with
            {
                State = SubscriberState.Active.In(subscriber.Preferences.DigestSlot, rule.FirstIssue(subscriber, time.Now)),
                Consent = subscriber.Consent with { GivenAt = time.Now },
                Owed = new OwedMail(
                    WeeklyRule.HadThisIssue(subscriber, time.Now) ? OwedMailKind.WelcomeBack : OwedMailKind.Welcome,
                    Issue: WeeklyRule.ThisIssue(subscriber, time.Now)),
            }
            : subscriber, cancellation);
        if (isNew)
            SubscriberMetrics.Confirmed();
        if (confirmed?.Owed is not null)
            await store.Mails.EnqueueAsync(new MailMessage(confirmed.Id).ToString(), cancellation);
        return confirmed;
    }

    /// <summary>Leaves, at once, and for good reason before anything else. Idempotent.</summary>
    public async Task<Subscriber?> LeaveAsync(LinkToken token, CancellationToken cancellation)
    {
        var isNew = false;
        var left = await ChangeAsync(token, subscriber => (isNew = subscriber.State is SubscriberState.Active or SubscriberState.Pending)
            ? subscriber with
            {
                State = new SubscriberState.Left(time.Now, FirstIssueAfter(subscriber)),
                Owed = subscriber.State is SubscriberState.Active ? Owe(subscriber, OwedMailKind.ProviderSuppression) : null,
                RemindOnce = null,
            }
            : subscriber, cancellation);
        if (isNew)
            SubscriberMetrics.Left();
        await TellProviderAsync(left, cancellation);
        return left;
    }

    /// <summary>
    /// Takes out one who must not be mailed, whatever state she is in. Idempotent: the first reason stays, but
    /// for one that she could come back from by herself.
    /// </summary>
    public Task<Subscriber?> SuppressAsync(SubscriberId id, SuppressionReason reason, CancellationToken cancellation) =>
        ChangeAsync(of => subscribers.FindAsync(id, of), subscriber => subscriber.State switch
        {
            SubscriberState.Suppressed { Reason: SuppressionReason.Unsubscribed } suppressed =>
                subscriber with { State = suppressed with { Reason = reason } },
            SubscriberState.Suppressed => subscriber,
            // The suppression says it; her subscription is elsewhere, and this address needn't be told.
            SubscriberState.Moved => subscriber with { Owed = null },
            _ => subscriber with { State = new SubscriberState.Suppressed(time.Now, reason, FirstIssueAfter(subscriber)), Owed = null },
        }, cancellation);

    /// <summary>Takes out one of whom a hard suppression is known, whether or not whoever wrote that got so far. Null where there is none, or nobody.</summary>
    public async Task<Subscriber?> KeepOutAsync(SubscriberId id, CancellationToken cancellation) =>
        await suppressions.FindAsync(id, cancellation) is { Suppression: { IsHard: true, Reason: { } reason } }
            ? await SuppressAsync(id, reason, cancellation)
            : null;

    /// <summary>
    /// Takes over what she prefers: for one who is active by the weekly rule; nothing for one who isn't subscribed, nor
    /// where something was changed since she looked.
    /// </summary>
    public Task<Subscriber?> ChangeAsync(LinkToken token, Preferences preferences, SeenPreferences seen, CancellationToken cancellation) =>
        ChangeAsync(token, subscriber => !seen.IsStill(subscriber, time.Now) ? subscriber : subscriber.State switch
        {
            SubscriberState.Active active => subscriber with
            {
                Preferences = preferences,
                State = rule.Move(active, preferences.DigestSlot, time.Now),
            },
            SubscriberState.Pending => subscriber with { Preferences = preferences },
            _ => subscriber,
        }, cancellation);

    /// <summary>
    /// No digest before a date in her zone, at once, also from a run that is planned and not handed over. A date
    /// that has come ends a pause. For one who isn't active, or where something was changed since she looked: nothing.
    /// </summary>
    public Task<Subscriber?> PauseAsync(LinkToken token, LocalDate until, SeenPreferences seen, CancellationToken cancellation) =>
        ChangeAsync(token, subscriber => subscriber.State is SubscriberState.Active active && seen.IsStill(subscriber, time.Now)
            ? subscriber with { State = rule.Pause(active, until, time.Now) }
            : subscriber, cancellation);

    /// <summary>Undoes leaving, where that can be; else she signs up, as anybody.</summary>
    public async Task<Subscriber?> RejoinAsync(LinkToken token, CancellationToken cancellation)
    {
        // A suppression that comes meanwhile finds her subscribed, and takes her out; or is found by the second look.
        await KeepOutAsync(token.Subscriber, cancellation);
        var back = await ChangeAsync(token, subscriber => CanRejoin(subscriber) && subscriber.State is SubscriberState.Left left
            ? subscriber with
            {
                State = rule.Return(subscriber.Preferences.DigestSlot, left.FirstIssue, time.Now),
                Owed = Owe(subscriber, OwedMailKind.ProviderRelease),
            }
            : subscriber, cancellation);
        if (back is { State: SubscriberState.Active })
            back = await KeepOutAsync(back.Id, CancellationToken.None) ?? back;
        await TellProviderAsync(back, cancellation);
        return back;
    }

    /// <summary>Whether leaving can be undone: by one who had confirmed, and soon, since mail with the link may be passed on.</summary>
    public bool CanRejoin(Subscriber subscriber) =>
        subscriber is { State: SubscriberState.Left left, Consent.GivenAt: not null } && time.Now - left.At < UndoTime;

    /// <summary>When the next digest of a subscriber is due.</summary>
    public Instant NextDigest(Subscriber subscriber) => rule.NextDigest(subscriber, time.Now);

    public SeenPreferences Seen(Subscriber subscriber) => SeenPreferences.Of(subscriber, time.Now);

    public LocalDate? PausedUntil(Subscriber subscriber) => WeeklyRule.PausedUntil(subscriber, time.Now);

    public LocalDate Today(Subscriber subscriber) => WeeklyRule.Today(subscriber, time.Now);

    /// <summary>When the next reminder is, if one is to come.</summary>
    public Instant? NextReminder(Subscriber subscriber) => WeeklyRule.NextReminder(subscriber, time.Now);

    /// <summary>The first issue that one may get who isn't subscribed, or from now on isn't, should she come back.</summary>
    public IssueId FirstIssueAfter(Subscriber subscriber) => subscriber.State switch
    {
        SubscriberState.Active active => rule.FirstIssueAfterLeaving(active, time.Now),
        var other => other.OpenFrom ?? WeeklyRule.ThisIssue(subscriber, time.Now),
    };

    private Task<Subscriber?> ChangeAsync(
        LinkToken token, Func<Subscriber, Subscriber> change, CancellationToken cancellation) =>
        ChangeAsync(of => FindAsync(token, of), change, cancellation);

    /// <summary>
    /// Changes a subscriber, and her entries with her. The schedule is looked after whether or not something changed:
    /// who comes a second time mends what a crash left.
    /// </summary>
    // From the first write on nothing is cut short: in between, she is in no slot.
    public async Task<Subscriber?> ChangeAsync(
        Func<CancellationToken, Task<Subscriber?>> find, Func<Subscriber, Subscriber> change, CancellationToken cancellation)
    {
        var known = new HashSet<Slot>();
        SubscriberId? id = null;
        while (true)
        {
            if (await find(cancellation) is not { } subscriber)
            {
                // Erased since she was read first: nothing that was written meanwhile stays.
                if (id is { } erased)
                    await schedule.AgreeAsync(erased, known, CancellationToken.None);
                return null;
            }

            id = subscriber.Id;
            known.UnionWith(ScheduleEntries.SlotsOf(subscriber));
            var since = time.Now;
            var changed = change(subscriber);
            if (changed != subscriber)
            {
                await schedule.NarrowAsync(subscriber, changed, CancellationToken.None);
                if (time.Now - since > Patience || await subscribers.TryReplaceAsync(changed, CancellationToken.None) is not { } stored)
                    continue;
                changed = stored;
            }

            await schedule.AgreeAsync(changed, known, CancellationToken.None);
            return changed;
        }
    }

    // The call about the list that may be under way is waited for: the newest wish is the last that the provider hears.
    public OwedMail Owe(Subscriber subscriber, OwedMailKind kind)
    {
        var owed = new OwedMail(kind, subscriber.Owed is { IsOfList: true, Claim: { } claim } ? claim : null);
        return kind is OwedMailKind.Confirm ? owed : owed with { Since = time.Now };
    }

    // Best effort: she has left, or is back, whatever the queue does. The daily sweep asks again for what is owed.
    private async Task TellProviderAsync(Subscriber? subscriber, CancellationToken cancellation)
    {
        if (subscriber is not { Owed.IsOfList: true })
            return;
        try
        {
            await store.Mails.EnqueueAsync(new MailMessage(subscriber.Id).ToString(), cancellation);
        }
        catch (Exception away) when (StoreFaults.IsAway(away))
        {
        }
    }

    /// <summary>One who asked, hasn't confirmed, and is owed the mail for that.</summary>
    public Subscriber New(SubscriberId id, EmailAddress address, Preferences preferences, Consent consent) => new(
        id,
        address,
        preferences,
        // By chance, so that links of before an erasure, of which nothing is left, are not good again.
        (ushort)RandomNumberGenerator.GetInt32(1, ushort.MaxValue),
        consent,
        new SubscriberState.Pending(FirstIssue: null),
        ConfirmsAsked: [time.Now],
        new OwedMail(OwedMailKind.Confirm),
        default(ETag));

    private Subscriber Again(Subscriber known, Preferences preferences, Consent consent) => MayAsk(known)
        ? known with
        {
            Preferences = preferences,
            Consent = consent,
            ConfirmsAsked = AskLimit.With(known.ConfirmsAsked, time.Now),
            Owed = Owe(known, OwedMailKind.Confirm),
        }
        : known with { Preferences = preferences, Consent = consent };

    private bool MayAsk(Subscriber known) => AskLimit.Allows(known.ConfirmsAsked, time.Now);
}
