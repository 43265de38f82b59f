using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Core.Operations.Explaining;

/// <summary>What is known of one address, and of some of its digests or reminders.</summary>
/// <param name="Subscriber">Null if there is none of that id.</param>
/// <param name="Pause">Whether, and why, nothing is sent to anybody.</param>
/// <param name="Runs">Newest first.</param>
/// <param name="Older">Where those before these begin; null where the year is over.</param>
internal sealed record Explanation(
    SubscriberId Id, Subscriber? Subscriber, Suppression? Suppression, SendingPause? Pause, IReadOnlyList<RunExplained> Runs, IssueId? Older);

/// <summary>What became, or will become, of one digest or reminder of a subscriber.</summary>
/// <param name="Run">The run that should have it.</param>
internal sealed record RunExplained(RunId Run, Fate Fate);

/// <summary>Why somebody got, or didn't get, an issue's digest.</summary>
internal abstract record Fate
{
    private Fate()
    {
    }

    /// <summary>It is in a batch: what the ledger says of that, and of her place in it.</summary>
    /// <param name="Name">The batch's key in the run.</param>
    /// <param name="Attempts">How often it was claimed.</param>
    /// <param name="IsOut">Whether the provider refused her address.</param>
    /// <param name="IsAbsent">Whether her entry was gone when the batch was handed over.</param>
    /// <param name="WhyStopped">Why its whole run is stopped, if it is: another batch was refused for a fault of ours.</param>
    internal sealed record InBatch(string Name, BatchState State, int Attempts, bool IsOut, bool IsAbsent, Evidence Evidence, string? WhyStopped) : Fate;

    /// <summary>The welcome mail had its tip, and counted as its digest.</summary>
    internal sealed record Welcomed(Instant At) : Fate;

    /// <summary>Its time hasn't come.</summary>
    internal sealed record NotYetDue : Fate;

    /// <summary>The run is planned, and her part of it not decided yet.</summary>
    internal sealed record NotYetDecided(Instant PlannedAt) : Fate;

    /// <summary>The run came too late to be planned, and was skipped.</summary>
    internal sealed record RunLate : Fate;

    /// <summary>The run was decided, and she wasn't in the slot.</summary>
    internal sealed record NotInRun : Fate;

    /// <summary>There was no run, though its time is past.</summary>
    internal sealed record NoRun : Fate;

    /// <summary>Not hers: before the first issue that she may get.</summary>
    internal sealed record BeforeFirst(IssueId First) : Fate;

    internal sealed record Paused(LocalDate Until) : Fate;

    /// <summary>Before what she is now, she had paused; or had left, or was suppressed, and has come back since.</summary>
    internal sealed record WasAway(bool HadPaused) : Fate;

    /// <summary>A reminder at the very moment of her digest, which doesn't come.</summary>
    internal sealed record WithDigest : Fate;

    /// <summary>She had answered that she tried it, or that it is too much: she is left in peace with it.</summary>
    internal sealed record Answered(IssueId Practice, CheckInAnswer Answer) : Fate;

    internal sealed record NotConfirmed : Fate;

    /// <summary>It was due before she subscribed; since then she has left, or was suppressed.</summary>
    internal sealed record BeforeComing(Instant At) : Fate;

    /// <summary>It was due before she changed her address to this one.</summary>
    internal sealed record AtOtherAddress(Instant Until) : Fate;

    internal sealed record AfterLeaving(Instant At) : Fate;

    internal sealed record WhileSuppressed(Instant At) : Fate;

    /// <summary>A row of the ledger can't be read.</summary>
    internal sealed record Unreadable(string Row) : Fate;
}

/// <summary>What the provider's events said of one mail.</summary>
internal readonly record struct Evidence(
    bool Processed, bool Delivered, bool Deferred, bool Bounced, bool SoftBounced, bool Dropped, bool Complained, bool Unsubscribed)
{
    public static Evidence Of(BatchEvents events, int member) => new(
        events.Processed[member],
        events.Delivered[member],
        events.Deferred[member],
        events.Bounced[member],
        events.SoftBounced[member],
        events.Dropped[member],
        events.Complained[member],
        events.Unsubscribed[member]);
}
