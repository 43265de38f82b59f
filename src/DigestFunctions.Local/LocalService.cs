using Azure.Core.Pipeline;
using DigestFunctions.Core;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Telemetry;
using DigestFunctions.Core.Web;
using Microsoft.AspNetCore.Hosting.Server.Features;
using OpenTelemetry.Metrics;

namespace DigestFunctions.Local;

/// <summary>The same service as on Azure, in one process: Core's handlers on Kestrel, timers and queues pumped.</summary>
internal static class LocalService
{
    /// <param name="port">0 for any that is free.</param>
    /// <param name="settings">On top of which the environment's win, where <paramref name="fromEnvironment"/>.</param>
    public static WebApplication Build(
        int port,
        IReadOnlyDictionary<string, string?> settings,
        bool fromEnvironment,
        HttpPipelineTransport? storeTransport = null,
        LogLevel detail = LogLevel.Information,
        Action<IServiceCollection>? also = null)
    {
        // Of the command line and of appsettings.json nothing is read: settings are the environment's.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(settings);
        if (fromEnvironment)
            builder.Configuration.AddEnvironmentVariables();
        builder.WebHost.ConfigureKestrel(server =>
        {
            if (port == 0)
                server.Listen(System.Net.IPAddress.Loopback, port);
            else
                server.ListenLocalhost(port);
        });
        ConfigureLogging(builder.Logging, detail);

        // What is under way when we stop is finished: a provider's answer can take a minute. All are told at once, since
        // else the queues would be worked on for as long as somebody's request takes.
        builder.Services.Configure<HostOptions>(host => (host.ShutdownTimeout, host.ServicesStopConcurrently) = (TimeSpan.FromSeconds(75), true));
        var bell = new QueueBell(storeTransport ?? HttpClientTransport.Shared);
        builder.Services.AddEmpathyDigest(builder.Configuration, bell);
        builder.Services.AddSingleton(bell);
        builder.Services.AddHostedService<QueuePump>();
        builder.Services.AddOpenTelemetry().WithMetrics(figures => figures.AddFigures().AddPrometheusExporter());
        also?.Invoke(builder.Services);

        var app = builder.Build();
        Routes.Map(app);
        app.MapPrometheusScrapingEndpoint();
        return app;
    }

    /// <summary>Starts it with its tables made, so that nobody comes too soon.</summary>
    public static async Task StartWithStoreAsync(this WebApplication app, CancellationToken cancellation)
    {
        await app.Services.GetRequiredService<Store>().CreateAsync(cancellation);
        await app.StartAsync(cancellation);
    }

    public static Uri AddressOf(WebApplication app) =>
        new(app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.First());

    private static void ConfigureLogging(ILoggingBuilder logging, LogLevel detail)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        });
        logging.AddFilter(null, LogLevel.Warning);
        logging.AddFilter("DigestFunctions", detail);
        logging.AddFilter("Azure", LogLevel.None);

        // That it could not start, the one sentence on the console says, without a stack trace.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal", LogLevel.Critical);
    }
}
