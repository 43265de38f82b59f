using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace DigestFunctions.Core.Operations;

/// <summary>
/// Once a day: recomputes when slots are due, where the zone data changed; mends what a crash left between two
/// tables; asks again for mail that is still owed, and for what is to be finished with it; erases sign-ups that nobody
/// confirmed, and forgets new addresses that didn't; deletes what is too old to be asked about; writes down how many
/// subscribers there are, and what became of the last days' mails. Reads a page at a time, and writes nothing where all agrees.
/// </summary>
internal sealed partial class Sweep(
    Store store, SubscriberStore subscribers, SlotTable slots, Mending mending, Purge purge, Snapshots snapshots, TimeProvider time, ILogger<Sweep> logger)
{
    /// <exception cref="AggregateException">A part of it failed, or more than one. The others were done all the same: none hangs on another.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var failures = new List<Exception>();
        var recomputed = await TryAsync(failures, slots.RecomputeAsync, cancellation);
        var census = new Census(time.Now);
        var mended = await TryAsync(failures, cancelled => MendAsync(census, cancelled), cancellation);
        var purged = await TryAsync(failures, purge.RunAsync, cancellation);
        // Half a count would look as if half of them had gone.
        if (failures.Count == 0)
            await TryAsync(failures, cancelled => snapshots.WriteAsync(census, time.Now, cancelled), cancellation);
        if (failures.Count > 0)
            throw new AggregateException(failures);
        Swept(mended, recomputed, purged);
    }

    private static async Task<int> TryAsync(List<Exception> failures, Func<CancellationToken, Task<int>> part, CancellationToken cancellation)
    {
        try
        {
            return await part(cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            failures.Add(failure);
            return 0;
        }
    }

    private async Task<int> MendAsync(Census census, CancellationToken cancellation)
    {
        var index = await mending.ReadEntriesAsync(cancellation);
        var mended = 0;
        await foreach (var (subscriber, entries) in mending.TakeAllAsync(index, cancellation))
        {
            census.Count(subscriber);
            mended += await LookAfterAsync(subscriber, entries, cancellation) ? 1 : 0;
        }

        foreach (var id in index.Rest)
        {
            await mending.MendAsync(id, SlotsOf(index.Take(id)), cancellation);
            mended++;
        }

        return mended;
    }

    private async Task<bool> LookAfterAsync(Subscriber subscriber, IReadOnlyList<IndexedEntry> entries, CancellationToken cancellation)
    {
        var agreed = mending.Agree(subscriber, entries);
        if (!agreed)
            await mending.MendAsync(subscriber.Id, SlotsOf(entries), cancellation);

        var now = time.Now;
        if (subscriber.State is SubscriberState.Pending pending && subscriber.ConfirmUntil < now)
            return await ForgetAsync(subscriber, pending, now, cancellation) || !agreed;
        if (IsNeverToConfirm(subscriber, now))
            return await subscribers.TryDeleteAsync(subscriber, cancellation) || !agreed;
        if (subscriber.NewAddress is { AskedAt: var asked } && asked + LinkTokens.AddressLifetime < now)
            return await ForgetAddressAsync(subscriber, cancellation) || !agreed;
        if (subscriber.Owed is not null || subscriber.State is SubscriberState.Moved || subscriber.IsToRemindToConfirm(now))
            await store.Mails.EnqueueAsync(new MailMessage(subscriber.Id).ToString(), cancellation);
        return !agreed;
    }

    // One who was here before goes back to having left: which issues she had must outlive this.
    private async Task<bool> ForgetAsync(
        Subscriber subscriber, SubscriberState.Pending pending, Instant now, CancellationToken cancellation) =>
        pending.FirstIssue is { } first
            ? await subscribers.TryReplaceAsync(subscriber with { State = new SubscriberState.Left(now, first), Owed = null }, cancellation) is not null
            : await subscribers.TryDeleteAsync(subscriber, cancellation);

    // Of whom a mail that asked came back, or was complained of: the suppression stays, which has no address. An issue
    // that she may have had, when she was here before, is over by then.
    private static bool IsNeverToConfirm(Subscriber subscriber, Instant now) =>
        subscriber is { State: SubscriberState.Suppressed { FirstIssue: var first }, Consent.GivenAt: null }
        && subscriber.ConfirmUntil < now
        && first <= WeeklyRule.ThisIssue(subscriber, now);

    private async Task<bool> ForgetAddressAsync(Subscriber subscriber, CancellationToken cancellation) =>
        await subscribers.TryReplaceAsync(
            subscriber with { NewAddress = null, Owed = subscriber.Owed?.Kind == OwedMailKind.NewAddress ? null : subscriber.Owed }, cancellation) is not null;

    private static HashSet<Slot> SlotsOf(IReadOnlyList<IndexedEntry> entries) => [.. entries.Select(entry => entry.Slot)];

    [LoggerMessage(300, LogLevel.Information, "Swept: {Mended} subscribers mended or erased, {Slots} slots recomputed, {Purged} old rows deleted.")]
    private partial void Swept(int mended, int slots, int purged);
}
