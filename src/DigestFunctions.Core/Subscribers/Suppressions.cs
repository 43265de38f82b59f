using DigestFunctions.Core.Schedule;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace DigestFunctions.Core.Subscribers;

/// <summary>
/// Suppresses addresses that must not be mailed. The row first, then the subscriber and her entries: cut in
/// between, nobody is mailed who asks anew, and whoever says it again finishes it.
/// </summary>
internal sealed partial class Suppressions(SuppressionTable table, Subscriptions subscriptions, ILogger<Suppressions> logger)
{
    /// <param name="id">Whom.</param>
    /// <param name="reason">Why.</param>
    /// <param name="evidence">The provider's words, without an address.</param>
    /// <param name="at">When that happened, which may be long before we hear of it.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    public Task SuppressAsync(
        SubscriberId id, SuppressionReason reason, string evidence, Instant at, CancellationToken cancellation) =>
        AddAsync(id, Suppression.Of(reason, at, evidence), cancellation);

    /// <summary>Takes note that her mail server refused an issue, which suppresses her only with those before it.</summary>
    public Task AddBlockedAsync(SubscriberId id, IssueId issue, string evidence, Instant at, CancellationToken cancellation) =>
        AddAsync(id, Suppression.OfBlocked(issue, at, evidence), cancellation);

    /// <summary>Takes out one of whom a hard suppression is known, where whoever wrote that has not, or not yet.</summary>
    public async Task FinishAsync(SubscriberId id, CancellationToken cancellation)
    {
        if (await subscriptions.KeepOutAsync(id, cancellation) is { State: SubscriberState.Suppressed { Reason: var reason } })
            Suppressed(id, reason);
    }

    private async Task AddAsync(SubscriberId id, Suppression said, CancellationToken cancellation)
    {
        if ((await table.AddAsync(id, said, cancellation)).Reason is not { } reason)
            return;
        await subscriptions.SuppressAsync(id, reason, cancellation);
        Suppressed(id, reason);
    }

    [LoggerMessage(410, LogLevel.Information, "Suppressed subscriber {Subscriber}: {Reason}.")]
    private partial void Suppressed(SubscriberId subscriber, SuppressionReason reason);
}
