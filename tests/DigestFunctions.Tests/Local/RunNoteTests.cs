using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Storage;
using DigestFunctions.Local;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DigestFunctions.Tests.Local;

/// <summary>What commands know of the local run that is under way.</summary>
public sealed class RunNoteTests(SharedAzurite azurite) : IDisposable
{
    private const string Inbox = "http://localhost:9072/";
    private const string OwnStore = "UseDevelopmentStorage=true";
    private readonly Workplace workplace = new(Directory.CreateTempSubdirectory("digest-run-").FullName);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_it_runs_commands_ask_where_its_provider_is_and_by_its_key()
    {
        await using (await RunAsync(OwnStore))
        {
            var (settings, isKnown) = await SettingsAsync();
            Assert.Equal((Inbox, "its key", "http://localhost:9071", OwnStore, true), (settings["SendGrid:BaseUrl"], settings["SendGrid:WebhookPublicKey"], settings["Links:BaseUrl"], settings["Data"], isKnown));
        }

        var (later, isKnownLater) = await SettingsAsync();
        Assert.Equal(("http://localhost:7072", false), (later["SendGrid:BaseUrl"], isKnownLater));
        Assert.DoesNotContain("SendGrid:WebhookPublicKey", later.Keys);
    }

    [Fact]
    public async Task What_a_crash_left_does_not_count_and_is_taken_away()
    {
        await using (var held = await RunAsync(OwnStore))
            await held.CrashAsync();

        Assert.False((await SettingsAsync()).IsProviderKnown);
        Assert.False(File.Exists(workplace.InData("run.json")));
    }

    [Fact]
    public async Task Another_store_is_not_its_own_and_what_the_environment_says_wins()
    {
        await using var run = await RunAsync(OwnStore);

        Assert.False((await SettingsAsync(storage: "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=bm9uZQ==;TableEndpoint=http://127.0.0.1:9/a;QueueEndpoint=http://127.0.0.1:9/a")).IsProviderKnown);
        Assert.True((await SettingsAsync(storage: "sadigestprod")).IsProviderKnown);
        Assert.Equal("http://localhost:5", (await SettingsAsync(given: ("SendGrid:BaseUrl", "http://localhost:5"))).Settings["SendGrid:BaseUrl"]);
    }

    [Fact]
    public async Task The_connection_of_a_store_that_is_not_its_own_is_not_written_down()
    {
        const string Secret = "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net";
        await using var run = await RunAsync(Secret, isOwn: false);

        Assert.DoesNotContain("c2VjcmV0", await File.ReadAllTextAsync(workplace.InData("run.json"), Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_known_from_here_is_no_warning_and_no_doubt()
    {
        var settings = TestApp.Settings(azurite.ConnectionString, new Uri("http://localhost:1"));
        settings.Remove("SendGrid:WebhookPublicKey");
        using var output = new StringWriter();

        var (warnings, checks) = (Array.Empty<Warning>() as IReadOnlyList<Warning>, Array.Empty<Check>() as IReadOnlyList<Check>);
        await StoreCommand.RunAsync(
            settings, new CommandOutput(output, IsJson: false), async session =>
            {
                warnings = Warnings.Of(await session.Get<TodayReader>().ReadAsync(Cancellation));
                checks = await session.Get<Preflight>().RunAsync(Cancellation);
                return ExitStatus.Done;
            }, Cancellation, services =>
            {
                services.AddSingleton(new Names("n" + Guid.NewGuid().ToString("n")[..20]));
                StoreCommand.WithoutProvider(services);
            });

        Assert.DoesNotContain(warnings, warning => warning.What.Contains("SendGrid", StringComparison.Ordinal));
        Assert.Equal(["SendGrid", "Events"], checks.Where(check => check.Result is CheckResult.Unknown).Select(check => check.Name));
        Assert.DoesNotContain(checks, check => check.Result is CheckResult.Bad or CheckResult.Doubtful);
        Assert.Equal("Ready, as far as can be known from here.", Preflight.Verdict(checks));
    }

    public void Dispose() => Directory.Delete(workplace.Root, recursive: true);

    private async Task<Run> RunAsync(string data, bool isOwn = true)
    {
        var held = Exclusive.TryEnter(RunNote.LockIn(workplace))!;
        var settings = Configuration(("Data", data), ("SendGrid:BaseUrl", Inbox), ("SendGrid:WebhookPublicKey", "its key"), ("Links:BaseUrl", "http://localhost:9071"));
        return new Run(held, await RunNote.LeaveAsync(workplace, settings, isOwn ? data : null, Cancellation));
    }

    private Task<(Dictionary<string, string?> Settings, bool IsProviderKnown)> SettingsAsync(string? storage = null, params (string Name, string Value)[] given) =>
        StoreCommand.SettingsAsync(workplace, Configuration(given), storage, Cancellation);

    private static IConfigurationRoot Configuration(params (string Name, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(each => each.Name, string? (each) => each.Value)).Build();

    private sealed class Run(Exclusive held, RunNote note) : IAsyncDisposable
    {
        private bool hasCrashed;

        public async Task CrashAsync()
        {
            hasCrashed = true;
            await held.DisposeAsync();
        }

        public async ValueTask DisposeAsync()
        {
            if (hasCrashed)
                return;
            await note.DisposeAsync();
            await held.DisposeAsync();
        }
    }
}
