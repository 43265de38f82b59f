using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace DigestFunctions.Core.Operations;

/// <summary>
/// Once a day: mends what a crash left between two tables, asks again for mail that is still owed, and
/// erases sign-ups that nobody confirmed. Reads two tables a page at a time; what it finds, it has made
/// agree by the way that everybody takes, which looks at the truth again.
/// </summary>
internal sealed partial class Sweep(
    Store store, SubscriberStore subscribers, ScheduleEntries schedule, TimeProvider time, ILogger<Sweep> logger)
{
    /// <summary>What nobody confirmed in this time is erased.</summary>
    public static readonly Duration UnconfirmedLifetime = LinkTokens.ConfirmLifetime;

    public async Task RunAsync(CancellationToken cancellation)
    {
        // 16 bytes of id and a reference to the slot's name, shared, for each entry.
        var entries = new Dictionary<SubscriberId, string>();
        var slots = new Dictionary<string, string>();
        var strays = new List<(string Slot, SubscriberId Id)>();
        await foreach (var (slot, id) in schedule.AllAsync(cancellation))
        {
            slots.TryAdd(slot, slot);
            if (!entries.TryAdd(id, slots[slot]))
                strays.AddRange([(slot, id), (entries[id], id)]);
        }

        var mended = 0;
        await foreach (var subscriber in subscribers.AllAsync(cancellation))
        {
            entries.Remove(subscriber.Id, out var entry);
            mended += await MendAsync(subscriber, entry, cancellation) ? 1 : 0;
        }

        // Left over: entries without a subscriber, or in two slots of which one at the most is right.
        strays.AddRange(entries.Select(entry => (entry.Value, entry.Key)));
        foreach (var (slot, id) in strays)
            mended += await RemoveStrayAsync(slot, id, cancellation) ? 1 : 0;
        Swept(mended);
    }

    private async Task<bool> MendAsync(Subscriber subscriber, string? entry, CancellationToken cancellation)
    {
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        if (subscriber.State is SubscriberState.Pending pending && subscriber.Consent.AskedAt + UnconfirmedLifetime < now)
        {
            if (entry is not null)
                await RemoveStrayAsync(entry, subscriber.Id, cancellation);
            return await ForgetAsync(subscriber, pending, now, cancellation);
        }

        if (subscriber.Owed is not null)
            await store.Mails.EnqueueAsync(new MailMessage(subscriber.Id).ToString(), cancellation);

        if (entry == RightSlot(subscriber))
            return false;
        if (entry is not null)
            await RemoveStrayAsync(entry, subscriber.Id, cancellation);
        await AgreeAsync(subscriber.Id, cancellation);
        return true;
    }

    // One who was here before goes back to having left: which issues she had must outlive this.
    private async Task<bool> ForgetAsync(
        Subscriber subscriber, SubscriberState.Pending pending, Instant now, CancellationToken cancellation) =>
        pending.FirstIssue is { } first
            ? await subscribers.TryReplaceAsync(subscriber with { State = new SubscriberState.Left(now, first), Owed = null }, cancellation) is not null
            : await subscribers.TryDeleteAsync(subscriber, cancellation);

    // By the truth of now: who left since her page was read must not be mailable for even a moment.
    private async Task AgreeAsync(SubscriberId id, CancellationToken cancellation)
    {
        if (await subscribers.FindAsync(id, cancellation) is { } subscriber)
            await schedule.AgreeAsync(subscriber, cancellation);
    }

    private async Task<bool> RemoveStrayAsync(string slot, SubscriberId id, CancellationToken cancellation)
    {
        // Read again: she may have come to this slot while the sweep was under way.
        if (await subscribers.FindAsync(id, cancellation) is { } subscriber && RightSlot(subscriber) == slot)
            return false;

        await schedule.RemoveAsync(slot, id, cancellation);
        // And once more: she may have come between the look and the removal.
        if (await subscribers.FindAsync(id, cancellation) is { } now && RightSlot(now) == slot)
            await schedule.AgreeAsync(now, cancellation);
        return true;
    }

    private static string? RightSlot(Subscriber subscriber) =>
        subscriber.State is SubscriberState.Active ? subscriber.Preferences.DigestSlot.ToString() : null;

    [LoggerMessage(300, LogLevel.Information, "Swept: {Mended} rows mended or erased.")]
    private partial void Swept(int mended);
}
