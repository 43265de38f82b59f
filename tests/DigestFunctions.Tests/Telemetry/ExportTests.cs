using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Json.Nodes;
using DigestFunctions.Core.Telemetry;
using DigestFunctions.Local;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NodaTime;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Xunit;

namespace DigestFunctions.Tests.Telemetry;

/// <summary>What leaves for Application Insights, as a stand-in for it gets it.</summary>
[Collection(Alone.Name)]
public sealed class ExportTests(SharedAzurite azurite)
{
    private const string Mina = "mina@example.com";

    [Fact]
    public async Task Figures_traces_and_logs_leave_for_Application_Insights_without_address_name_token_or_secret()
    {
        // It would tell its makers how it is used, over the network.
        Environment.SetEnvironmentVariable("APPLICATIONINSIGHTS_STATSBEAT_DISABLED", "true");
        await using var insights = await Insights.StartAsync();
        IReadOnlyList<string> secrets = [];
        await using var app = await TestApp.StartAsync(azurite, settings =>
        {
            settings[InsightsConnection.Setting] = $"InstrumentationKey={Guid.NewGuid()};IngestionEndpoint={insights.Address}";
            secrets = TestApp.SecretsOf(settings);
        });

        var welcome = await app.JoinAsync(Mina);
        app.SetTime(Instant.FromUtc(2026, 12, 1, 6, 35));
        await app.PlanAsync();
        await app.WaitForMailAsync(Mina, "digest");
        using var opened = await app.GetAsync(welcome.Link("unsubscribe"));
        using var left = await app.PostAsync(welcome.Link("unsubscribe"));
        Assert.True(app.Get<TracerProvider>().ForceFlush());
        Assert.True(app.Get<LoggerProvider>().ForceFlush());
        // Says no in any case: the local run's page of figures is only asked, and can't be flushed.
        app.Get<MeterProvider>().ForceFlush();

        var all = string.Concat(insights.Bodies);
        Assert.Single(insights.TracesOf("plan run", "handle range", "send batch").Distinct());
        Assert.Contains("\"POST /v3/mail/send\"", all, StringComparison.Ordinal);
        Assert.Contains("\"empathy_digest.leaves\"", all, StringComparison.Ordinal);
        Assert.Contains("Planned the run digest", all, StringComparison.Ordinal);
        Assert.Matches("\"EventId\":\"?100\\b", all);
        // Which the alert planning-stopped counts.
        Assert.Matches("\"EventId\":\"?105\\b", all);
        foreach (var word in (string[])["mina", "@", welcome.Link("unsubscribe").Split('/')[2], .. secrets])
            Assert.DoesNotContain(word, all, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Without_the_setting_nothing_is_exported()
    {
        await using var app = await TestApp.StartAsync(azurite);

        Assert.Null(app.Services.GetService(typeof(TracerProvider)));
        Assert.DoesNotContain(app.Services.GetService(typeof(IEnumerable<ILoggerProvider>)) as IEnumerable<ILoggerProvider> ?? [], provider => provider is OpenTelemetryLoggerProvider);
    }

    private sealed class Insights : IAsyncDisposable
    {
        private readonly WebApplication server;
        private readonly ConcurrentQueue<string> bodies = [];

        private Insights(WebApplication server) => this.server = server;

        public Uri Address => LocalService.AddressOf(server);

        /// <summary>Base64 can be looked for in them: JSON's own writer would escape its plus signs.</summary>
        public IEnumerable<string> Bodies => bodies.Select(body => body.Replace("\\u002B", "+", StringComparison.OrdinalIgnoreCase));

        /// <summary>The id of the trace that each of these is in.</summary>
        public IEnumerable<string> TracesOf(params string[] names) => names.Select(name => bodies
            .SelectMany(body => body.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .Select(line => JsonNode.Parse(line)!)
            .Single(item => (string?)item["data"]?["baseData"]?["name"] == name)["tags"]!["ai.operation.id"]!.GetValue<string>());

        public static async Task<Insights> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            var insights = new Insights(builder.Build());
            insights.server.MapPost("/{**path}", insights.TakeAsync);
            await insights.server.StartAsync(TestContext.Current.CancellationToken);
            return insights;
        }

        public ValueTask DisposeAsync() => server.DisposeAsync();

        private async Task<IResult> TakeAsync(HttpRequest request)
        {
            await using var body = request.Headers.ContentEncoding == "gzip" ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;
            using var reader = new StreamReader(body);
            var text = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
            bodies.Enqueue(text);
            var count = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
            return Results.Json(new { itemsReceived = count, itemsAccepted = count, errors = Array.Empty<object>() });
        }
    }
}
