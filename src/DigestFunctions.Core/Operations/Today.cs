using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using NodaTime;

namespace DigestFunctions.Core.Operations;

/// <summary>A run that was planned, and what is known of it so far.</summary>
/// <param name="IsCounted">Whether its mails were counted yet: they are when it is done. What waits for the operator is told before.</param>
internal sealed record RunToday(RunId Run, string State, Instant? PlannedAt, MailsOfDay Mails, int Absent, int Unproven, bool IsCounted)
{
    private static readonly Duration LongestUndone = Duration.FromHours(1);

    /// <summary>Whether something is wrong with it that wants to be looked at.</summary>
    public bool IsTroubled(Instant now) =>
        State == "Late" || Mails.Held + Mails.Blocked + Mails.Late + Unproven > 0 || IsStuck(now);

    /// <summary>Whether it should be done by now, and nothing is known of it: neither what became of its mails nor what keeps them.</summary>
    public bool IsStuck(Instant now) =>
        State == "Planned" && !IsCounted && Instant.Max(Run.Due, PlannedAt ?? Run.Due) < now - LongestUndone;
}

/// <summary>A queue, and its messages that failed five times.</summary>
/// <param name="Messages">How many there are, about; those that wait for their time are among them.</param>
/// <param name="OldestAt">Since when the first that could be taken now is there.</param>
/// <param name="Poisoned">How many were given up.</param>
internal sealed record QueueToday(string Name, int Messages, Instant? OldestAt, int Poisoned);

/// <summary>How the provider is.</summary>
internal enum ProviderHealth
{
    Well,
    NoKey,
    KeyRefused,
    Away,

    /// <summary>It doesn't answer where a command asks, which can't know where the service asks.</summary>
    Unknown,
}

/// <summary>How all is, at a moment: all that the page Today and the command <c>status</c> show.</summary>
/// <param name="Next">The slots that are due next, the first of them first.</param>
/// <param name="Runs">Runs of the last day, and older ones that something is wrong with: all of these first, then newest first.</param>
/// <param name="HasMore">Whether there are more runs or slots than one query gives.</param>
/// <param name="Days">The last days as the sweep wrote them down, oldest first.</param>
internal sealed record Today(
    Instant AsOf,
    SendingPause? Pause,
    IReadOnlyList<RunId> Next,
    IReadOnlyList<RunToday> Runs,
    bool HasMore,
    IReadOnlyList<QueueToday> Queues,
    ProviderHealth Provider,
    IReadOnlyList<Day> Days)
{
    /// <summary>Why the provider refuses whatever we send, where it does.</summary>
    public SendingRefusal? Refusal { get; init; }

    /// <summary>What of the settings is missing or doubtful.</summary>
    public IReadOnlyList<SettingGap> Gaps { get; init; } = [];

    /// <summary>The last day on which people were counted.</summary>
    public Day? LastCount => Days.LastOrDefault(day => day.TakenAt is not null);
}
