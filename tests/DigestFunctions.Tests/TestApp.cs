using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Local;
using DigestFunctions.Tests.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using NodaTime;
using SendGridEmulator;
using SendGridEmulator.Events;
using Xunit;

namespace DigestFunctions.Tests;

/// <summary>
/// The whole service, as the local run has it, on the shared Azurite and an emulator of its own. Its clock
/// begins on a Tuesday morning and can be set. Timers don't fire by themselves: a test says when.
/// </summary>
internal sealed partial class TestApp : IAsyncDisposable
{
    public static readonly Instant Start = Instant.FromUtc(2026, 11, 24, 8, 0);

    /// <summary>How long a test waits for what has to come. A bound and no wait: a slow machine is no reason to fail.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly WebApplication service;
    private readonly WebApplication emulator;

    private TestApp(WebApplication service, WebApplication emulator, TestTime time, LogLines log)
    {
        (this.service, this.emulator, Time, Log) = (service, emulator, time, log);
        Http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = LocalService.AddressOf(service) };
        Provider = new HttpClient { BaseAddress = EmulatorHost.AddressOf(emulator) };
    }

    public TestTime Time { get; }

    public LogLines Log { get; }

    public HttpClient Http { get; }

    /// <summary>The emulator.</summary>
    public HttpClient Provider { get; }

    public IServiceProvider Services => service.Services;

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    public Store Store => Services.GetRequiredService<Store>();

    public static readonly string OperateKey = Secrets.New();

    public static Task<TestApp> StartAsync(SharedAzurite azurite, Action<Dictionary<string, string?>> set) => StartAsync(azurite, also: null, set);

    public static async Task<TestApp> StartAsync(SharedAzurite azurite, Action<IServiceCollection>? also = null, Action<Dictionary<string, string?>>? set = null)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var time = new TestTime();
        time.Set(Start.ToDateTimeOffset());
        var provider = EmulatorHost.Build(new EmulatorOptions { DeliverAtOnce = true, EventInterval = TimeSpan.FromMilliseconds(50) }, time);
        await provider.StartAsync(cancellation);

        var log = new LogLines();
        var webhook = provider.Services.GetRequiredService<Webhook>();
        var settings = Settings(azurite.ConnectionString, EmulatorHost.AddressOf(provider));
        settings["SendGrid:WebhookPublicKey"] = webhook.PublicKey;
        set?.Invoke(settings);
        var local = LocalService.Build(port: 0, settings, fromEnvironment: false, also: services =>
        {
            services.AddSingleton<TimeProvider>(time);
            services.AddSingleton(new Names("t" + Guid.NewGuid().ToString("n")[..20]));
            services.Remove(services.Single(service => service.ImplementationType == typeof(ConsoleLoggerProvider)));
            services.AddSingleton<ILoggerProvider>(log);
            also?.Invoke(services);
        });
        await local.StartWithStoreAsync(cancellation);
        webhook.Url = new Uri(LocalService.AddressOf(local), "webhooks/sendgrid");
        return new TestApp(local, provider, time, log);
    }

    public static Dictionary<string, string?> Settings(string data, Uri provider) => new()
    {
        ["Data"] = data,
        ["Identity:Secret"] = Secrets.New(),
        ["Links:Secret"] = $"1:{Secrets.New()}",
        ["Links:BaseUrl"] = "http://digest.test",
        ["Operate:Key"] = OperateKey,
        ["SendGrid:BaseUrl"] = provider.ToString(),
        ["SendGrid:ApiKey"] = "SG.test",
        ["Mail:FromAddress"] = "digest@example.com",
        ["Mail:FromName"] = "Empathy Digest",
        ["Mail:ReplyTo"] = "hello@example.com",
        ["Mail:PostalAddress"] = "1 Example Street, Exampleton",
        ["Mail:ListId"] = "digest.example.com",
    };

    /// <summary>What of the settings may stand in no log; of the links' key without its number.</summary>
    public static IReadOnlyList<string> SecretsOf(Dictionary<string, string?> settings) =>
        [.. new[] { "Identity:Secret", "Links:Secret", "Operate:Key", "SendGrid:ApiKey" }.Select(name => settings[name]!.Split(':')[^1])];

    /// <summary>The key and the address of the emulator's events.</summary>
    public Webhook Webhook => emulator.Services.GetRequiredService<Webhook>();

    /// <summary>Posts events as the provider does, signed by its key.</summary>
    public Task<HttpResponseMessage> PostEventsAsync(params IEnumerable<string> events) =>
        PostEventsAsync(Encoding.UTF8.GetBytes($"[{string.Join(',', events)}]"));

    /// <param name="body">What is signed.</param>
    /// <param name="change">What happens to it on its way.</param>
    public async Task<HttpResponseMessage> PostEventsAsync(byte[] body, Action<HttpRequestMessage>? change = null)
    {
        using var post = Webhook.Post(new Uri(Http.BaseAddress!, "webhooks/sendgrid"), body, Time.GetUtcNow());
        change?.Invoke(post);
        return await Http.SendAsync(post, TestContext.Current.CancellationToken);
    }

    public void SetTime(Instant now) => Time.Set(now.ToDateTimeOffset());

    /// <summary>Signs up by the form.</summary>
    public Task<HttpResponseMessage> SubscribeAsync(
        string email, string name = "Mina", string language = "en", string weekday = "Tue", string time = "08:30", string zone = "Europe/Paris") =>
        PressAsync($"/?language={language}", ("email", email), ("name", name), ("weekday", weekday), ("time", time), ("zone", zone));

    /// <summary>Opens a page, looks at it for as long as a person does, types into its form and presses the button.</summary>
    public Task<HttpResponseMessage> PressAsync(string path, params (string Name, string Value)[] typed) => Http.PressAsync(Time, path, typed);

    /// <summary>Signs up and confirms; returns when the welcome mail is there.</summary>
    public async Task<InboxMail> JoinAsync(string email, string language = "en", string weekday = "Tue", string time = "08:30", string zone = "Europe/Paris")
    {
        using var asked = await SubscribeAsync(email, language: language, weekday: weekday, time: time, zone: zone);
        asked.EnsureSuccessStatusCode();
        using var confirmed = await PressAsync((await WaitForMailAsync(email, "confirm")).Link("confirm"));
        confirmed.EnsureSuccessStatusCode();
        return await WaitForMailAsync(email, "welcome");
    }

    /// <summary>The row of the only subscriber.</summary>
    public async Task<TableEntity> OnlyRowAsync() =>
        await Store.Subscribers.QueryAsync<TableEntity>(cancellationToken: TestContext.Current.CancellationToken).SingleAsync(TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields) => Http.PostAsync(
        new Uri(path, UriKind.Relative),
        new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
        TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> GetAsync(string path) =>
        Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    public Task<int> PlanAsync() =>
        Services.GetRequiredService<RunPlanner>().PlanAsync(TestContext.Current.CancellationToken);

    /// <summary>All mail that was delivered to an address, newest first.</summary>
    public async Task<IReadOnlyList<InboxMail>> MailAsync(string email) =>
        (await Provider.GetFromJsonAsync<List<InboxMail>>(
            new Uri($"inbox/messages?to={Uri.EscapeDataString(email)}", UriKind.Relative), TestContext.Current.CancellationToken))!;

    public async Task<InboxMail> WaitForMailAsync(string email, string kind, int count = 1)
    {
        var mails = new List<InboxMail>();
        await EventuallyAsync(
            async () => (mails = [.. (await MailAsync(email)).Where(mail => mail.Kind == kind)]).Count >= count,
            $"{count} {kind} for {email}");
        return mails[0];
    }

    /// <summary>
    /// Waits until what was hinted at is done: both queues are empty, but for the messages that look a day after each
    /// confirmation mail whether she has confirmed.
    /// </summary>
    public Task IdleAsync() => EventuallyAsync(
        async () => await CountAsync(Store.Ranges) == 0
            && await CountAsync(Store.Mails) <= Log.All.Count(line => line.Contains("accepted the Confirm mail", StringComparison.Ordinal)),
        "empty queues");

    private static async Task<int> CountAsync(Azure.Storage.Queues.QueueClient queue) =>
        (await queue.GetPropertiesAsync(TestContext.Current.CancellationToken)).Value.ApproximateMessagesCount;

    public async Task EventuallyAsync(Func<Task<bool>> holds, string what)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(since) < Patience,
                $"Waited in vain for {what}.\n{string.Join('\n', Log.All.TakeLast(20))}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Provider.Dispose();
        await service.StopAsync();
        await Store.DeleteAsync(CancellationToken.None);
        await service.DisposeAsync();
        await emulator.DisposeAsync();
    }

    /// <summary>A mail as the emulator's inbox shows it.</summary>
    internal sealed partial record InboxMail(
        string To,
        string? Name,
        string Subject,
        Dictionary<string, string> Headers,
        string Html,
        string Text,
        DateTimeOffset? SendAt,
        Dictionary<string, string> CustomArgs)
    {
        public string Kind => CustomArgs["key"].Split(':')[0];

        /// <summary>The path of the mail's link of a kind, such as <c>/confirm/TOKEN</c>.</summary>
        public string Link(string kind) => AnyLink().Matches(Text)
            .Select(match => new Uri(match.Value).AbsolutePath)
            .First(path => path.StartsWith($"/{kind}/", StringComparison.Ordinal));

        [GeneratedRegex(@"https?://[^\s<>""]+", RegexOptions.None, 1000)]
        private static partial Regex AnyLink();
    }

    /// <summary>All that was logged.</summary>
    internal sealed class LogLines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> lines = new();

        public IReadOnlyCollection<string> All => lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {eventId.Id} {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
