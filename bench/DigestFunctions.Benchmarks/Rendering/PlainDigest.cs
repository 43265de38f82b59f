using System.Text.RegularExpressions;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using Scriban;
using Scriban.Runtime;

namespace DigestFunctions.Benchmarks.Rendering;

/// <summary>All that a digest's two templates are given, ready beforehand.</summary>
internal sealed record PreparedDigest(string Subject, ScriptObject Html, ScriptObject Text);

/// <summary>
/// The digest as Scriban alone renders it: the same two templates, their parts put in when they were parsed,
/// the model ready, nothing encoded.
/// </summary>
internal sealed partial class PlainDigest(
    ContentFolder content, Texts texts, TipLibrary tips, TipModels models, MailOptions options, PublicAddress address)
{
    private readonly Template html = Parse(content, "emails/digest.html");
    private readonly Template text = Parse(content, "emails/digest.txt");

    public PreparedDigest Prepare(Language language, TipId id, IssueId issue)
    {
        var tip = tips[id, language];
        var checkIn = new ScriptObject { ["remind_url"] = address.CheckIn(SubstitutionTags.Token, issue, CheckIns.Remind) };
        foreach (var answer in EnumKeys.Of<CheckInAnswer>())
            checkIn[$"{answer}_url"] = address.CheckIn(SubstitutionTags.Token, issue, answer);
        return new PreparedDigest(
            tip.Title,
            Model(SubstitutionTags.GreetingHtml, prose => prose.Html),
            Model(SubstitutionTags.GreetingText, prose => prose.Text));

        ScriptObject Model(string greeting, Func<Prose, string> write) => new()
        {
            ["text"] = texts.For(language),
            ["language"] = language.ToString(),
            ["line_break"] = "\n",
            ["greeting"] = greeting,
            ["subject"] = tip.Title,
            ["preheader"] = tip.Preheader,
            ["tip"] = models.Of(tip, language, write),
            ["streak"] = SubstitutionTags.Streak,
            ["check_in"] = checkIn,
            ["share_url"] = address.Issue(issue, id, language),
            ["week"] = models.Week(language, issue),
            ["preferences_url"] = address.Preferences(SubstitutionTags.Token),
            ["leave_url"] = address.Unsubscribe(SubstitutionTags.Token),
            ["because"] = texts.Fill(language, "mail.footer.subscribed", ("sender", options.FromName)),
            ["sender_name"] = options.FromName,
            ["postal_address"] = options.PostalAddress,
        };
    }

    public RenderedMail Render(PreparedDigest digest) =>
        new(digest.Subject, Render(html, digest.Html), Render(text, digest.Text).Trim());

    private static string Render(Template template, ScriptObject model)
    {
        var context = new TemplateContext();
        context.PushGlobal(model);
        return template.Render(context);
    }

    private static Template Parse(ContentFolder content, string name) => Template.Parse(
        Part().Replace(File.ReadAllText(content.At(name)), part => File.ReadAllText(content.At(part.Groups["name"].Value))));

    [GeneratedRegex(@"\{\{ part '(?<name>[^']+)' \}\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Part();
}
