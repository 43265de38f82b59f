using System.Reflection;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace DigestFunctions.Core.Telemetry;

/// <summary>Which figures, traces and logs leave the process, and where to.</summary>
internal static class TelemetryExport
{
    private const string ServiceName = "empathy-digest";

    // How long calls take, by host and status and never by path: those of the provider, and of the store.
    private const string HttpMeter = "System.Net.Http";

    public static MeterProviderBuilder AddFigures(this MeterProviderBuilder figures) => figures.AddMeter(Signals.Name, HttpMeter);

    /// <param name="insights">Where to; nothing leaves if null.</param>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, InsightsConnection? insights)
    {
        if (insights is null)
            return services;

        // A scope of ASP.NET Core's holds the path, and with it a token.
        services.Configure<OpenTelemetryLoggerOptions>(logs => (logs.IncludeScopes, logs.IncludeFormattedMessage) = (false, true));
        services.AddLogging(logging => logging
            .AddFilter<OpenTelemetryLoggerProvider>(category: null, LogLevel.Warning)
            .AddFilter<OpenTelemetryLoggerProvider>(nameof(DigestFunctions), LogLevel.Information));
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(ServiceName, serviceVersion: Version))
            .WithMetrics(figures => figures.AddFigures())
            // Our own spans and no others: those of HTTP and of the store's SDK hold paths, and with them tokens and addresses.
            .WithTracing(traces => traces.AddSource(Signals.Name))
            .UseAzureMonitorExporter(exporter =>
            {
                exporter.ConnectionString = insights.Text;
                // A trace is a run or a mail: few enough to have all of them, and their logs.
                exporter.TracesPerSecond = null;
                exporter.SamplingRatio = 1;
                exporter.EnableTraceBasedLogsSampler = false;
                exporter.EnableLiveMetrics = false;
            });
        return services;
    }

    private static string? Version => typeof(TelemetryExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
}
