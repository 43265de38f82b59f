using DigestFunctions.Core.Email;
using DigestFunctions.Core.Tips;
using Microsoft.AspNetCore.Http;
using Scriban.Runtime;

namespace DigestFunctions.Core.Web;

/// <summary>The questions that readers always ask.</summary>
internal sealed class QuestionPages(Answering answering, Pages pages, Readers readers, Questions questions, PublicAddress address)
{
    public Task<IResult> Show(HttpContext context, string slug)
    {
        var language = readers.LanguageOf(context.Request);
        if (questions.Find(slug, language) is not { } question)
            return Routes.NotFound(context);
        return answering.AnswerAsync(context, Privacy.Open, _ => Task.FromResult(pages.Show(
            context.Request, "pages/question.html", language, StatusCodes.Status200OK, new ScriptObject
            {
                ["title"] = question.Title,
                ["answer"] = new RawHtml(question.Html),
                ["others"] = questions[language].Where(other => other.Slug != slug).Select(other => new Choice($"/questions/{other.Slug}", other.Title)).ToList(),
                ["card"] = SocialCard.Of(address, language, $"/questions/{slug}", question.Title, question.Description),
            })));
    }
}
