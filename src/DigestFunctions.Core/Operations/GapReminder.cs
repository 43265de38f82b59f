using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DigestFunctions.Core.Operations;

/// <summary>Says once, when the service starts, which settings are missing or doubtful, and what doesn't work for it.</summary>
internal sealed partial class GapReminder(SettingGaps gaps, ILogger<GapReminder> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var gap in gaps.All)
            Gap(gap.Setting, gap.What, gap.Remedy);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(401, LogLevel.Warning, "{Setting}: {What} {Remedy}")]
    private partial void Gap(string setting, string what, string remedy);
}
