using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using DigestFunctions.Core.Web;
using DigestFunctions.Tests.Email;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DigestFunctions.Tests.Web;

/// <summary>
/// The pages on a free port, with a store that isn't there: what is answered without it, is, and what
/// needs it says that it is away.
/// </summary>
internal sealed class TestSite : IAsyncDisposable
{
    // Port 1 is nobody's, and the SDK's pauses between its tries are long.
    private const string DeadStore =
        "DefaultEndpointsProtocol=http;AccountName=dead;AccountKey=AAAA;TableEndpoint=http://127.0.0.1:1/dead;QueueEndpoint=http://127.0.0.1:1/dead;";

    private readonly WebApplication app;

    private TestSite(WebApplication app, TestTime time) => (this.app, Time) = (app, time);

    /// <summary>Its clock, unless it was given another.</summary>
    public TestTime Time { get; }

    public Uri Address => new(app.Urls.First());

    public LinkTokens Tokens => app.Services.GetRequiredService<LinkTokens>();

    public RememberedLogs Logs => app.Services.GetRequiredService<RememberedLogs>();

    public static async Task<TestSite> StartAsync(TimeProvider? time = null, ContentFolder? from = null)
    {
        var own = new TestTime();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        var logs = new RememberedLogs();
        builder.Logging.ClearProviders().AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddProvider(logs);
        var secret = $"1:{Secrets.New()}";
        var content = from ?? ContentFolder.BesideProgram;
        builder.Services
            .AddSingleton(logs)
            .AddSingleton(time ?? own)
            .AddSingleton(content)
            .AddSingleton(Texts.Load(content))
            .AddSingleton<Templates>()
            .AddSingleton<LocalTimes>()
            .AddSingleton(TipLibrary.Load(content))
            .AddSingleton(Questions.Load(content))
            .AddSingleton<Calendar>()
            .AddSingleton<TipModels>()
            .AddSingleton(Mails.Options)
            .AddSingleton(new PublicAddress(new Uri("https://digest.example.org")))
            .AddSingleton(LinkKeys.TryParse(secret, out var keys) ? keys : throw new FormatException())
            .AddSingleton(new Identities(new byte[Secrets.MinLength]))
            .AddSingleton(new Store(
                new TableServiceClient(DeadStore, Once(RawRows.AddTo(new TableClientOptions()))),
                new QueueServiceClient(DeadStore, Once(new QueueClientOptions())),
                new Names()))
            .AddSingleton(new ScheduleOptions(ScheduleOptions.DefaultLead))
            .AddSingleton<SlotTable>()
            .AddSingleton<SubscriberStore>()
            .AddSingleton<ScheduleEntries>()
            .AddSingleton<WeeklyRule>()
            .AddSingleton<LinkTokens>()
            .AddSingleton<SuppressionTable>()
            .AddSingleton<Subscriptions>()
            .AddSingleton(new SignUpOptions())
            .AddSingleton<SignUpLimits>()
            .AddSingleton<CheckingIn>()
            .AddSingleton<AskedAddresses>()
            .AddSingleton<MailedLinks>()
            .AddSingleton<AddressChanges>()
            .AddSingleton<IMailProvider>(new FakeProvider())
            .AddSingleton<ProviderList>()
            .AddSingleton<Erasure>()
            .AddWeb();

        var site = new TestSite(builder.Build(), own);
        Routes.Map(site.app);
        await site.app.StartAsync();
        return site;
    }

    /// <summary>A client without redirects or cookies, asking as a program that says nothing of itself.</summary>
    public HttpClient Client(string? accept = null, string? language = null)
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address };
        if (accept is not null)
            client.DefaultRequestHeaders.TryAddWithoutValidation("Accept", accept);
        if (language is not null)
            client.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", language);
        return client;
    }

    /// <summary>A client that asks as a browser does.</summary>
    public HttpClient Person(string? language = null) => Client("text/html,application/xhtml+xml,*/*;q=0.8", language);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static T Once<T>(T options)
        where T : ClientOptions
    {
        options.Retry.MaxRetries = 0;
        return options;
    }
}
