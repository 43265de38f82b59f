using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Core.Delivery.Events;

/// <summary>What events mean for the person that they are about.</summary>
internal sealed class ReportedPeople(Suppressions suppressions, SubscriberStore subscribers)
{
    // Events come in whole seconds.
    private static readonly Duration Second = Duration.FromSeconds(1);

    /// <param name="id">Whom.</param>
    /// <param name="issue">The digest's; null where the mail was to her alone.</param>
    /// <param name="said">What happened.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    public async Task ApplyAsync(SubscriberId id, IssueId? issue, ProviderEvent said, CancellationToken cancellation)
    {
        if (said.Suppresses is { } reason)
        {
            if (reason != SuppressionReason.Unsubscribed || IsOfNow(await subscribers.FindAsync(id, cancellation), issue, said))
                await suppressions.SuppressAsync(id, reason, said.Evidence, said.At, cancellation);
        }
        else if (said.Kind == EventKind.SoftBounced && issue is { } blocked)
        {
            await suppressions.AddBlockedAsync(id, blocked, said.Evidence, said.At, cancellation);
        }
    }

    // Her own wish is the latest that counts: she may have asked anew since. And mail that the provider dropped
    // because we put her on its list when she left says nothing about one who came back.
    private static bool IsOfNow(Subscriber? subscriber, IssueId? issue, ProviderEvent said)
    {
        if (subscriber is null)
            return true;
        var isOfBefore = said.At + Second <= (subscriber.Consent.MovedAt ?? subscriber.Consent.AskedAt);
        return subscriber.State switch
        {
            // Nothing goes to her, and it is hers to undo.
            SubscriberState.Left => false,
            SubscriberState.Pending => !isOfBefore && !(said.Kind == EventKind.Dropped && issue is not null),
            SubscriberState.Active active => !isOfBefore
                && !(said.Kind == EventKind.Dropped && (issue < active.Placements[0].FirstIssue || subscriber.Owed?.Kind == OwedMailKind.ProviderRelease)),
            _ => true,
        };
    }
}
