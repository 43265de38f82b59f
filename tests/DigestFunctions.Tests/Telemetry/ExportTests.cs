using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Trace;
using Xunit;

namespace DigestFunctions.Tests.Telemetry;

/// <summary>That nothing leaves for Application Insights unless it is asked for.</summary>
[Collection(Alone.Name)]
public sealed class ExportTests(SharedAzurite azurite)
{
    [Fact]
    public async Task Without_the_setting_nothing_is_exported()
    {
        await using var app = await TestApp.StartAsync(azurite);

        Assert.Null(app.Services.GetService(typeof(TracerProvider)));
        Assert.DoesNotContain(app.Services.GetService(typeof(IEnumerable<ILoggerProvider>)) as IEnumerable<ILoggerProvider> ?? [], provider => provider is OpenTelemetryLoggerProvider);
    }
}
