using System.Text.Json;
using DigestFunctions.Core.Delivery.Events;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DigestFunctions.Core.Web;

/// <summary>
/// Where the provider posts what became of mail. Believed only by its signature, which is checked over the bytes as
/// they came, before anything is read in them. Whatever isn't answered with 2xx is posted again for a day.
/// </summary>
internal sealed partial class WebhookPages(
    Answering answering, EventSignature signature, ProviderEvents events, TimeProvider time, ILogger<WebhookPages> log)
{
    /// <summary>The provider posts about 768 KB at a time; this is 10,000 events of a kilobyte, less what nobody writes.</summary>
    public const int MaxLength = 8 * 1024 * 1024;

    private int refused;

    public Task<IResult> Receive(HttpContext context) => answering.AnswerAsync(context, Privacy.Open, async cancellation =>
    {
        var headers = context.Request.Headers;
        var (signed, timestamp) = (headers[EventSignature.Header].ToString(), headers[EventSignature.TimestampHeader].ToString());
        if (!signature.IsSetUp)
            return NotSetUp();
        // A stranger's is refused unread.
        if (signed.Length == 0 || timestamp.Length == 0)
            return NotSigned();
        try
        {
            using var body = await RawBody.ReadAsync(context.Request, MaxLength);
            return body is null ? TooLarge() : await TakeAsync(body, signed, timestamp, cancellation);
        }
        catch (BadHttpRequestException broken)
        {
            return Results.StatusCode(broken.StatusCode);
        }
    });

    private async Task<IResult> TakeAsync(RawBody body, string signed, string timestamp, CancellationToken cancellation)
    {
        if (!signature.IsGood(signed, timestamp, body.Bytes))
            return NotSigned();
        EventPost post;
        try
        {
            post = EventReader.Read(body.Bytes, time.Now);
        }
        catch (JsonException)
        {
            WebMetrics.EventsRefused("no_events");
            NoEvents(body.Bytes.Length);
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        }

        await events.ApplyAsync(post, cancellation);
        return Results.NoContent();
    }

    private IResult NotSetUp()
    {
        WebMetrics.EventsRefused("no_key");
        KeyMissing(Interlocked.Increment(ref refused));
        return Results.StatusCode(StatusCodes.Status401Unauthorized);
    }

    private IResult NotSigned()
    {
        WebMetrics.EventsRefused("bad_signature");
        BadSignature(Interlocked.Increment(ref refused));
        return Results.StatusCode(StatusCodes.Status401Unauthorized);
    }

    private IResult TooLarge()
    {
        WebMetrics.EventsRefused("too_large");
        BodyTooLarge(Interlocked.Increment(ref refused), MaxLength);
        return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
    }

    [LoggerMessage(510, LogLevel.Warning, "Refused a post of events, the {Count}th since the start: its signature is missing or not by the key of SendGrid:WebhookPublicKey.")]
    private partial void BadSignature(int count);

    [LoggerMessage(511, LogLevel.Warning, "Refused a post of events, the {Count}th since the start: set SendGrid:WebhookPublicKey to the verification key of SendGrid's signed event webhook, for its events to be believed.")]
    private partial void KeyMissing(int count);

    [LoggerMessage(512, LogLevel.Error, "A post of events is signed and isn't a JSON array of them ({Length} bytes).")]
    private partial void NoEvents(int length);

    [LoggerMessage(513, LogLevel.Warning, "Refused a post of events, the {Count}th since the start: it is longer than {MaxLength} bytes.")]
    private partial void BodyTooLarge(int count, int maxLength);
}
