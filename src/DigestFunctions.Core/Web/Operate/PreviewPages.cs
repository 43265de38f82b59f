using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web.Operate;

/// <summary>Any issue in any variant, as a subscriber gets it.</summary>
internal sealed class PreviewPages(TipLibrary tips, Calendar calendar, MailRenderer renderer, MailSample samples, OperatePage page) : IOperatePages
{
    // A mail has its styles with it, which our own pages don't; it runs nothing, and posts nothing.
    private const string MailPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

    public IEnumerable<OperateRoute> Routes =>
    [
        new("GET", "preview/{issue}", (visit, _) => Task.FromResult(List(visit))) { Summary = "The variants of an issue." },
        new("GET", "preview/{issue}/{language}/{tip}/{part}", (visit, _) => Task.FromResult(Show(visit)))
        {
            Summary = "A mail as a subscriber gets it; part is digest.html, digest.txt, reminder.html or reminder.txt.",
            MediaType = "text/*",
        },
    ];

    private IResult List(OperateVisit visit)
    {
        if (!IssueId.TryParse(visit.Values["issue"], out var issue))
            return Unknown(visit);
        // That of who chose nothing comes first.
        var variants = TipChoice.All.Prepend(TipChoice.Usual).Select(choice => calendar.TipOf(issue, choice)).Distinct().ToList();
        var facts = tips.All.ToDictionary(tip => tip.Id);
        return page.Show(visit, "preview.html", new
        {
            Title = $"Preview of {issue}",
            Variants = variants.Count,
            Languages = tips.Languages.Select(language => language.ToString()).ToList(),
            Tips = variants.Select(tip => new
            {
                Id = tip.ToString(),
                Kind = $"{facts[tip].Area.ToKey()}, {facts[tip].Energy.ToKey()}",
                Mails = tips.Languages.Select(language => new { tips[tip, language].Title, Path = $"/operate/preview/{issue}/{language}/{tip}" }).ToList(),
            }).ToList(),
        });
    }

    private IResult Show(OperateVisit visit)
    {
        if (!IssueId.TryParse(visit.Values["issue"], out var issue)
            || !Language.TryParse(visit.Values["language"], out var language) || !tips.Languages.Contains(language)
            || !TipId.TryParse(visit.Values["tip"], out var tip) || tips.All.All(known => known.Id != tip))
        {
            return Unknown(visit);
        }

        return visit.Values["part"] switch
        {
            "digest.html" => Html(visit, renderer.Digest(language, tip, issue), language),
            "digest.txt" => Text(renderer.Digest(language, tip, issue), language),
            "reminder.html" => Html(visit, renderer.Reminder(language, tip, issue), language),
            "reminder.txt" => Text(renderer.Reminder(language, tip, issue), language),
            _ => Unknown(visit),
        };
    }

    private IResult Html(OperateVisit visit, RenderedMail mail, Language language)
    {
        visit.Context.Response.Headers.ContentSecurityPolicy = MailPolicy;
        return Results.Content(samples.Of(mail, language).Html, "text/html; charset=utf-8");
    }

    private IResult Text(RenderedMail mail, Language language) => Results.Text($"{mail.Subject}\n\n{samples.Of(mail, language).Text}");

    private IResult Unknown(OperateVisit visit) =>
        page.Say(visit, "There is no such mail", "Choose an issue on the page Send.", "/operate/send", StatusCodes.Status404NotFound);
}
