using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Delivery;

/// <summary>Suppresses whom the provider refuses by name, with its words.</summary>
internal sealed class BadRecipients(Suppressions suppressions, TimeProvider time)
{
    public async Task SuppressAsync(Batch batch, IReadOnlyList<BadRecipient> bad, CancellationToken cancellation)
    {
        var now = time.Now;
        foreach (var one in bad)
            await suppressions.SuppressAsync(batch.Members[one.Index], SuppressionReason.Refused, one.Why, now, cancellation);
    }
}
