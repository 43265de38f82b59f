using System.Runtime.CompilerServices;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using Microsoft.Extensions.Logging;

namespace DigestFunctions.Core.Operations;

/// <summary>Finds where the schedule and the subscribers disagree, and makes the schedule say what they say.</summary>
internal sealed partial class Mending(
    SubscriberStore subscribers, ScheduleEntries schedule, WeeklyRule rule, TimeProvider time, ILogger<Mending> logger)
{
    /// <summary>Where the entries are; what can't be read is said, and left.</summary>
    /// <param name="whole">Whether to note to whom mail goes by each, too.</param>
    /// <param name="read">Is told, now and then, how many were read.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<EntryIndex> ReadEntriesAsync(CancellationToken cancellation, bool whole = false, Action<long>? read = null)
    {
        var (index, count) = (new EntryIndex(), 0L);
        await foreach (var entry in schedule.AllAsync(cancellation, whole))
        {
            if (++count % Store.PageSize == 0)
                read?.Invoke(count);
            if (entry is not { Id: { } id, Slot: { } slot })
            {
                EntryUnreadable(entry.SlotKey, entry.IdKey);
                continue;
            }

            index.Add(id, slot, entry.Placement, entry.Reads);
            if (whole)
                index.Note(id, entry.Addressee);
        }

        return index;
    }

    /// <summary>Each subscriber with the entries that are in her name; one that can't be read is said, and left with hers.</summary>
    public async IAsyncEnumerable<(Subscriber Subscriber, IReadOnlyList<IndexedEntry> Entries)> TakeAllAsync(
        EntryIndex index, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var found in subscribers.AllAsync(cancellation))
        {
            var entries = SubscriberId.TryParse(found.Key, out var id) ? index.Take(id) : [];
            if (found.Subscriber is { } subscriber)
                yield return (subscriber, entries);
            else
                SubscriberUnreadable(found.Key);
        }
    }

    /// <summary>Whether the entries are what a subscriber says, and nothing of it is over.</summary>
    public bool Agree(Subscriber subscriber, IReadOnlyList<IndexedEntry> entries) =>
        subscriber.Placements.Select(placement => Entry(subscriber, placement)).ToHashSet().SetEquals(entries) && !HasOver(subscriber);

    /// <summary>Whether something of her is over, and is to be taken off her.</summary>
    public bool HasOver(Subscriber subscriber) =>
        WithoutOver(subscriber) != subscriber
        || (subscriber.State is SubscriberState.Active active && rule.WithoutOver(active, time.Now) != active);

    private Subscriber WithoutOver(Subscriber subscriber)
    {
        var once = subscriber.RemindOnce is { } asked && WeeklyRule.IsOver(subscriber, asked, time.Now) ? null : subscriber.RemindOnce;
        var history = subscriber.History.Since(Purge.Oldest(time.Now), subscriber.State);
        return once == subscriber.RemindOnce && history == subscriber.History ? subscriber : subscriber with { RemindOnce = once, History = history };
    }

    private static IndexedEntry Entry(Subscriber subscriber, Placement placement) =>
        new(placement, ScheduleEntry.Of(subscriber, placement).Reads);

    /// <summary>
    /// Makes the schedule agree by the truth of now, which may have changed since a page of it was read. What stood
    /// in an entry beyond the truth may have been mailed, and counts as had: rather missed than doubled.
    /// </summary>
    /// <param name="id">Whose.</param>
    /// <param name="slots">Where her entries are.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task MendAsync(SubscriberId id, IReadOnlyCollection<Slot> slots, CancellationToken cancellation)
    {
        // Who changes her meanwhile makes her own slots agree, and may not know of these.
        while (await subscribers.FindAsync(id, cancellation) is { } subscriber)
        {
            var next = WithoutOver(subscriber) with { State = await StateAsync(subscriber, slots, cancellation) };
            if (next == subscriber)
                break;
            await schedule.NarrowAsync(subscriber, next, cancellation);
            if (await subscribers.TryReplaceAsync(next, cancellation) is not null)
                break;
        }

        await schedule.AgreeAsync(id, slots, cancellation);
    }

    // The entries are read after the truth: one that is on its way from an older truth to this isn't taken for a stray.
    private async Task<SubscriberState> StateAsync(Subscriber subscriber, IReadOnlyCollection<Slot> slots, CancellationToken cancellation)
    {
        var state = subscriber.State;
        // A reminder more is no harm: only issues are counted.
        foreach (var slot in slots.Where(slot => slot.Kind == SlotKind.Digest))
        {
            if (await schedule.FindAsync(slot, subscriber.Id, cancellation) is { } entry)
                state = rule.CountAsHad(state, entry, time.Now);
        }

        return state is SubscriberState.Active active ? rule.WithoutOver(active, time.Now) : state;
    }

    [LoggerMessage(301, LogLevel.Error, "The entry {Id} of the slot {Slot} can't be read, and is left as it is.")]
    private partial void EntryUnreadable(string slot, string id);

    [LoggerMessage(302, LogLevel.Error, "The subscriber {Id} can't be read, and is left as she is, with her entries.")]
    private partial void SubscriberUnreadable(string id);
}
