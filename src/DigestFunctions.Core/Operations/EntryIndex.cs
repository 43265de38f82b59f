using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Operations;

/// <summary>
/// Where every entry of the schedule is, by subscriber, in memory. Entries of the same slot and issues share what
/// says so; what is left costs some 50 MB for a million subscribers, and half as much again for the moments in
/// which it grows.
/// </summary>
internal sealed class EntryIndex
{
    private readonly Dictionary<SubscriberId, IReadOnlyList<IndexedEntry>> entries = [];
    private readonly Dictionary<IndexedEntry, IReadOnlyList<IndexedEntry>> shared = [];

    // By subscriber, to whom mail goes by her entries; another number than any where they differ in it. Only where that is asked for.
    private readonly Dictionary<SubscriberId, int> addressed = [];

    /// <summary>Those that nobody has taken.</summary>
    public IReadOnlyCollection<SubscriberId> Rest => [.. entries.Keys];

    public int Count => entries.Count;

    /// <summary>One whose issues can't be read agrees with no placement.</summary>
    public void Add(SubscriberId id, Slot slot, Placement? placement, string reads)
    {
        var entry = new IndexedEntry(placement ?? new Placement(slot, default, LastIssue: null), reads);
        if (!shared.TryGetValue(entry, out var alone))
            shared.Add(entry, alone = [entry]);
        entries[id] = entries.TryGetValue(id, out var more) ? [.. more, entry] : alone;
    }

    /// <summary>Notes to whom mail goes by an entry.</summary>
    public void Note(SubscriberId id, int addressee)
    {
        if (!addressed.TryAdd(id, addressee) && addressed[id] != addressee)
            addressed[id] = unchecked(addressed[id] * 31 + addressee);
    }

    /// <summary>Whether all of her entries, as they were noted, go to one.</summary>
    public bool IsAddressedTo(SubscriberId id, int addressee) => addressed.TryGetValue(id, out var noted) && noted == addressee;

    public IReadOnlyList<IndexedEntry> Take(SubscriberId id) => entries.Remove(id, out var found) ? found : [];
}

/// <summary>What an entry says of somebody, but for her name.</summary>
/// <param name="Reads">See <see cref="ScheduleEntry.Reads"/>.</param>
internal sealed record IndexedEntry(Placement Placement, string Reads)
{
    public Slot Slot => Placement.Slot;
}
