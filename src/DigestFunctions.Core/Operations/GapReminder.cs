using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DigestFunctions.Core.Operations;

/// <summary>Says once, when the service has started, which settings are missing or doubtful, and what doesn't work for it.</summary>
internal sealed partial class GapReminder(SettingGaps gaps, ILogger<GapReminder> logger) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (var gap in gaps.All)
            Gap(gap.Setting, gap.What, gap.Remedy);
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(401, LogLevel.Warning, "{Setting}: {What} {Remedy}")]
    private partial void Gap(string setting, string what, string remedy);
}
