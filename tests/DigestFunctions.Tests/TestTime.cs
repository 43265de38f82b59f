using NodaTime;

namespace DigestFunctions.Tests;

/// <summary>The system's clock, set otherwise: it goes on from there, or stands still. Timers are the system's, or held.</summary>
internal sealed class TestTime : TimeProvider
{
    private readonly Lock gate = new();
    private TimeSpan offset;
    private DateTimeOffset? stopped;
    private volatile bool holdsTimers;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return stopped ?? System.GetUtcNow() + offset;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, holdsTimers ? Timeout.InfiniteTimeSpan : dueTime, period);

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

    /// <summary>No timer that is set from now on goes off: what is waited for only so long may take as long as the machine does.</summary>
    public void HoldTimers() => holdsTimers = true;
}
