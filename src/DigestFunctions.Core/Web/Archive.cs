using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using NodaTime;

namespace DigestFunctions.Core.Web;

/// <summary>An issue that is out, as everybody may read it.</summary>
/// <param name="Path">Its address, without the host.</param>
internal sealed record ArchivedIssue(IssueId Issue, Tip Tip, string Path);

/// <summary>
/// The issues that are out. Of each, the tip of those who chose nothing is its face; any other tip that somebody had
/// instead is there by its id.
/// </summary>
internal sealed class Archive(Calendar calendar, TipLibrary tips, Questions questions, TimeProvider time)
{
    /// <summary>How many of the last issues are listed: a year.</summary>
    public const int Listed = 52;

    // A Monday begins on the first islands fourteen hours before it does in Greenwich.
    private static readonly Offset First = Offset.FromHours(14);

    private IssueId Latest => IssueId.Of(time.Now.WithOffset(First).Date);

    /// <summary>The last issues, the latest first.</summary>
    public IEnumerable<ArchivedIssue> Last(int count, Language language)
    {
        for (var issue = Latest; count > 0 && issue >= Calendar.Start; issue = issue.Plus(-1), count--)
            yield return Of(issue, calendar.TipOf(issue), language);
    }

    /// <summary>Null where that isn't an issue that is out, or there is no such tip.</summary>
    public ArchivedIssue? Find(string issueText, string? tipText, Language language)
    {
        if (!IssueId.TryParse(issueText, out var issue) || issue < Calendar.Start || issue > Latest)
            return null;
        if (tipText is null)
            return Of(issue, calendar.TipOf(issue), language);
        return TipId.TryParse(tipText, out var tip) && tips.Has(tip) ? Of(issue, tip, language) : null;
    }

    /// <summary>The paths of all pages that are for everybody.</summary>
    public IEnumerable<string> Paths(Language language) =>
    [
        "/",
        "/archive",
        .. questions[language].Select(question => question.Path),
        .. Last(Listed, language).Select(archived => archived.Path),
    ];

    private ArchivedIssue Of(IssueId issue, TipId tip, Language language) =>
        new(issue, tips[tip, language], tip == calendar.TipOf(issue) ? $"/archive/{issue}" : $"/archive/{issue}/{tip}");
}
