using System.Runtime.InteropServices;
using DigestFunctions.Core.Storage;
using SendGridEmulator;
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
        var time = new DemoTime();
        await using var azurite = IsGiven(given, Names.Connection) ? null : await AzuriteAsync(workplace, stopping);
        await using var emulator = IsGiven(given, "SendGrid:BaseUrl") ? null : await EmulatorAsync(workplace, options, time, stopping);

        var inbox = emulator is null ? new Uri(given["SendGrid:BaseUrl"]!) : LocalService.AddressOf(emulator);
        var settings = await LocalSettings.DefaultsAsync(workplace, options.Port, inbox, stopping);
        if (azurite is not null)
            settings[Names.Connection] = azurite.ConnectionString;

        var names = options.Demo ? Demo.FreshNames() : new Names();
        await using var service = LocalService.Build(options.Port, settings, fromEnvironment: true, options.Demo ? LogLevel.Warning : LogLevel.Information, services =>
        {
            services.AddSingleton<TimeProvider>(time);
            services.AddSingleton(names);
            services.AddSingleton<TimerPump>();
        });
        var store = service.Services.GetRequiredService<Store>();
        var timers = service.Services.GetRequiredService<TimerPump>();
        try
        {
            await service.StartWithStoreAsync(stopping);
            if (options.Demo)
            {
                var succeeded = await new Demo(service, inbox, time).RunAsync(stopping);
                if (options.Once)
                    return succeeded ? 0 : 1;
            }

            // Not before: the demo plans by itself, with its own clock.
            await timers.StartAsync(stopping);
            Greet(LocalService.AddressOf(service), inbox);
            await service.WaitForShutdownAsync(stopping);
            return 0;
        }
        finally
        {
            await timers.StopAsync(CancellationToken.None);
            await service.StopAsync(CancellationToken.None);
            if (options.Demo)
                await store.DeleteAsync(CancellationToken.None);
            if (emulator is not null)
                await emulator.StopAsync(CancellationToken.None);
        }
    }

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
            },
            time);
        try
        {
            await emulator.StartAsync(stopping);
            return emulator;
        }
        catch (IOException taken) when (taken.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new LocalProblemException(
                $"The port {options.InboxPort} is in use by another program: end that one, choose another with --inbox-port, or give an emulator by the setting SendGrid__BaseUrl.");
        }
    }

    // Also where it is a section, as with Data:tableServiceUri.
    private static bool IsGiven(IConfiguration given, string setting) => given.GetSection(setting).Exists();

    private static void Greet(Uri form, Uri inbox)
    {
        AnsiConsole.WriteLine($"The form:   {form}");
        AnsiConsole.WriteLine($"The inbox:  {inbox}");
        AnsiConsole.WriteLine("Ctrl-C ends all of it; what is stored stays in .data/.");
    }

    private static void Say(string what) => AnsiConsole.WriteLine(what);
}
