using NodaTime;

namespace DigestFunctions.Core.Delivery;

/// <summary>One try at handing a batch over.</summary>
/// <param name="ProviderBatchId">Made for this try alone: by it, what was sent can be cancelled.</param>
/// <param name="SendAt">When the provider is to let it go.</param>
/// <param name="Absent">Members whose entry was gone by then (left, say): they get nothing.</param>
internal sealed record Attempt(string ProviderBatchId, Instant SendAt, MemberSet Absent);

/// <summary>How far a batch got. Each step is written before the next is taken.</summary>
internal abstract record BatchState
{
    private BatchState()
    {
    }

    /// <summary>To be sent: not yet tried, or certainly not taken. Then it says why.</summary>
    internal sealed record Planned(string Why = "") : BatchState;

    /// <summary>Someone is sending it, and nobody else may before the lease, and a margin, is over.</summary>
    internal sealed record Claimed(Attempt Attempt, Instant LeaseUntil) : BatchState;

    /// <summary>The provider took it.</summary>
    internal sealed record Accepted(Attempt Attempt, Instant At) : BatchState;

    /// <summary>The provider took it, and an event of this very attempt proves it.</summary>
    internal sealed record Proven(Attempt Attempt, Instant At) : BatchState;

    /// <summary>Nobody knows yet whether the provider took it: to be found out.</summary>
    internal sealed record Unknown(Attempt Attempt, string Why) : BatchState;

    /// <summary>It is being cancelled, so that it can be planned anew. Whatever the provider still answers to the attempt no longer counts.</summary>
    internal sealed record Cancelling(Attempt Attempt, string Why) : BatchState;

    /// <summary>Nobody could find out whether the provider took it. Not sent again, unless the operator says so: missed rather than doubled.</summary>
    /// <param name="IsLetBe">Whether the operator has decided to leave it so.</param>
    internal sealed record Held(Attempt Attempt, string Why, bool IsLetBe = false) : BatchState;

    /// <summary>The provider refused it, and the fault is ours.</summary>
    /// <param name="IsLetBe">Whether the operator has decided to leave it so.</param>
    internal sealed record Blocked(string Why, bool IsLetBe = false) : BatchState;

    /// <summary>Its time was too long ago when it came to be sent.</summary>
    internal sealed record Late : BatchState;

    /// <summary>Nobody was left of it to send to.</summary>
    internal sealed record Empty : BatchState;

    /// <summary>Two batches took its place, of half its members each: someone in it is refused, and nobody says who.</summary>
    internal sealed record Halved : BatchState;
}
