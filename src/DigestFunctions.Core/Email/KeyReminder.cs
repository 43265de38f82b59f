using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DigestFunctions.Core.Email;

/// <summary>Says at start that nothing will be sent, where there is no key to send with.</summary>
internal sealed partial class KeyReminder(SendGridOptions options, ILogger<KeyReminder> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.ApiKey.Length == 0)
            NoKey();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(401, LogLevel.Warning, "SendGrid:ApiKey is not set: nothing is sent until it is.")]
    private partial void NoKey();
}
