using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Tests;

/// <summary>Changes by one who has just looked.</summary>
internal static class KnowingChanges
{
    public static async Task<Subscriber?> ChangeAsync(
        this Subscriptions subscriptions, LinkToken token, Preferences preferences, CancellationToken cancellation) =>
        await subscriptions.FindAsync(token, cancellation) is { } subscriber
            ? await subscriptions.ChangeAsync(token, preferences, subscriptions.Seen(subscriber), cancellation)
            : null;

    public static async Task<Subscriber?> PauseAsync(
        this Subscriptions subscriptions, LinkToken token, LocalDate until, CancellationToken cancellation) =>
        await subscriptions.FindAsync(token, cancellation) is { } subscriber
            ? await subscriptions.PauseAsync(token, until, subscriptions.Seen(subscriber), cancellation)
            : null;
}
