using Azure;
using DigestFunctions.Core.Storage;
using NodaTime;

namespace DigestFunctions.Core.Subscribers;

/// <summary>What a person does with a subscription: ask for it, confirm it, leave, come back.</summary>
internal sealed class Subscriptions(
    Store store, SubscriberStore subscribers, ScheduleEntries schedule, Identities identities, WeeklyRule rule, TimeProvider time)
{
    /// <summary>How long after one confirmation mail no other goes to the same address, and how many a day do.</summary>
    public static readonly Duration ConfirmPause = Duration.FromMinutes(15);
    public const int ConfirmsPerDay = 3;

    private Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());

    /// <summary>
    /// Takes a sign-up. Says nothing about whether the address is known: to the one who asks, it is
    /// always the same; what is right for the address goes to it by mail.
    /// </summary>
    public async Task AskAsync(EmailAddress address, Preferences preferences, Consent consent, CancellationToken cancellation)
    {
        var id = identities.Of(address);
        while (true)
        {
            var known = await subscribers.FindAsync(id, cancellation);
            var asked = known switch
            {
                null => New(id, address, preferences, consent),
                { State: SubscriberState.Pending } => Again(known, preferences, consent, known.State),
                { State: SubscriberState.Left left } => Again(known, preferences, consent, new SubscriberState.Pending(left.FirstIssue)),
                // Active: she has what she asks for. Suppressed: not without the operator.
                _ => known,
            };
            if (ReferenceEquals(asked, known))
                return;
            var stored = known is null
                ? await subscribers.TryAddAsync(asked, cancellation)
                : await subscribers.TryReplaceAsync(asked, cancellation);
            if (stored is null)
                continue;
            if (stored.Owed is not null)
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

    /// <summary>Confirms a pending sign-up; leaves every other state as it is. The state afterwards, or null if there is no such subscriber.</summary>
    public async Task<Subscriber?> ConfirmAsync(LinkToken token, CancellationToken cancellation)
    {
        var confirmed = await ChangeAsync(token, subscriber => subscriber.State is SubscriberState.Pending
            ? subscriber with
            {
                State = new SubscriberState.Active(WeeklyRule.FirstIssue(subscriber, Now)),
                Consent = subscriber.Consent with { GivenAt = Now },
                Owed = new OwedMail(WeeklyRule.HadThisIssue(subscriber, Now) ? OwedMailKind.WelcomeBack : OwedMailKind.Welcome),
            }
            : subscriber, cancellation);
        if (confirmed?.Owed is not null)
            await store.Mails.EnqueueAsync(new MailMessage(confirmed.Id).ToString(), cancellation);
        return confirmed;
    }

    /// <summary>Leaves, at once, and for good reason before anything else. Idempotent.</summary>
    public Task<Subscriber?> LeaveAsync(LinkToken token, CancellationToken cancellation) =>
        ChangeAsync(token, subscriber => subscriber.State switch
        {
            SubscriberState.Active => subscriber with
            {
                State = new SubscriberState.Left(Now, rule.FirstIssueAfterLeaving(subscriber, Now)),
                Owed = null,
            },
            SubscriberState.Pending pending => subscriber with
            {
                State = new SubscriberState.Left(Now, pending.FirstIssue ?? WeeklyRule.ThisIssue(subscriber, Now)),
                Owed = null,
            },
            _ => subscriber,
        }, cancellation);

    /// <summary>Undoes leaving: for one who had confirmed. One who hadn't is asked to sign up, as anybody.</summary>
    public Task<Subscriber?> RejoinAsync(LinkToken token, CancellationToken cancellation) =>
        ChangeAsync(token, subscriber => subscriber is { State: SubscriberState.Left left, Consent.GivenAt: not null }
            ? subscriber with { State = new SubscriberState.Active(left.FirstIssue) }
            : subscriber, cancellation);

    /// <summary>When the next digest of a subscriber is due.</summary>
    public Instant NextDigest(Subscriber subscriber) => WeeklyRule.NextDigest(subscriber, Now);

    // The truth first, then what is derived from it, whether or not something changed: who comes a second
    // time mends what a crash left.
    private async Task<Subscriber?> ChangeAsync(
        LinkToken token, Func<Subscriber, Subscriber> change, CancellationToken cancellation)
    {
        while (true)
        {
            if (await FindAsync(token, cancellation) is not { } subscriber)
                return null;
            var changed = change(subscriber);
            if (!ReferenceEquals(changed, subscriber))
            {
                if (await subscribers.TryReplaceAsync(changed, cancellation) is not { } stored)
                    continue;
                changed = stored;
            }

            await schedule.AgreeAsync(changed, cancellation);
            return changed;
        }
    }

    private Subscriber New(SubscriberId id, EmailAddress address, Preferences preferences, Consent consent) => new(
        id,
        address,
        preferences,
        Generation: 1,
        consent,
        new SubscriberState.Pending(FirstIssue: null),
        ConfirmsAsked: [Now],
        new OwedMail(OwedMailKind.Confirm),
        default(ETag));

    private Subscriber Again(Subscriber known, Preferences preferences, Consent consent, SubscriberState state)
    {
        var asked = known.ConfirmsAsked.Where(at => at > Now - Duration.FromDays(1)).ToList();
        var mayAsk = asked.Count < ConfirmsPerDay && (asked.Count == 0 || asked[^1] <= Now - ConfirmPause);
        if (mayAsk)
            asked.Add(Now);
        return known with
        {
            Preferences = preferences,
            Consent = consent,
            State = state,
            ConfirmsAsked = asked,
            Owed = mayAsk ? new OwedMail(OwedMailKind.Confirm) : known.Owed,
        };
    }
}
