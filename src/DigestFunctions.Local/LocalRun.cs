using System.Globalization;
using System.Runtime.InteropServices;
using Azure.Core.Pipeline;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Storage;
using Microsoft.AspNetCore.Connections;
using NodaTime;
using SendGridEmulator;
using SendGridEmulator.Events;
using Spectre.Console;

namespace DigestFunctions.Local;

/// <summary>One run on one machine: store, emulator, service; then until it is told to stop.</summary>
internal static class LocalRun
{
    /// <returns>The process's exit status.</returns>
    public static async Task<int> RunAsync(LocalOptions options, CancellationToken cancellation)
    {
        // A closed terminal is a Ctrl-C.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var hangUp = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            stopping.Cancel();
        });
        try
        {
            return await RunUntilAsync(options, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return 130;
        }
    }

    private static async Task<int> RunUntilAsync(LocalOptions options, CancellationToken stopping)
    {
        var workplace = Workplace.Find();
        var given = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var (ownStore, ownProvider) = (!IsGiven(given, Names.Connection), !IsGiven(given, "SendGrid:BaseUrl"));
        await using var alone = ownStore || ownProvider ? Alone(workplace) : null;
        var time = new DemoTime();
        await using var emulator = ownProvider ? await EmulatorAsync(workplace, options, time, stopping) : null;
        await using var azurite = ownStore ? await AzuriteAsync(workplace, stopping) : null;

        var settings = await LocalSettings.DefaultsAsync(workplace, options.Port, stopping);
        if (azurite is not null)
        {
            settings[Names.Connection] = azurite.ConnectionString;
            if (azurite.IsOurs && options.Demo)
                await Demo.ForgetEarlierAsync(azurite.ConnectionString, stopping);
        }

        if (emulator is not null)
        {
            settings["SendGrid:BaseUrl"] = EmulatorHost.AddressOf(emulator).ToString();
            settings["SendGrid:WebhookPublicKey"] = emulator.Services.GetRequiredService<Webhook>().PublicKey;
        }

        // Ours, and closed before Azurite ends, which else would wait for the connections.
        using var transport = new HttpClientTransport(new HttpClient());
        await using var service = LocalService.Build(
            options.Port, settings, fromEnvironment: true, transport, options.Demo ? LogLevel.Warning : LogLevel.Information, services =>
            {
                services.AddSingleton<TimeProvider>(time);
                services.AddSingleton(options.Demo ? Demo.FreshNames() : new Names());
                services.AddSingleton(options);
                services.AddSingleton<TimerPump>();
                if (options.Hurry)
                    services.AddSingleton(new SwitchOptions(Duration.FromSeconds(1)));
            });
        // A run that holds no lock has nothing that a command can't know by itself.
        await using var note = alone is null ? null : await RunNote.LeaveAsync(workplace, service.Configuration, azurite?.ConnectionString, stopping);
        return await RunServiceAsync(service, options, time, stopping);
    }

    private static async Task<int> RunServiceAsync(
        WebApplication service, LocalOptions options, DemoTime time, CancellationToken stopping)
    {
        var inbox = service.Services.GetRequiredService<SendGridOptions>().BaseUrl;
        var timers = service.Services.GetRequiredService<TimerPump>();
        try
        {
            await StartAsync(service.StartWithStoreAsync(stopping), options.Port, "--port");
            if (options.Demo)
            {
                var succeeded = await new Demo(service, inbox, time).RunAsync(stopping);
                if (options.Once)
                    return succeeded ? 0 : 1;
            }

            // Not before: the demo plans by itself, with its own clock.
            await timers.StartAsync(stopping);
            AnsiConsole.WriteLine($"The form:   {LocalService.AddressOf(service)}");
            AnsiConsole.WriteLine($"The inbox:  {inbox}");
            AnsiConsole.WriteLine($"Operate:    {new Uri(LocalService.AddressOf(service), "operate")}");
            AnsiConsole.WriteLine($"Its key:    {service.Configuration["Operate:Key"]}");
            AnsiConsole.WriteLine($"Figures:    {new Uri(LocalService.AddressOf(service), "metrics")}");
            AnsiConsole.WriteLine(options.Demo ? "Ctrl-C ends all of it, and the demo's data goes." : "Ctrl-C ends all of it; what is stored stays in .data/.");
            await service.WaitForShutdownAsync(stopping);
            return 0;
        }
        finally
        {
            await timers.StopAsync(CancellationToken.None);
            await service.StopAsync(CancellationToken.None);
            if (options.Demo)
                await service.Services.GetRequiredService<Store>().DeleteAsync(CancellationToken.None);
        }
    }

    // Two runs that share a store and an inbox of their own would end them for each other.
    private static Exclusive Alone(Workplace workplace) =>
        Exclusive.TryEnter(RunNote.LockIn(workplace))
        ?? throw new LocalProblemException(
            "Another local run is under way in this folder: end that one first, or give this one a store and a provider by the settings Data and SendGrid__BaseUrl.");

    private static Task<Azurite> AzuriteAsync(Workplace workplace, CancellationToken stopping) =>
        Azurite.FindOrStartAsync(new NodeTools(workplace), workplace.InData("azurite", ""), Say, stopping);

    private static async Task<WebApplication> EmulatorAsync(
        Workplace workplace, LocalOptions options, DemoTime time, CancellationToken stopping)
    {
        var emulator = EmulatorHost.Build(
            new EmulatorOptions
            {
                Port = options.InboxPort,
                DataFolder = options.Demo ? null : workplace.InData("emulator", ""),
                DeliverAtOnce = true,
                WebhookUrl = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{options.Port}/webhooks/sendgrid")),
            },
            time);
        await StartAsync(emulator.StartAsync(stopping), options.InboxPort, "--inbox-port");
        return emulator;
    }

    private static async Task StartAsync(Task starting, int port, string option)
    {
        try
        {
            await starting;
        }
        catch (Exception away) when (StoreFaults.IsAway(away) && away is not OperationCanceledException)
        {
            throw new LocalProblemException("The store that the setting Data names does not answer: start it, or leave Data out for an Azurite of our own.");
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException)
        {
            throw new LocalProblemException(
                $"The port {port} is in use by another program: end that one, or choose another port with {option}.");
        }
    }

    // Also where it is a section, as with Data:tableServiceUri.
    private static bool IsGiven(IConfiguration given, string setting) => given.GetSection(setting).Exists();

    private static void Say(string what) => AnsiConsole.WriteLine(what);
}
