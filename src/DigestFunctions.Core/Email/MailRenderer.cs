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
    // More than that is cut off on a phone.
    private const int MaxSubject = 60;

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
            ["week"] = null,
        }, Because.Asked);
    }

    /// <summary>Asks for it once more, in fewer words.</summary>
    /// <param name="preferences">What she chose.</param>
    /// <param name="askedAt">When the form was filled in.</param>
    /// <param name="until">How long she can confirm.</param>
    public RenderedMail ConfirmReminder(Preferences preferences, Instant askedAt, Instant until)
    {
        var language = preferences.Language;
        return Render("confirm-reminder", language, texts[language, "mail.confirm_reminder.subject"], new ScriptObject
        {
            ["preheader"] = texts[language, "mail.confirm_reminder.preheader"],
            ["intro"] = texts.Fill(
                language,
                "mail.confirm_reminder.intro",
                ("sender", options.FromName),
                ("moment", times.Moment(language, askedAt, preferences.Zone))),
            ["weekly"] = times.Weekly(language, preferences.Weekday, preferences.Time, preferences.Zone),
            ["until"] = texts.Fill(language, "mail.confirm_reminder.until", ("moment", times.Moment(language, until, preferences.Zone))),
            ["confirm_url"] = address.Confirm(SubstitutionTags.Token),
            ["week"] = null,
        }, Because.Asked);
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
            ["questions"] = questions.Listed(language).Select(question => new ScriptObject
            {
                ["title"] = question.Title,
                ["url"] = address.Page(question.Path, language),
            }).ToList(),
            ["week"] = tip is null ? null : models.ShortWeek(language, issue),
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
            ["streak"] = SubstitutionTags.Streak,
            ["check_in"] = CheckIn(issue),
            ["share_url"] = address.Issue(issue, tip, language),
            ["week"] = models.ShortWeek(language, issue),
        });
    }

    /// <summary>A short mail between digests: the first step, and the question.</summary>
    public RenderedMail Reminder(Language language, TipId tip, IssueId issue)
    {
        var chosen = tips[tip, language];
        var subject = texts.Fill(language, "mail.reminder.subject", ("title", chosen.Title));
        return Render("reminder", language, subject.Length > MaxSubject ? chosen.Title : subject, new ScriptObject
        {
            ["preheader"] = texts[language, "mail.reminder.preheader"],
            ["tip"] = chosen,
            ["streak"] = null,
            ["check_in"] = CheckIn(issue),
            ["read_url"] = address.Issue(issue, tip, language),
            ["week"] = models.ShortWeek(language, issue),
        });
    }

    /// <summary>Her own page again; the token is one of purpose <c>mail</c>.</summary>
    public RenderedMail Link(Preferences preferences) =>
        Link(preferences, "link", address.Preferences(SubstitutionTags.Token), moment: null, Because.Subscribed);

    /// <summary>The page of her data; the token is one of purpose <c>data</c>.</summary>
    /// <param name="preferences">What she chose.</param>
    /// <param name="until">How long the link works.</param>
    public RenderedMail DataLink(Preferences preferences, Instant until) =>
        Link(preferences, "data", address.Data(SubstitutionTags.Token), until, Because.Hers);

    /// <summary>To an address that she says is hers, for it to confirm; the token is one of purpose <c>address</c>.</summary>
    /// <param name="preferences">What she chose.</param>
    /// <param name="until">How long the link works.</param>
    public RenderedMail NewAddress(Preferences preferences, Instant until) =>
        Link(preferences, "new_address", address.NewAddress(SubstitutionTags.Token), until, Because.Named);

    /// <summary>To the address that she had.</summary>
    /// <param name="preferences">What she chose.</param>
    /// <param name="at">When the new one was confirmed.</param>
    public RenderedMail AddressTold(Preferences preferences, Instant at) =>
        Link(preferences, "address_told", url: null, at, Because.Hers);

    // With a link or without, and a moment: until when that works, or when what the mail tells was.
    private RenderedMail Link(Preferences preferences, string key, string? url, Instant? moment, Because because)
    {
        var language = preferences.Language;
        (string, string)[] places =
        [
            ("sender", options.FromName),
            ("moment", moment is { } known ? times.Moment(language, known, preferences.Zone) : ""),
        ];
        return Render("link", language, Filled("subject"), new ScriptObject
        {
            ["preheader"] = Filled("preheader"),
            ["title"] = Filled("title"),
            ["intro"] = Filled("intro"),
            ["url"] = url,
            ["button"] = url is null ? null : Filled("button"),
            ["note"] = Filled("note"),
            ["week"] = null,
        }, because);

        string Filled(string part) => texts.Fill(language, $"mail.{key}.{part}", places);
    }

    private ScriptObject CheckIn(IssueId issue)
    {
        var model = new ScriptObject { ["remind_url"] = address.CheckIn(SubstitutionTags.Token, issue, CheckIns.Remind) };
        foreach (var answer in EnumKeys.Of<CheckInAnswer>())
            model[$"{answer}_url"] = address.CheckIn(SubstitutionTags.Token, issue, answer);
        return model;
    }

    private RenderedMail Render(string mail, Language language, string subject, ScriptObject model, Because because = Because.Subscribed)
    {
        var isSubscribed = because == Because.Subscribed;
        model["because"] = texts.Fill(language, $"mail.footer.{because.ToKey()}", ("sender", options.FromName));
        model["leave_url"] = isSubscribed ? address.Unsubscribe(SubstitutionTags.Token) : null;
        model["preferences_url"] = isSubscribed ? address.Preferences(SubstitutionTags.Token) : null;
        model["subject"] = subject;
        model["sender_name"] = options.FromName;
        model["postal_address"] = options.PostalAddress;
        return new RenderedMail(
            subject,
            templates.Render($"emails/{mail}.html", language, PartOf(model, language, SubstitutionTags.GreetingHtml, prose => new RawHtml(prose.Html))),
            templates.Render($"emails/{mail}.txt", language, PartOf(model, language, SubstitutionTags.GreetingText, prose => prose.Text)).Trim());
    }

    // Why somebody has a mail, as its foot says it. Only that of one who is subscribed has a link to leave.
    private enum Because
    {
        Subscribed,
        Asked,
        Hers,
        Named,
    }

    private ScriptObject PartOf(ScriptObject model, Language language, string greeting, Func<Prose, object> write)
    {
        var part = new ScriptObject { ["greeting"] = new RawHtml(greeting) };
        foreach (var (name, value) in model)
            part[name] = value is Tip tip ? models.Of(tip, language, write) : value;
        return part;
    }
}
