using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;

namespace DigestFunctions.Core.Tips;

/// <summary>
/// What <c>content/calendar.yml</c> says: since when a tip is in the library, where that isn't from the first week
/// on, and which tip a week has whatever its turn.
/// </summary>
internal sealed record CalendarFile(IReadOnlyDictionary<TipId, IssueId> Since, IReadOnlyDictionary<IssueId, TipId> Overrides)
{
    private const string File = "calendar.yml";

    public static CalendarFile Empty { get; } = new(new Dictionary<TipId, IssueId>(), new Dictionary<IssueId, TipId>());

    public static CalendarFile Read(ContentFolder content, IReadOnlySet<TipId> tips, List<Problem> problems)
    {
        void Report(int line, string message) => problems.Add(new Problem(File, line, message));
        if (!System.IO.File.Exists(content.At(File)))
            return Empty;
        if (YamlFields.Read(System.IO.File.ReadAllText(content.At(File)), linesBefore: 0, Report) is not { } fields)
            return Empty;
        fields.AllowOnly("since", "overrides");
        var (since, overrides) = (new Dictionary<TipId, IssueId>(), new Dictionary<IssueId, TipId>());
        foreach (var (line, tip, week) in Pairs(fields, "since"))
        {
            if (!TipId.TryParse(tip, out var id) || !tips.Contains(id))
                Report(line, $"the library has no tip '{tip}'");
            else if (!IssueId.TryParse(week, out var issue))
                Report(line, $"'{week}' is not a week such as 2026-W48");
            else
                since.Add(id, issue);
        }

        foreach (var (line, week, tip) in Pairs(fields, "overrides"))
        {
            if (!IssueId.TryParse(week, out var issue))
                Report(line, $"'{week}' is not a week such as 2026-W48");
            else if (!TipId.TryParse(tip, out var id) || !tips.Contains(id))
                Report(line, $"the library has no tip '{tip}'");
            else
                overrides.Add(issue, id);
        }

        return new CalendarFile(since, overrides);
    }

    private static IEnumerable<(int Line, string Name, string Value)> Pairs(YamlFields fields, string name)
    {
        if (!fields.Names.Contains(name) || fields.Under(name) is not { } pairs)
            yield break;
        foreach (var key in pairs.Names)
        {
            if (pairs.Optional(key) is { } value)
                yield return (pairs.Line(key), key, value);
        }
    }
}
