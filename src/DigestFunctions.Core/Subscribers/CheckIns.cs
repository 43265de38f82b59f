using System.Diagnostics.CodeAnalysis;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Tips;

namespace DigestFunctions.Core.Subscribers;

/// <summary>What somebody says of a week's practice.</summary>
internal enum CheckInAnswer
{
    Tried,
    NotYet,
    TooMuch,
}

/// <summary>
/// Somebody's answers by issue, the last one of each. Written <c>2026-W46:tried 2026-W47:notyet</c>: a year of it
/// is under a kilobyte, and most rows have none.
/// </summary>
internal readonly record struct CheckIns
{
    /// <summary>What stands in the place of an answer, where she wants to be reminded later.</summary>
    public const string Remind = "remind";

    /// <summary>How many weeks a streak looks back on.</summary>
    public const int StreakWeeks = 4;

    // As long as the ledger of what she was sent.
    private const int Most = 54;

    private readonly string? text;

    private CheckIns(string text) => this.text = text;

    public static CheckIns None => default;

    public bool IsEmpty => string.IsNullOrEmpty(text);

    public IEnumerable<(IssueId Issue, CheckInAnswer Answer)> All => TryRead(text ?? "", out var all) ? all : [];

    /// <summary>What a send needs to know of them.</summary>
    public CheckIns Recent => Of(All.TakeLast(StreakWeeks + 1));

    public CheckInAnswer? Find(IssueId issue)
    {
        foreach (var (answered, answer) in All)
        {
            if (answered == issue)
                return answer;
        }

        return null;
    }

    public CheckIns With(IssueId issue, CheckInAnswer answer) =>
        Of(All.Where(one => one.Issue != issue).Append((Issue: issue, Answer: answer)).OrderBy(one => one.Issue).TakeLast(Most));

    /// <summary>In how many of the four weeks before an issue she tried it: 0 to 4.</summary>
    public int PractisedBefore(IssueId issue)
    {
        if (IsEmpty)
            return 0;
        var from = issue.Plus(-StreakWeeks);
        return All.Count(one => one.Answer == CheckInAnswer.Tried && one.Issue >= from && one.Issue < issue);
    }

    /// <summary>Whether she needs no reminding of an issue: she has tried it, or it is too much.</summary>
    public bool IsDoneWith(IssueId issue) => !IsEmpty && Find(issue) is CheckInAnswer.Tried or CheckInAnswer.TooMuch;

    public static bool TryParse([NotNullWhen(true)] string? text, out CheckIns checkIns)
    {
        checkIns = default;
        if (text is null || !TryRead(text, out var all))
            return false;
        checkIns = Of(all);
        return true;
    }

    public override string ToString() => text ?? "";

    private static CheckIns Of(IEnumerable<(IssueId Issue, CheckInAnswer Answer)> all) =>
        string.Join(' ', all.Select(one => $"{one.Issue}:{one.Answer.ToKey()}")) is { Length: > 0 } text ? new CheckIns(text) : None;

    private static bool TryRead(string text, out List<(IssueId Issue, CheckInAnswer Answer)> all)
    {
        all = [];
        foreach (var part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split(':') is not [var issueText, var answerText]
                || !IssueId.TryParse(issueText, out var issue)
                || !EnumKeys.TryParse(answerText, out CheckInAnswer answer))
            {
                return false;
            }

            all.Add((issue, answer));
        }

        return true;
    }
}
