using DigestFunctions.Core.Email;
using Microsoft.Extensions.Logging;

namespace DigestFunctions.Core.Delivery;

/// <summary>Suppresses whom the provider refuses by name, with its words.</summary>
internal sealed partial class BadRecipients(ILogger<BadRecipients> logger)
{
    public Task SuppressAsync(Batch batch, IReadOnlyList<BadRecipient> bad, CancellationToken cancellation)
    {
        foreach (var one in bad)
            Suppressed(batch.Members[one.Index].ToString(), batch.Run, one.Why);
        return Task.CompletedTask;
    }

    [LoggerMessage(240, LogLevel.Warning, "Suppressed subscriber {Subscriber}, whom the provider refused in {Run}: {Why}")]
    private partial void Suppressed(string subscriber, Schedule.RunId run, string why);
}
