using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DigestFunctions.Core.Operations;

/// <summary>Says once, when the service has started, which settings are missing or doubtful, and what doesn't work for it.</summary>
/// <remarks>Not before: what could not start has one thing to say, and it is another.</remarks>
internal sealed partial class GapReminder(SettingGaps gaps, IHostApplicationLifetime lifetime, ILogger<GapReminder> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(Remind);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Remind()
    {
        foreach (var gap in gaps.All)
            Gap(gap.Setting, gap.What, gap.Remedy);
    }

    [LoggerMessage(401, LogLevel.Warning, "{Setting}: {What} {Remedy}")]
    private partial void Gap(string setting, string what, string remedy);
}
