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
    private readonly Dictionary<SubscriberId, IReadOnlyList<Placement>> entries = [];
    private readonly Dictionary<Placement, IReadOnlyList<Placement>> shared = [];

    /// <summary>Those that nobody has taken.</summary>
    public IReadOnlyCollection<SubscriberId> Rest => [.. entries.Keys];

    public int Count => entries.Count;

    /// <summary>One whose issues can't be read agrees with no placement.</summary>
    public void Add(SubscriberId id, Slot slot, Placement? placement)
    {
        placement ??= new Placement(slot, default, LastIssue: null);
        if (!shared.TryGetValue(placement, out var alone))
            shared.Add(placement, alone = [placement]);
        entries[id] = entries.TryGetValue(id, out var more) ? [.. more, placement] : alone;
    }

    public IReadOnlyList<Placement> Take(SubscriberId id) => entries.Remove(id, out var found) ? found : [];
}
