using System.Collections.Concurrent;
using DigestFunctions.Core.Schedule;
using NodaTime;

namespace DigestFunctions.Core.Tips;

/// <summary>
/// Which tip an issue has: a function of the week, of what somebody chose and of the library and nothing else, so
/// that every instance says the same without asking another. What was true of a week stays true: a tip that is added
/// has a week in <c>content/calendar.yml</c> that it is in the library from, and changes none before.
/// </summary>
internal sealed class Calendar(TipLibrary library)
{
    private readonly ConcurrentDictionary<TipChoice, TipRound> rounds = new();

    // Asked for each recipient, and nearly always of the same issue: no more than what all can choose, for a few weeks.
    private readonly ConcurrentDictionary<(IssueId, TipChoice), TipId> answers = new();

    /// <summary>The first week of the first round; a Monday. Weeks are counted, since some years have 53.</summary>
    public static IssueId Start { get; } = IssueId.Of(new LocalDate(2025, 12, 29));

    public TipId TipOf(IssueId issue) => TipOf(issue, TipChoice.Usual);

    public TipId TipOf(IssueId issue, TipChoice choice) => answers.TryGetValue((issue, choice), out var known)
        ? known
        : answers[(issue, choice)] = rounds.GetOrAdd(choice, chosen => new TipRound(library.Calendar, Held(chosen))).TipOf(issue);

    // The linter sees to it that nobody's choice is empty. Where it is all the same, she gets a digest all the same.
    private TipFacts[] Held(TipChoice choice) =>
        library.All.Where(choice.Holds).ToArray() is { Length: > 0 } held ? held : [.. library.All];
}
