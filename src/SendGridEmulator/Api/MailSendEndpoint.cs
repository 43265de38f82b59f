using System.Text.Json;
using System.Text.Unicode;
using SendGridEmulator.Faults;
using SendGridEmulator.Mail;
using SendGridEmulator.Reading;

namespace SendGridEmulator.Api;

internal static class MailSendEndpoint
{
    public static async Task<IResult> HandleAsync(HttpContext context, Mailroom mailroom, Batches batches, TimeProvider time)
    {
        if (!IsJson(context.Request.ContentType))
            return Refuse.With(415, Refuse.WordsFor(415));

        using var body = await RequestBody.ReadAsync(context.Request);
        if (body is null)
            return Refuse.With(413, Refuse.WordsFor(413));
        if (!Utf8.IsValid(body.Bytes))
            return Refuse.With(415, "Invalid UTF8 in request");

        MailRequest mail;
        try
        {
            mail = MailReader.Read(body.Bytes, time.GetUtcNow(), batches.Knows);
        }
        catch (JsonException)
        {
            return Refuse.With(400, Refuse.WordsFor(400));
        }

        if (mail.Errors.Count > 0)
            return Refuse.With(400, mail.Errors);
        if (mail.Sandbox)
            return Results.StatusCode(200);

        var messageId = mailroom.Accept(body.Bytes, mail, FaultMiddleware.CausesNoEvents(context));
        context.Response.Headers["X-Message-Id"] = messageId;
        return Results.StatusCode(202);
    }

    private static bool IsJson(string? contentType) =>
        System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(contentType, out var type)
        && string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase);
}
