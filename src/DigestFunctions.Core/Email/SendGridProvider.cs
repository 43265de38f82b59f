using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SendGrid;
using SendGrid.Helpers.Mail;

namespace DigestFunctions.Core.Email;

/// <summary>
/// SendGrid's v3 API. The SDK's own retries are off: one that repeats a call whose answer was lost makes
/// two mails of one. So are open, click and subscription tracking: nobody agreed to them.
/// </summary>
internal sealed class SendGridProvider(
    ISendGridClient client, SendGridOptions options, MailOptions mail, PublicAddress address, Texts texts, TimeProvider time) : IMailProvider
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private static readonly Duration WithoutKeyPause = Duration.FromMinutes(15);

    public static SendGridProvider Create(IServiceProvider services)
    {
        var options = services.GetRequiredService<SendGridOptions>();
        var handler = new BodyWatch
        {
            InnerHandler = new SocketsHttpHandler
            {
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                ConnectTimeout = TimeSpan.FromSeconds(10),
                // To follow one is to call twice.
                AllowAutoRedirect = false,
            },
        };
        var client = new SendGridClient(
            new HttpClient(handler) { Timeout = Timeout },
            new SendGridClientOptions
            {
                // The SDK wants one; without it nothing is called.
                ApiKey = options.ApiKey.Length > 0 ? options.ApiKey : "none",
                Host = options.BaseUrl.ToString().TrimEnd('/'),
            });
        return ActivatorUtilities.CreateInstance<SendGridProvider>(services, (ISendGridClient)client);
    }

    public async Task<BatchIdOutcome> NewBatchIdAsync(CancellationToken cancellation)
    {
        if (options.ApiKey.Length == 0)
            return new BatchIdOutcome.NotGiven("SendGrid:ApiKey is not set.", WithoutKeyPause);
        try
        {
            var response = await client.RequestAsync(BaseClient.Method.POST, urlPath: "mail/batch", cancellationToken: cancellation);
            var body = await response.Body.ReadAsStringAsync(cancellation);
            return response.StatusCode == HttpStatusCode.Created && BatchIdOf(body) is { } id
                ? new BatchIdOutcome.Given(id)
                : new BatchIdOutcome.NotGiven(Status("mail/batch", response), RetryAfter(response));
        }
        catch (Exception failure) when (IsLost(failure, cancellation))
        {
            return new BatchIdOutcome.NotGiven($"mail/batch: {failure.GetType().Name}", RetryAfter: null);
        }
    }

    public async Task<SendOutcome> SendAsync(OutgoingMail mail, CancellationToken cancellation)
    {
        if (options.ApiKey.Length == 0)
            return new SendOutcome.NotTaken("SendGrid:ApiKey is not set.", WithoutKeyPause);
        try
        {
            var response = await client.SendEmailAsync(Message(mail), cancellation);
            return response.StatusCode switch
            {
                HttpStatusCode.Accepted => new SendOutcome.Taken(),
                HttpStatusCode.TooManyRequests => new SendOutcome.NotTaken(Status("mail/send", response), RetryAfter(response)),
                >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => new SendOutcome.Refused(
                    (int)response.StatusCode, await ReasonAsync(response, cancellation)),
                _ => new SendOutcome.Unknown(Status("mail/send", response)),
            };
        }
        catch (BodyNotSentException failure)
        {
            return new SendOutcome.NotTaken(failure.Message, RetryAfter: null);
        }
        catch (Exception failure) when (IsLost(failure, cancellation))
        {
            return new SendOutcome.Unknown($"mail/send: {failure.GetType().Name}");
        }
    }

    public Task<CancelOutcome> CancelAsync(string batchId, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<CancelOutcome> FindCancellationAsync(string batchId, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<bool> TryForgetCancellationAsync(string batchId, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<bool> TrySuppressAsync(Subscribers.EmailAddress address, CancellationToken cancellation) => TryChangeListAsync(
        () => client.RequestAsync(
            BaseClient.Method.POST,
            JsonSerializer.Serialize(new { recipient_emails = new[] { address.ToString() } }),
            urlPath: "asm/suppressions/global",
            cancellationToken: cancellation),
        cancellation);

    public Task<bool> TryReleaseAsync(Subscribers.EmailAddress address, CancellationToken cancellation) => TryChangeListAsync(
        () => client.RequestAsync(
            BaseClient.Method.DELETE, urlPath: $"asm/suppressions/global/{Uri.EscapeDataString(address.ToString())}", cancellationToken: cancellation),
        cancellation);

    // Who isn't on the list needs no release.
    private async Task<bool> TryChangeListAsync(Func<Task<Response>> ask, CancellationToken cancellation)
    {
        try
        {
            return options.ApiKey.Length > 0
                && (await ask()).StatusCode is HttpStatusCode.Created or HttpStatusCode.NoContent or HttpStatusCode.NotFound;
        }
        catch (Exception failure) when (IsLost(failure, cancellation))
        {
            return false;
        }
    }

    public Task<ProbeOutcome> ProbeAsync(CancellationToken cancellation) => throw new NotSupportedException();

    private SendGridMessage Message(OutgoingMail outgoing) => new()
    {
        From = new EmailAddress(mail.FromAddress, mail.FromName),
        ReplyTo = mail.ReplyTo.Length > 0 ? new EmailAddress(mail.ReplyTo) : null,
        Subject = outgoing.Content.Subject,
        Contents = [new Content("text/plain", outgoing.Content.Text), new Content("text/html", outgoing.Content.Html)],
        Categories = [outgoing.Category],
        Headers = Headers(outgoing),
        BatchId = outgoing.BatchId,
        SendAt = outgoing.SendAt?.ToUnixTimeSeconds(),
        Personalizations = [.. outgoing.Recipients.Select(recipient => Personalization(recipient, outgoing.FromList))],
        TrackingSettings = new TrackingSettings
        {
            ClickTracking = new ClickTracking { Enable = false, EnableText = false },
            OpenTracking = new OpenTracking { Enable = false },
            SubscriptionTracking = new SubscriptionTracking { Enable = false },
        },
    };

    private Dictionary<string, string> Headers(OutgoingMail outgoing)
    {
        // RFC 3834, section 5: keeps away the answers of those on holiday.
        var headers = new Dictionary<string, string> { ["Auto-Submitted"] = "auto-generated" };
        if (outgoing.FromList)
            headers["List-Id"] = $"<{mail.ListId}>";
        return headers;
    }

    // Substitutions don't reach headers, so that List-Unsubscribe (RFC 8058) is written out for each.
    private Personalization Personalization(Recipient recipient, bool fromList) => new()
    {
        Tos = [new EmailAddress(recipient.Address.ToString(), recipient.Name.IsEmpty ? null : recipient.Name.ToString())],
        Substitutions = SubstitutionTags.For(texts, recipient.Language, recipient.Name, recipient.Token).ToDictionary(),
        CustomArgs = new Dictionary<string, string> { ["key"] = recipient.Key, ["ref"] = recipient.Reference },
        Headers = fromList
            ? new Dictionary<string, string>
            {
                ["List-Unsubscribe"] = $"<{address.Unsubscribe(recipient.Token)}>",
                ["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click",
            }
            : null,
    };

    // Any failure of the network, and the time-out; not that we were told to stop.
    private static bool IsLost(Exception failure, CancellationToken cancellation) =>
        failure is HttpRequestException or IOException
        || (failure is OperationCanceledException && !cancellation.IsCancellationRequested);

    private static string? BatchIdOf(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.TryGetProperty("batch_id", out var id) ? id.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Status(string call, Response response) =>
        string.Create(CultureInfo.InvariantCulture, $"{call} answered {(int)response.StatusCode}");

    // Fields such as personalizations.3.to.0.email and the provider's words; addresses aren't among them, and
    // what has an @ after all is left out.
    private static async Task<string> ReasonAsync(Response response, CancellationToken cancellation)
    {
        var status = Status("mail/send", response);
        try
        {
            using var document = JsonDocument.Parse(await response.Body.ReadAsStringAsync(cancellation));
            var errors = document.RootElement.GetProperty("errors").EnumerateArray()
                .Select(error => $"{error.GetProperty("field")}: {error.GetProperty("message")}")
                .Where(error => !error.Contains('@', StringComparison.Ordinal))
                .Take(5);
            return $"{status} ({string.Join("; ", errors)})";
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return status;
        }
    }

    // Seconds since 1970, https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/rate-limits
    private Duration? RetryAfter(Response response)
    {
        if (!response.Headers.TryGetValues("X-RateLimit-Reset", out var values)
            || !long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var reset))
        {
            return null;
        }

        var wait = Instant.FromUnixTimeSeconds(reset) - Instant.FromDateTimeOffset(time.GetUtcNow());
        return Duration.Max(Duration.FromSeconds(1), Duration.Min(wait, Duration.FromHours(1)));
    }
}
