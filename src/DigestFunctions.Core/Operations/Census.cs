using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Core.Operations;

/// <summary>How many subscribers are in which state.</summary>
internal sealed record PeopleCounts(int Active, int Paused, int Pending, int Left, int Suppressed)
{
    public static readonly PeopleCounts None = new(0, 0, 0, 0, 0);
}

/// <summary>What was answered about an issue's practice.</summary>
internal sealed record CheckInCounts(IssueId Issue, int Tried, int NotYet, int TooMuch);

/// <summary>Counts subscribers while the sweep goes through them all, so that no page has to.</summary>
internal sealed class Census(Instant now)
{
    /// <summary>Of how many issues, the present one among them, the check-ins are counted.</summary>
    public const int Issues = 8;

    private const int HoursAWeek = 7 * 24;

    private readonly IssueId present = IssueId.Of(now, DateTimeZone.Utc);
    private readonly Dictionary<(IssueId Issue, CheckInAnswer Answer), int> answers = [];
    private readonly int[] due = new int[HoursAWeek];

    public PeopleCounts People { get; private set; } = PeopleCounts.None;

    /// <summary>Who left in the UTC day before this one.</summary>
    public int LeftYesterday { get; private set; }

    /// <summary>How many digests are due in each hour from the present one on, for a week.</summary>
    public IReadOnlyList<int> DueByHour => due;

    public IReadOnlyList<CheckInCounts> CheckIns =>
        [.. Enumerable.Range(1 - Issues, Issues).Select(week => present.Plus(week)).Select(issue => new CheckInCounts(
            issue, CountOf(issue, CheckInAnswer.Tried), CountOf(issue, CheckInAnswer.NotYet), CountOf(issue, CheckInAnswer.TooMuch)))];

    public void Count(Subscriber subscriber)
    {
        People = subscriber.State switch
        {
            SubscriberState.Active { Pause: null } => People with { Active = People.Active + 1 },
            SubscriberState.Active => People with { Paused = People.Paused + 1 },
            SubscriberState.Pending => People with { Pending = People.Pending + 1 },
            SubscriberState.Left => People with { Left = People.Left + 1 },
            SubscriberState.Suppressed => People with { Suppressed = People.Suppressed + 1 },
            // She is counted where she is now.
            _ => People,
        };
        if (subscriber.State is SubscriberState.Left { At: var at } && at.InUtc().Date == now.InUtc().Date.PlusDays(-1))
            LeftYesterday++;
        if (subscriber.State is SubscriberState.Active active)
            CountDue(active);
        foreach (var (issue, answer) in subscriber.CheckIns.All)
        {
            if (present.Plus(-Issues) < issue)
                answers[(issue, answer)] = CountOf(issue, answer) + 1;
        }
    }

    private void CountDue(SubscriberState.Active active)
    {
        var start = StartOfHour;
        foreach (var placement in active.Placements)
        {
            var run = new RunId(placement.Slot, placement.Slot.NextDate(start));
            var hour = (int)((run.Due - start).TotalHours);
            if (hour < HoursAWeek && run.Issue >= placement.FirstIssue && (placement.LastIssue is not { } last || run.Issue <= last))
                due[hour]++;
        }
    }

    private Instant StartOfHour => Instant.FromUnixTimeSeconds(now.ToUnixTimeSeconds() / NodaConstants.SecondsPerHour * NodaConstants.SecondsPerHour);

    private int CountOf(IssueId issue, CheckInAnswer answer) => answers.GetValueOrDefault((issue, answer));
}
