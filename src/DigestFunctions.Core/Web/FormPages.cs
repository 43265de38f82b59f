using System.Globalization;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace DigestFunctions.Core.Web;

/// <summary>The form, and what it posts.</summary>
internal sealed partial class FormPages(
    Answering answering,
    Pages pages,
    SignUpForm form,
    PageStamp stamps,
    Readers readers,
    Texts texts,
    SignUpLimits limits,
    Subscriptions subscriptions,
    Identities identities,
    TimeProvider time,
    ILogger<FormPages> logger)
{
    private static readonly Duration BusyPause = Duration.FromSeconds(5);

    public Task<IResult> Show(HttpContext context) => answering.AnswerAsync(context, Privacy.Open, _ =>
        Task.FromResult(form.Show(context.Request, readers.LanguageOf(context.Request))));

    public Task<IResult> Subscribe(HttpContext context) => answering.AnswerAsync(context, Privacy.Open, async cancellation =>
        await RequestBody.ReadAsync(context.Request) switch
        {
            BodyReading.Refused refused => Unreadable(context.Request, refused),
            BodyReading.Fields fields => await SubscribeAsync(context, fields, cancellation),
            _ => throw new System.Diagnostics.UnreachableException(),
        });

    private IResult Unreadable(HttpRequest request, BodyReading.Refused refused)
    {
        WebMetrics.SignedUp("unreadable");
        return pages.Say(request, refused.Say("/"));
    }

    private async Task<IResult> SubscribeAsync(HttpContext context, BodyReading.Fields fields, CancellationToken cancellation)
    {
        var language = LanguageOf(context.Request, fields);
        switch (SignUpFields.Read(fields, language, readers, texts))
        {
            case SignUpReading.Good(var signUp):
                return await TakeAsync(context, fields, signUp, language, cancellation);
            case SignUpReading.Bad(var faults):
                WebMetrics.SignedUp("bad_fields");
                return Readers.IsProgram(context.Request) ? Problem(faults, language) : form.Show(context.Request, language, fields, faults);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private async Task<IResult> TakeAsync(
        HttpContext context, BodyReading.Fields fields, SignUp signUp, Language language, CancellationToken cancellation)
    {
        var isForm = !context.Request.HasJsonContentType();
        if (isForm && !string.IsNullOrEmpty(fields[SignUpFields.Trap]))
        {
            WebMetrics.SignedUp("trapped");
            Trapped();
            return Taken(context.Request, language, signUp.Address);
        }

        if (isForm && !stamps.IsGood(fields[PageStamp.Field], StampedPage.Form))
            return NotTaken(context, fields, language, new NotTaken("press_again", StatusCodes.Status200OK));

        var consent = ConsentOf(context, signUp);
        switch (await limits.AdmitAsync(consent.FromHash, cancellation))
        {
            case Admission.Taken:
                await subscriptions.AskAsync(signUp.Address, signUp.Preferences, consent, cancellation);
                WebMetrics.SignedUp("taken");
                return Taken(context.Request, language, signUp.Address);
            case Admission.NetworkFull:
                return NotTaken(context, fields, language, new NotTaken("network_full", StatusCodes.Status429TooManyRequests), limits.UntilNextHour);
            case Admission.ServiceFull:
                return NotTaken(context, fields, language, new NotTaken("service_full", StatusCodes.Status503ServiceUnavailable), limits.UntilNextHour);
            default:
                return NotTaken(context, fields, language, new NotTaken("busy", StatusCodes.Status503ServiceUnavailable), BusyPause);
        }
    }

    private IResult NotTaken(HttpContext context, BodyReading.Fields fields, Language language, NotTaken notTaken, Duration? pause = null)
    {
        WebMetrics.SignedUp(notTaken.Why);
        if (pause is { } wait)
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return Readers.IsProgram(context.Request)
            ? TypedResults.Problem(
                statusCode: Math.Max(notTaken.Status, StatusCodes.Status422UnprocessableEntity),
                title: texts[language, "page.not_taken.title"],
                detail: texts[language, $"page.not_taken.{notTaken.Why}"])
            : form.Show(context.Request, language, fields, notTaken);
    }

    // The same whether or not the address is known: what is right for it goes to it by mail.
    private IResult Taken(HttpRequest request, Language language, EmailAddress address) => Readers.IsProgram(request)
        ? Results.Json(new { status = "accepted", message = texts.Fill(language, "page.check_mail.body", ("address", address.ToString())) }, statusCode: StatusCodes.Status202Accepted)
        : pages.Say(request, new Note("check_mail") { Places = [("address", address.ToString())] }, language);

    private ProblemHttpResult Problem(IReadOnlyList<FieldFault> faults, Language language) => TypedResults.Problem(
        new HttpValidationProblemDetails(faults.ToDictionary(fault => fault.Field, fault => new[] { texts[language, $"page.faults.{fault.Fault}"] }, StringComparer.Ordinal))
        {
            Status = StatusCodes.Status422UnprocessableEntity,
            Title = texts[language, "page.faults.title"],
        });

    // A page says in its form's address in which language it was; a program may say so in the field only.
    private Language LanguageOf(HttpRequest request, BodyReading.Fields fields) =>
        readers.Chosen(request) ?? (readers.TryKnown(fields[PreferenceFields.Language], out var posted) ? posted : readers.LanguageOf(request));

    private Consent ConsentOf(HttpContext context, SignUp signUp) => new(
        signUp.Asked,
        time.Now,
        identities.HashOf(Network.Of(context)),
        GivenAt: null);

    [LoggerMessage(520, LogLevel.Information, "A sign-up was dropped: it came with the field that people don't see filled in.")]
    private partial void Trapped();
}
