using DigestFunctions.Core.Schedule;

namespace DigestFunctions.Core.Delivery.Events;

/// <summary>What one post of the provider's says of one batch.</summary>
internal sealed class BatchReport(RunId run, string key)
{
    private readonly List<int>?[] members = new List<int>?[Enum.GetValues<EventKind>().Length];
    private readonly HashSet<int> attempts = [];
    private readonly HashSet<int> sentAttempts = [];
    private readonly HashSet<(int Member, ProviderEvent Event)> telling = [];

    public RunId Run => run;

    public string Key => key;

    /// <summary>The attempts that an event is of: the provider took them.</summary>
    public IReadOnlySet<int> Attempts => attempts;

    /// <summary>Those of which mail left the provider: not only dropped, which can happen as soon as a call is taken.</summary>
    public IReadOnlySet<int> SentAttempts => sentAttempts;

    /// <summary>What says something about a member, by her index.</summary>
    public IReadOnlyCollection<(int Member, ProviderEvent Event)> Telling => telling;

    public void Add(int attempt, int member, EventKind kind)
    {
        (members[(int)kind] ??= []).Add(member);
        attempts.Add(attempt);
        if (kind != EventKind.Dropped)
            sentAttempts.Add(attempt);
    }

    public void Add(int member, ProviderEvent said) => telling.Add((member, said));

    /// <summary>Whom the events are of, among so many members.</summary>
    public BatchEvents Events(int count)
    {
        return new(
            Of(EventKind.Processed),
            Of(EventKind.Delivered),
            Of(EventKind.Deferred),
            Of(EventKind.Bounced),
            Of(EventKind.SoftBounced),
            Of(EventKind.Dropped),
            Of(EventKind.Complained),
            Of(EventKind.Unsubscribed));

        MemberSet Of(EventKind kind) =>
            members[(int)kind] is { } some ? MemberSet.Of(some.Where(member => member < count)) : MemberSet.None;
    }
}
