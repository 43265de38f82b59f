using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SendGrid;
using Method = SendGrid.BaseClient.Method;

namespace DigestFunctions.Core.Email;

/// <summary>
/// SendGrid's v3 API. The SDK's own retries are off: one that repeats a call whose answer was lost makes
/// two mails of one. Reasons hold statuses, fields and names of exceptions, and never an address.
/// </summary>
internal sealed class SendGridProvider(
    ISendGridClient client, SendGridOptions options, MailOptions mail, PublicAddress address, Texts texts, TimeProvider time) : IMailProvider
{
    private const string NoKey = "SendGrid:ApiKey is not set.";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private static readonly Duration WithoutKeyPause = Duration.FromMinutes(15);
    private static readonly Duration PushbackPause = Duration.FromMinutes(1);

    private readonly MailBodyWriter bodies = new(mail, address, texts);
    private readonly Uri mailSend = new($"{options.BaseUrl.ToString().TrimEnd('/')}/v3/mail/send");

    private bool HasKey => options.ApiKey.Length > 0;

    public static SendGridProvider Create(IServiceProvider services) => Create(services, Timeout);

    /// <param name="timeout">How long an answer is waited for.</param>
    public static SendGridProvider Create(IServiceProvider services, TimeSpan timeout)
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
                // No trace of its own for each request: its URL can hold an address.
                ActivityHeadersPropagator = null,
            },
        };
        var client = new SendGridClient(
            new HttpClient(handler) { Timeout = timeout },
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
        if (!HasKey)
            return new BatchIdOutcome.NotGiven(NoKey, WithoutKeyPause);
        var answer = await AskAsync("mail/batch", () => client.RequestAsync(Method.POST, urlPath: "mail/batch", cancellationToken: cancellation), cancellation);
        return answer.Status == 201 && answer.BatchId is { } id
            ? new BatchIdOutcome.Given(id)
            : new BatchIdOutcome.NotGiven(answer.Why, answer.RetryAfter, KeyRefused: answer.Status is 401 or 403);
    }

    public async Task<SendOutcome> SendAsync(OutgoingMail mail, CancellationToken cancellation)
    {
        if (!HasKey)
            return new SendOutcome.NotTaken(NoKey, WithoutKeyPause);
        // Of the HTTP client itself there is no trace: URLs of other calls hold an address.
        using var span = Signals.Spans.StartActivity("provider send", ActivityKind.Client)
            ?.SetTag("http.request.method", "POST").SetTag("url.full", mailSend.ToString())
            .SetTag("server.address", mailSend.Host).SetTag("server.port", mailSend.Port)
            .SetTag(Tag.Kind, mail.Category).SetTag(Tag.Recipients, mail.Recipients.Count);
        using var request = new HttpRequestMessage(HttpMethod.Post, mailSend);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
        request.Content = bodies.Write(mail);
        var answer = await AskAsync("mail/send", () => client.MakeRequest(request, cancellation), cancellation) with { To = mail.Recipients };
        if (answer.Status > 0)
            span?.SetTag(Tag.Status, answer.Status);
        if (answer.Status is < 200 or >= 300)
            span?.SetStatus(ActivityStatusCode.Error).SetTag(Tag.Error, answer.Failure ?? answer.Status.ToString(CultureInfo.InvariantCulture));
        return answer.Status switch
        {
            202 => new SendOutcome.Taken(),
            0 when answer.BodyNotSent => new SendOutcome.NotTaken(answer.Why, RetryAfter: null),
            400 => answer.Errors.BadRequest(answer.Why),
            401 or 403 => new SendOutcome.NotAllowed(answer.Status, answer.Reason),
            429 => new SendOutcome.NotTaken(answer.Why, answer.RetryAfter),
            // Of a proxy's making as often as the provider's, and then about its answer.
            408 => new SendOutcome.Unknown(answer.Why),
            > 400 and < 500 => new SendOutcome.Refused(answer.Status, answer.Reason),
            _ => new SendOutcome.Unknown(answer.Why),
        };
    }

    public async Task<CancelOutcome> CancelAsync(string batchId, CancellationToken cancellation)
    {
        if (!HasKey)
            return new CancelOutcome.Unknown(NoKey);
        var wanted = new JsonObject { ["batch_id"] = batchId, ["status"] = "cancel" }.ToJsonString();
        var answer = await AskAsync("scheduled_sends", () => client.RequestAsync(Method.POST, wanted, urlPath: "user/scheduled_sends", cancellationToken: cancellation), cancellation);
        return answer.Status switch
        {
            201 => new CancelOutcome.Cancelled(),
            // Too many, or unknown, or cancelled already, which it says in words only.
            400 => await FindCancellationAsync(batchId, cancellation) is var found and not CancelOutcome.NotCancelled
                ? found
                : new CancelOutcome.NotCancelled(answer.Reason),
            // Also where this call never left: an earlier one may have taken effect.
            _ => new CancelOutcome.Unknown(answer.Why),
        };
    }

    public async Task<CancelOutcome> FindCancellationAsync(string batchId, CancellationToken cancellation)
    {
        if (!HasKey)
            return new CancelOutcome.Unknown(NoKey);
        var answer = await AskAsync("scheduled_sends", () => client.RequestAsync(Method.GET, urlPath: ScheduledSend(batchId), cancellationToken: cancellation), cancellation);
        return answer.Status switch
        {
            200 when answer.StatusOf(batchId) is { } status => status == "cancel"
                ? new CancelOutcome.Cancelled()
                : new CancelOutcome.NotCancelled(status.Length == 0 ? "It has no status." : "It has another status."),
            404 => new CancelOutcome.NotCancelled(answer.Why),
            _ => new CancelOutcome.Unknown(answer.Why),
        };
    }

    public async Task<bool> TryForgetCancellationAsync(string batchId, CancellationToken cancellation) => HasKey
        && (await AskAsync("scheduled_sends", () => client.RequestAsync(Method.DELETE, urlPath: ScheduledSend(batchId), cancellationToken: cancellation), cancellation))
            .Status is 204 or 404;

    public async Task<bool> TrySuppressAsync(EmailAddress address, CancellationToken cancellation)
    {
        var wanted = new JsonObject { ["recipient_emails"] = new JsonArray(address.ToString()) }.ToJsonString();
        return HasKey
            && (await AskAsync("suppressions", () => client.RequestAsync(Method.POST, wanted, urlPath: "asm/suppressions/global", cancellationToken: cancellation), cancellation))
                .Status == 201;
    }

    public async Task<bool> TryReleaseAsync(EmailAddress address, CancellationToken cancellation) => HasKey
        && (await AskAsync("suppressions", () => client.RequestAsync(Method.DELETE, urlPath: $"asm/suppressions/global/{Uri.EscapeDataString(address.ToString())}", cancellationToken: cancellation), cancellation))
            .Status is 204 or 404;

    public async Task<ProbeOutcome> ProbeAsync(CancellationToken cancellation)
    {
        if (!HasKey)
            return new ProbeOutcome.KeyRefused(NoKey);
        var answer = await AskAsync("scopes", () => client.RequestAsync(Method.GET, urlPath: "scopes", cancellationToken: cancellation), cancellation);
        return answer.Status switch
        {
            200 when answer.Scopes is { } scopes => scopes.Contains("mail.send", StringComparer.Ordinal)
                ? new ProbeOutcome.Well(scopes)
                : new ProbeOutcome.KeyRefused("The key may not send: it lacks the scope mail.send."),
            401 or 403 => new ProbeOutcome.KeyRefused(answer.Reason),
            _ => new ProbeOutcome.Away(answer.Why),
        };
    }

    private static string ScheduledSend(string batchId) => $"user/scheduled_sends/{Uri.EscapeDataString(batchId)}";

    /// <summary>Asks once. That there was no answer is one too.</summary>
    private async Task<SendGridAnswer> AskAsync(string call, Func<Task<Response>> ask, CancellationToken cancellation)
    {
        var answer = await AnswerAsync(call, ask, cancellation);
        ProviderMetrics.Called(call, answer.Status, answer.Failure);
        return answer;
    }

    private async Task<SendGridAnswer> AnswerAsync(string call, Func<Task<Response>> ask, CancellationToken cancellation)
    {
        try
        {
            var response = await ask();
            var status = (int)response.StatusCode;
            return new SendGridAnswer(status, await response.Body.ReadAsStringAsync(cancellation), string.Create(CultureInfo.InvariantCulture, $"{call} answered {status}"))
            {
                RetryAfter = status == 429 ? RetryAfter(response) : null,
            };
        }
        catch (BodyNotSentException failure)
        {
            return new SendGridAnswer(0, "", $"{call}: {failure.Message}") { BodyNotSent = true, Failure = failure.InnerException?.GetType().Name };
        }
        catch (Exception failure) when (IsLost(failure, cancellation))
        {
            return new SendGridAnswer(0, "", $"{call}: {failure.GetType().Name}") { Failure = failure.GetType().Name };
        }
    }

    // Any failure of the network, and the time-out; not that we were told to stop.
    private static bool IsLost(Exception failure, CancellationToken cancellation) =>
        failure is HttpRequestException or IOException
        || (failure is OperationCanceledException && !cancellation.IsCancellationRequested);

    // Seconds since 1970, https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/rate-limits
    private Duration RetryAfter(Response response)
    {
        if (!response.Headers.TryGetValues("X-RateLimit-Reset", out var values)
            || !long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var reset)
            || reset > Instant.MaxValue.ToUnixTimeSeconds())
        {
            return PushbackPause;
        }

        var wait = Instant.FromUnixTimeSeconds(reset) - time.Now;
        return Duration.Max(Duration.FromSeconds(1), Duration.Min(wait, Duration.FromHours(1)));
    }
}
