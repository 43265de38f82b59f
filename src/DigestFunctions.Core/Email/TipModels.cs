using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using Scriban.Runtime;

namespace DigestFunctions.Core.Email;

/// <summary>A tip as templates see it, and as one piece of HTML; and what its issue is called.</summary>
internal sealed class TipModels(Texts texts)
{
    public ScriptObject Of(Tip tip, Language language, Func<Prose, object> write) => new()
    {
        ["title"] = tip.Title,
        ["facts"] = texts.Fill(
            language,
            "mail.tip.facts",
            ("area", texts[language, $"mail.areas.{tip.Area.ToKey()}"]),
            ("minutes", tip.Minutes.ToString(CultureInfo.InvariantCulture))),
        ["why"] = write(tip.Why),
        ["steps"] = new ScriptArray(tip.Steps.Select(write)),
        ["running_on_empty"] = write(tip.RunningOnEmpty),
        ["reflect"] = write(tip.Reflect),
    };

    public string Week(Language language, IssueId issue) => texts.Fill(
        language,
        "mail.digest.week",
        ("week", issue.Week.ToString(CultureInfo.InvariantCulture)),
        ("year", issue.Year.ToString(CultureInfo.InvariantCulture)));

    /// <summary>For a line that has no room for the year on a phone.</summary>
    public string ShortWeek(Language language, IssueId issue) =>
        texts.Fill(language, "mail.digest.week_short", ("week", issue.Week.ToString(CultureInfo.InvariantCulture)));

    public string Html(Tip tip, Language language)
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"<p>{tip.Why.Html}</p>{Heading("try_it")}<ol>");
        foreach (var step in tip.Steps)
            html.Append(CultureInfo.InvariantCulture, $"<li>{step.Html}</li>");
        html.Append(CultureInfo.InvariantCulture, $"</ol>{Heading("running_on_empty")}<p>{tip.RunningOnEmpty.Html}</p>");
        html.Append(CultureInfo.InvariantCulture, $"{Heading("reflect")}<p>{tip.Reflect.Html}</p>");
        return html.ToString();

        string Heading(string part) => $"<h2>{HtmlEncoder.Default.Encode(texts[language, $"mail.tip.{part}"])}</h2>";
    }
}
