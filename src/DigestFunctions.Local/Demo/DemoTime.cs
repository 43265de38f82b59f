namespace DigestFunctions.Local;

/// <summary>The system's clock, set otherwise: the demo begins a week ago.</summary>
internal sealed class DemoTime : TimeProvider
{
    private TimeSpan offset;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + offset;

    public void Set(DateTimeOffset now) => offset = now - System.GetUtcNow();

    public void Reset() => offset = TimeSpan.Zero;
}
