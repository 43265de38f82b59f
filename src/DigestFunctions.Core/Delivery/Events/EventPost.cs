using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Delivery.Events;

/// <summary>What one post of the provider's says, by what it is about: batches, and mail to one person.</summary>
internal sealed class EventPost
{
    private readonly Dictionary<string, BatchReport?> batches = new(StringComparer.Ordinal);
    private readonly int[] counts = new int[Enum.GetValues<EventKind>().Length];
    private readonly HashSet<(SubscriberId Subscriber, ProviderEvent Event)> single = [];

    public IEnumerable<BatchReport> Batches => batches.Values.OfType<BatchReport>();

    /// <summary>What says something about someone who was sent a mail of her own.</summary>
    public IReadOnlyCollection<(SubscriberId Subscriber, ProviderEvent Event)> Single => single;

    /// <summary>How many events there are, those that can't be read included.</summary>
    public int Count { get; set; }

    /// <summary>Of these, those of a kind that we don't use, or about mail that isn't ours.</summary>
    public int Ignored { get; set; }

    /// <summary>And those that can't be read.</summary>
    public int Unreadable { get; set; }

    /// <summary>How many there are of a kind, about mail of ours.</summary>
    public int CountOf(EventKind kind) => counts[(int)kind];

    public void Tally(EventKind kind) => counts[(int)kind]++;

    public void Add(SubscriberId subscriber, ProviderEvent said) => single.Add((subscriber, said));

    /// <summary>The report on a batch by its name in a reference, <c>RUN/BATCH</c>; null if it isn't one.</summary>
    public BatchReport? ReportOf(ReadOnlySpan<char> name)
    {
        var known = batches.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!known.TryGetValue(name, out var report))
            known[name] = report = Parse(name.ToString());
        return report;
    }

    private static BatchReport? Parse(string name) =>
        name.Split('/') is [var runText, var key]
        && RunId.TryParse(runText, out var run)
        && LedgerKeys.TryParseBatch(key, out _, out _, out _)
            ? new BatchReport(run, key)
            : null;
}
