using System.Text;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using Microsoft.AspNetCore.Http;
using Scriban.Runtime;

namespace DigestFunctions.Core.Web;

/// <summary>Past issues, to read and to pass on; nothing in them is about anybody.</summary>
internal sealed class ArchivePages(
    Answering answering, Pages pages, Readers readers, Archive archive, TipModels models, Texts texts, PublicAddress address)
{
    private const int InFeed = 20;

    public Task<IResult> List(HttpContext context) => answering.AnswerAsync(context, Privacy.Open, _ =>
    {
        var language = readers.LanguageOf(context.Request);
        return Task.FromResult(pages.Show(context.Request, "pages/archive.html", language, StatusCodes.Status200OK, new ScriptObject
        {
            ["issues"] = archive.Last(Archive.Listed, language).Select(archived => new ScriptObject
            {
                ["path"] = archived.Path,
                ["week"] = models.Week(language, archived.Issue),
                ["title"] = archived.Tip.Title,
                ["preheader"] = archived.Tip.Preheader,
            }).ToList(),
            ["card"] = SocialCard.Of(address, language, "/archive", texts[language, "page.archive.title"], texts[language, "page.archive.lede"]),
        }));
    });

    public Task<IResult> Show(HttpContext context, string issue, string? tip = null)
    {
        var language = readers.LanguageOf(context.Request);
        if (archive.Find(issue, tip, language) is not { } archived)
            return Routes.NotFound(context);
        return answering.AnswerAsync(context, Privacy.Open, _ => Task.FromResult(pages.Show(
            context.Request, "pages/issue.html", language, StatusCodes.Status200OK, new ScriptObject
            {
                ["tip"] = models.Of(archived.Tip, language, prose => new RawHtml(prose.Html)),
                ["week"] = models.Week(language, archived.Issue),
                ["evidence"] = archived.Tip.Evidence is { } evidence ? Evidence(evidence, language) : null,
                ["card"] = SocialCard.Of(address, language, archived.Path, archived.Tip.Title, archived.Tip.Preheader),
            })));
    }

    public Task<IResult> Feed(HttpContext context) => answering.AnswerAsync(context, Privacy.Open, _ =>
    {
        var language = readers.LanguageOf(context.Request);
        var feed = AtomFeed.Write(
            address, language, texts[language, "page.archive.title"], texts[language, "page.service"], archive.Last(InFeed, language), models);
        return Task.FromResult(Results.Text(feed, "application/atom+xml", Encoding.UTF8));
    });

    public Task<IResult> Sitemap(HttpContext context) => answering.AnswerAsync(context, Privacy.Open, _ =>
        Task.FromResult(Results.Text(
            SitemapXml.Write(address, texts.Languages, archive.Paths(texts.Languages[0])), "application/xml", Encoding.UTF8)));

    private ScriptObject Evidence(Evidence evidence, Language language) => new()
    {
        ["citation"] = evidence.Citation,
        ["finding"] = evidence.Finding,
        ["certainty"] = texts[language, $"page.archive.certainty.{evidence.Certainty.ToKey()}"],
    };
}
