using DigestFunctions.Core.Schedule;
using NodaTime;

namespace DigestFunctions.Core.Tips;

/// <summary>
/// Goes round some of the library's tips, a week each: none comes again before all others have been, and areas
/// follow one another as evenly as their numbers allow. Reckoned week by week, as far as it was asked.
/// </summary>
internal sealed class TipRound
{
    private readonly CalendarFile calendar;
    private readonly TipFacts[] tips;
    private readonly Lock growing = new();
    private readonly HashSet<TipId> used = [];
    private Area? last;

    // Replaced when it grows, and never changed: whoever reads needs no lock.
    private TipId[] weeks = [];

    public TipRound(CalendarFile calendar, TipFacts[] tips)
    {
        this.calendar = calendar;
        this.tips = [.. tips.OrderBy(tip => tip.Id.ToString(), StringComparer.Ordinal)];
    }

    public TipId TipOf(IssueId issue)
    {
        if (calendar.Overrides.TryGetValue(issue, out var instead) && tips.Any(tip => tip.Id == instead))
            return instead;
        var index = Period.DaysBetween(Calendar.Start.Monday, issue.Monday) / 7;
        // Before the first week there was no library; what is asked of it then still has an answer.
        return WeekAt(Math.Max(index, 0));
    }

    private TipId WeekAt(int index)
    {
        var known = Volatile.Read(ref weeks);
        if (index < known.Length)
            return known[index];
        lock (growing)
        {
            if (index >= weeks.Length)
            {
                var more = new List<TipId>(weeks);
                for (var issue = Calendar.Start.Plus(weeks.Length); more.Count <= index + 52; issue = issue.Plus(1))
                    more.Add(Next(issue));
                Volatile.Write(ref weeks, [.. more]);
            }

            return weeks[index];
        }
    }

    // A week whose tip was set apart doesn't use up the one whose turn it is, and the one that it has counts as used.
    private TipId Next(IssueId issue)
    {
        var known = Of(issue).ToList();
        var left = known.Where(tip => !used.Contains(tip.Id)).ToList();
        if (left.Count == 0)
        {
            used.Clear();
            left = known;
        }

        var next = calendar.Overrides.TryGetValue(issue, out var instead) && tips.Where(tip => tip.Id == instead).ToList() is [var set]
            ? set
            : Turn(known, left);
        used.Add(next.Id);
        last = next.Area;
        return next.Id;
    }

    // Of the area that has the largest part of its tips still to come; of two, the one that is next after the last.
    private TipFacts Turn(List<TipFacts> known, List<TipFacts> left) => left
        .GroupBy(tip => tip.Area)
        .OrderBy(area => area.Key == last)
        .ThenByDescending(area => (double)area.Count() / known.Count(tip => tip.Area == area.Key))
        .ThenBy(area => ((int)area.Key - (int)(last ?? Area.Listening) + Areas) % Areas)
        .First()
        .First();

    private static int Areas { get; } = Enum.GetValues<Area>().Length;

    private IEnumerable<TipFacts> Of(IssueId issue) =>
        tips.Where(tip => !calendar.Since.TryGetValue(tip.Id, out var since) || since <= issue);
}
