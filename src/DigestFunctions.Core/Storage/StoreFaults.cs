using Azure;
using Azure.Identity;

namespace DigestFunctions.Core.Storage;

/// <summary>Tells a store that is away, or refuses us, from faults of our own.</summary>
internal static class StoreFaults
{
    public static bool IsAway(Exception failure) => failure switch
    {
        RequestFailedException or AuthenticationFailedException or TimeoutException => true,
        // The SDK's own time-out of a call; whether somebody cancelled, the caller knows.
        OperationCanceledException => true,
        AggregateException several => several.Flatten().InnerExceptions.All(IsAway),
        _ => false,
    };
}
