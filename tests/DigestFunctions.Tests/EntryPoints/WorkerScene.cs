using DigestFunctions.Local;
using Microsoft.AspNetCore.Builder;
using SendGridEmulator;
using WorkerHost;
using Xunit;

namespace DigestFunctions.Tests.EntryPoints;

/// <summary>The real worker process of the Functions app under the stand-in of the host, with a store and an emulator of its own.</summary>
public sealed class WorkerScene : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("digest-worker-").FullName;
    private Azurite? azurite;
    private WebApplication? emulator;

    internal StandIn Host { get; private set; } = null!;

    internal HttpClient Http { get; private set; } = null!;

    internal IReadOnlyList<string> Secrets { get; private set; } = [];

    /// <summary>The emulator.</summary>
    internal HttpClient Provider { get; private set; } = null!;

    /// <summary>Where the app's messages are.</summary>
    internal Azure.Storage.Queues.QueueServiceClient Queues { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (!WorkerApp.IsReal)
            return;
        azurite = await Azurite.StartAsync(new NodeTools(Workplace.Find()), folder, Console.Error.WriteLine, CancellationToken.None);
        emulator = EmulatorHost.Build(new EmulatorOptions { DeliverAtOnce = true }, TimeProvider.System);
        await emulator.StartAsync();
        Provider = new HttpClient { BaseAddress = EmulatorHost.AddressOf(emulator) };
        Queues = new(azurite.ConnectionString);
        var settings = TestApp.Settings(azurite.ConnectionString, Provider.BaseAddress);
        Secrets = TestApp.SecretsOf(settings);
        Host = await StandIn.StartAsync(WorkerApp.Folder, settings, CancellationToken.None);
        Http = new HttpClient { BaseAddress = Host.Address };
        // It makes its tables and queues meanwhile.
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!(await Http.GetAsync(new Uri("health/ready", UriKind.Relative), patience.Token)).IsSuccessStatusCode)
            await Task.Delay(50, patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        Provider?.Dispose();
        if (Host is not null)
            await Host.DisposeAsync();
        if (emulator is not null)
            await emulator.DisposeAsync();
        if (azurite is not null)
            await azurite.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
