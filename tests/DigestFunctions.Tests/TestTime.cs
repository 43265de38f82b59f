using NodaTime;

namespace DigestFunctions.Tests;

/// <summary>The system's clock, set otherwise: it goes on from there, or stands still. Timers are the system's.</summary>
internal sealed class TestTime : TimeProvider
{
    private readonly Lock gate = new();
    private TimeSpan offset;
    private DateTimeOffset? stopped;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return stopped ?? System.GetUtcNow() + offset;
    }

    public void Set(DateTimeOffset now)
    {
        lock (gate)
            (offset, stopped) = (now - System.GetUtcNow(), stopped is null ? null : now);
    }

    /// <summary>So long is over at once: a person looks at a page, say.</summary>
    public void Pass(Duration time)
    {
        lock (gate)
            Set(GetUtcNow() + time.ToTimeSpan());
    }

    /// <summary>However slow the machine is, no time passes but what is said to.</summary>
    public void Stop() => stopped = GetUtcNow();

    public void GoOn()
    {
        lock (gate)
            (offset, stopped) = (GetUtcNow() - System.GetUtcNow(), null);
    }
}
