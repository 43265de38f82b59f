using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using NodaTime;
using Scriban.Runtime;

namespace DigestFunctions.Core.Email;

/// <summary>A mail as up to 1,000 recipients share it; where they differ, it has <see cref="SubstitutionTags"/>.</summary>
internal sealed record RenderedMail(string Subject, string Html, string Text);

/// <summary>Renders each kind of mail, both parts from the same words.</summary>
internal sealed class MailRenderer(
    Templates templates,
    Texts texts,
    TipLibrary tips,
    LocalTimes times,
    TipModels models,
    Questions questions,
    MailOptions options,
    PublicAddress address)
{
    /// <summary>Asks for a confirmation; the token is one of purpose <c>confirm</c>.</summary>
    public RenderedMail Confirm(Preferences preferences, Instant askedAt)
    {
        var language = preferences.Language;
        return Render("confirm", language, texts[language, "mail.confirm.subject"], new ScriptObject
        {
            ["preheader"] = texts[language, "mail.confirm.preheader"],
            ["intro"] = texts.Fill(language, "mail.confirm.intro", ("sender", options.FromName)),
            ["weekly"] = times.Weekly(language, preferences.Weekday, preferences.Time, preferences.Zone),
            ["asked"] = texts.Fill(language, "mail.confirm.asked", ("moment", times.Moment(language, askedAt, preferences.Zone))),
            ["confirm_url"] = address.Confirm(SubstitutionTags.Token),
            ["leave_url"] = null,
            ["week"] = null,
            ["because"] = texts.Fill(language, "mail.footer.asked", ("sender", options.FromName)),
        });
    }

    /// <summary>Greets who confirmed.</summary>
    /// <param name="preferences">What she chose.</param>
    /// <param name="tip">This issue's tip, or null if she had this issue before.</param>
    /// <param name="issue">The issue that the mail counts as.</param>
    /// <param name="firstDigestDue">When the next digest comes.</param>
    public RenderedMail Welcome(Preferences preferences, Tip? tip, IssueId issue, Instant firstDigestDue)
    {
        var language = preferences.Language;
        var again = tip is null ? "_again" : "";
        var next = ("moment", times.Moment(language, firstDigestDue, preferences.Zone));
        return Render("welcome", language, texts[language, $"mail.welcome.subject{again}"], new ScriptObject
        {
            ["preheader"] = texts[language, $"mail.welcome.preheader{again}"],
            ["next"] = texts.Fill(language, tip is null ? "mail.welcome.without_tip" : "mail.welcome.with_tip", next),
            ["tip"] = tip,
            ["questions"] = questions[language].Select(question => new ScriptObject
            {
                ["title"] = question.Title,
                ["url"] = address.Page($"/questions/{question.Slug}", language),
            }).ToList(),
            ["week"] = tip is null ? null : models.Week(language, issue),
            ["leave_url"] = address.Unsubscribe(SubstitutionTags.Token),
            ["because"] = texts.Fill(language, "mail.footer.subscribed", ("sender", options.FromName)),
        });
    }

    /// <summary>The weekly mail; the same for all who read the tip in this language.</summary>
    public RenderedMail Digest(Language language, TipId tip, IssueId issue)
    {
        var chosen = tips[tip, language];
        return Render("digest", language, chosen.Title, new ScriptObject
        {
            ["preheader"] = chosen.Preheader,
            ["tip"] = chosen,
            ["share_url"] = address.Issue(issue, tip, language),
            ["week"] = models.Week(language, issue),
            ["leave_url"] = address.Unsubscribe(SubstitutionTags.Token),
            ["because"] = texts.Fill(language, "mail.footer.subscribed", ("sender", options.FromName)),
        });
    }

    private RenderedMail Render(string mail, Language language, string subject, ScriptObject model)
    {
        model["subject"] = subject;
        model["sender_name"] = options.FromName;
        model["postal_address"] = options.PostalAddress;
        return new RenderedMail(
            subject,
            templates.Render($"emails/{mail}.html", language, PartOf(model, language, SubstitutionTags.GreetingHtml, prose => new RawHtml(prose.Html))),
            templates.Render($"emails/{mail}.txt", language, PartOf(model, language, SubstitutionTags.GreetingText, prose => prose.Text)).Trim());
    }

    private ScriptObject PartOf(ScriptObject model, Language language, string greeting, Func<Prose, object> write)
    {
        var part = new ScriptObject { ["greeting"] = new RawHtml(greeting) };
        foreach (var (name, value) in model)
            part[name] = value is Tip tip ? models.Of(tip, language, write) : value;
        return part;
    }
}
