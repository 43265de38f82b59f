using System.Globalization;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using Microsoft.AspNetCore.Http;
using Scriban.Runtime;

namespace DigestFunctions.Core.Web;

/// <summary>For one who has lost her link. What is answered, and how long that takes, says nothing of whether the address is known.</summary>
internal sealed class LinkPages(
    Answering answering, Pages pages, Readers readers, Texts texts, MailedLinks links, SignUpLimits limits, Identities identities)
{
    private const string Field = SignUpFields.Email;

    public Task<IResult> Show(HttpContext context) => answering.AnswerAsync(context, Privacy.Open, _ =>
        Task.FromResult(Form(context.Request, typed: "", fault: "", StatusCodes.Status200OK)));

    public Task<IResult> Ask(HttpContext context) => answering.AnswerAsync(context, Privacy.Open, async cancellation =>
        await RequestBody.ReadAsync(context.Request) switch
        {
            BodyReading.Refused refused => pages.Say(context.Request, new Note("refused", refused.Status) { Body = refused.Reason, Link = "/link" }),
            BodyReading.Fields fields when EmailAddress.TryParse(fields[Field], out var address) => await AskAsync(context.Request, address, cancellation),
            BodyReading.Fields fields => Bad(context.Request, fields[Field] ?? ""),
            _ => throw new System.Diagnostics.UnreachableException(),
        });

    private async Task<IResult> AskAsync(HttpRequest request, EmailAddress address, CancellationToken cancellation)
    {
        // Counted with the sign-ups: either way, a stranger has a mail sent.
        if (await limits.AdmitAsync(identities.HashOf(Network.Of(request.HttpContext)), cancellation) != Admission.Taken)
        {
            request.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(limits.UntilNextHour.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return pages.Say(request, new Note("link_full", StatusCodes.Status429TooManyRequests) { Link = "/link" });
        }

        await links.AskAsync(address, cancellation);
        return Readers.IsProgram(request)
            ? Results.Json(new { status = "accepted" }, statusCode: StatusCodes.Status202Accepted)
            : pages.Say(request, new Note("link_asked") { Places = [("address", address.ToString())], Link = "/" });
    }

    private IResult Bad(HttpRequest request, string typed)
    {
        var fault = texts[readers.LanguageOf(request), $"page.faults.{SignUpFields.EmailFault(typed)}"];
        return Readers.IsProgram(request)
            ? TypedResults.Problem(new HttpValidationProblemDetails(new Dictionary<string, string[]>(StringComparer.Ordinal) { [Field] = [fault] })
            {
                Status = StatusCodes.Status422UnprocessableEntity,
                Title = fault,
            })
            : Form(request, typed, fault, StatusCodes.Status422UnprocessableEntity);
    }

    private IResult Form(HttpRequest request, string typed, string fault, int status) =>
        pages.Show(request, "pages/link.html", readers.LanguageOf(request), status, new ScriptObject
        {
            [Field] = typed,
            ["faults"] = new ScriptObject { [Field] = fault },
        });
}
