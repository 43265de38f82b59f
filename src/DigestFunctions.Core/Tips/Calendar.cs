using DigestFunctions.Core.Schedule;
using NodaTime;

namespace DigestFunctions.Core.Tips;

/// <summary>
/// Which tip an issue has: a function of the week and the library and nothing else, so that every
/// instance says the same without asking another. The library goes round, each tip once a round,
/// each area's tips spread evenly over it.
/// </summary>
internal sealed class Calendar(TipLibrary library)
{
    // A Monday; weeks are counted from here, backwards too, and not by number, since some years have 53.
    private static readonly LocalDate Start = new(2026, 1, 5);

    private static readonly int Areas = Enum.GetValues<Area>().Length;

    private readonly TipId[] round = Round(library.All);

    // Asked for each recipient, and nearly always of the same issue. A class, so that it is read and written whole.
    private Answer? last;

    public TipId TipOf(IssueId issue)
    {
        var known = last;
        if (known?.Issue != issue)
            last = known = new Answer(issue, Reckon(issue));
        return known.Tip;
    }

    private TipId Reckon(IssueId issue)
    {
        var weeks = Period.DaysBetween(Start, issue.Monday) / 7;
        return round[((weeks % round.Length) + round.Length) % round.Length];
    }

    /// <summary>The order of a round: an area with n tips has one every 1/n of it, each area starting a little later than the last.</summary>
    internal static TipId[] Round(IReadOnlyList<TipFacts> tips) =>
    [
        .. tips
            .GroupBy(tip => tip.Area)
            .SelectMany(area => area
                .OrderBy(tip => tip.Id.ToString(), StringComparer.Ordinal)
                .Select((tip, index) => (tip.Id, tip.Area, Place: (index + ((double)tip.Area / Areas)) / area.Count())))
            .OrderBy(tip => tip.Place)
            .ThenBy(tip => tip.Area)
            .Select(tip => tip.Id),
    ];

    private sealed record Answer(IssueId Issue, TipId Tip);
}
