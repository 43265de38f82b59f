using System.Text.Encodings.Web;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Tips;
using Microsoft.AspNetCore.Http;
using Scriban.Runtime;

namespace DigestFunctions.Core.Web;

/// <summary>The questions that readers always ask, and what is kept of them.</summary>
internal sealed class QuestionPages(Answering answering, Pages pages, Readers readers, Questions questions, MailOptions mail, PublicAddress address)
{
    public Task<IResult> Show(HttpContext context, string slug) => Show(context, slug, isListed: true);

    public Task<IResult> ShowPrivacy(HttpContext context) => Show(context, "privacy", isListed: false);

    private Task<IResult> Show(HttpContext context, string slug, bool isListed)
    {
        var language = readers.LanguageOf(context.Request);
        if (questions.Find(slug, language) is not { } question || question.IsListed != isListed)
            return Routes.NotFound(context);
        return answering.AnswerAsync(context, Privacy.Open, _ => Task.FromResult(pages.Show(
            context.Request, "pages/question.html", language, StatusCodes.Status200OK, new ScriptObject
            {
                ["title"] = question.Title,
                ["answer"] = new RawHtml(Filled(question.Html)),
                ["others"] = questions.Listed(language).Where(other => other != question).Select(other => new Choice(other.Path, other.Title)).ToList(),
                ["card"] = SocialCard.Of(address, language, question.Path, question.Title, question.Description),
            })));
    }

    private string Filled(string html) => html
        .Replace("{sender}", HtmlEncoder.Default.Encode(mail.FromName), StringComparison.Ordinal)
        .Replace("{postal_address}", HtmlEncoder.Default.Encode(mail.PostalAddress), StringComparison.Ordinal)
        .Replace("{contact}", HtmlEncoder.Default.Encode(mail.ReplyTo.Length > 0 ? mail.ReplyTo : mail.FromAddress), StringComparison.Ordinal);
}
