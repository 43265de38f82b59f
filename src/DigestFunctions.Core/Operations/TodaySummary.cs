using NodaTime;
using NodaTime.Text;

namespace DigestFunctions.Core.Operations;

/// <summary>How all is, as a program gets it: moments as in RFC 3339.</summary>
internal sealed record TodaySummary(
    string AsOf,
    IReadOnlyList<Warning> Warnings,
    bool IsPaused,
    string Provider,
    PeopleCounts? People,
    string? CountedAt,
    IReadOnlyList<object> Queues,
    IReadOnlyList<object> Runs,
    IReadOnlyList<object> Next,
    IReadOnlyList<object> Days)
{
    public static TodaySummary Of(Today today) => new(
        Moment(today.AsOf)!,
        Operations.Warnings.Of(today),
        today.Pause is not null,
        today.Provider.ToString(),
        today.LastCount?.People,
        Moment(today.LastCount?.TakenAt),
        [.. today.Queues.Select(queue => new { queue.Name, queue.Messages, OldestAt = Moment(queue.OldestAt), queue.Poisoned })],
        [.. today.Runs.Select(run => new { Run = run.Run.ToString(), Due = Moment(run.Run.Due), run.State, run.Mails, run.Absent, run.Unproven })],
        [.. today.Next.Select(run => new { Run = run.ToString(), Due = Moment(run.Due) })],
        [.. today.Days.Select(day => new { Date = LocalDatePattern.Iso.Format(day.Date), People = day.TakenAt is null ? null : day.People, day.Left, day.Mails })]);

    private static string? Moment(Instant? at) => at is { } known ? InstantPattern.General.Format(known) : null;
}
