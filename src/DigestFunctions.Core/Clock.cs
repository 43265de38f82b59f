using NodaTime;

namespace DigestFunctions.Core;

internal static class Clock
{
    extension(TimeProvider time)
    {
        /// <summary>Now, as an instant.</summary>
        public Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());
    }
}
