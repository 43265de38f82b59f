using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Tests.Emulator;

internal sealed record WebhookPost(string Signature, string Timestamp, byte[] Body);

/// <summary>The other end of the event webhook: keeps what is posted, and fails when told to.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly Channel<WebhookPost> posts = Channel.CreateUnbounded<WebhookPost>();
    private readonly WebApplication app;

    private WebhookReceiver()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(ReceiveAsync);
    }

    public Uri Address => new(app.Urls.First() + "/webhooks/sendgrid");

    /// <summary>How many of the next posts are answered with 500.</summary>
    public int Failures { get; set; }

    public static async Task<WebhookReceiver> StartAsync()
    {
        var receiver = new WebhookReceiver();
        await receiver.app.StartAsync(Xunit.TestContext.Current.CancellationToken);
        return receiver;
    }

    public async Task<WebhookPost> NextAsync() =>
        await posts.Reader.ReadAsync(Xunit.TestContext.Current.CancellationToken).AsTask().WaitAsync(TestApp.Patience);

    /// <summary>At least so many events, in the order in which they came.</summary>
    public async Task<IReadOnlyList<JsonNode>> EventsAsync(int count)
    {
        var events = new List<JsonNode>();
        while (events.Count < count)
            events.AddRange(JsonNode.Parse((await NextAsync()).Body)!.AsArray().Select(e => e!));
        return events;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        posts.Writer.TryWrite(new WebhookPost(
            context.Request.Headers["X-Twilio-Email-Event-Webhook-Signature"].ToString(),
            context.Request.Headers["X-Twilio-Email-Event-Webhook-Timestamp"].ToString(),
            body.ToArray()));
        context.Response.StatusCode = Failures-- > 0 ? 500 : 200;
    }
}
