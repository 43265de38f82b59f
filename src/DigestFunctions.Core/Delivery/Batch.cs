using Azure;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Core.Delivery;

/// <summary>
/// The recipients of one range and one variant: one call to the provider. Its members are frozen when the
/// range is decided; how far it got is its state.
/// </summary>
/// <param name="Attempts">How often it was claimed.</param>
internal sealed record Batch(
    RunId Run,
    IdRange Range,
    int Index,
    Variant Variant,
    IReadOnlyList<SubscriberId> Members,
    int Attempts,
    BatchState State,
    ETag ETag)
{
    /// <summary>The most recipients that one call to the provider takes.</summary>
    public const int MaxSize = 1_000;

    public string Key => LedgerKeys.Batch(Range, Index, Variant);
}

/// <summary>How far a batch got. Each step is written before the next is taken.</summary>
internal abstract record BatchState
{
    private BatchState()
    {
    }

    /// <summary>To be sent: not yet tried, or certainly not taken.</summary>
    internal sealed record Planned : BatchState;

    /// <summary>Someone is sending it, and nobody else may before the lease, and a margin, is over.</summary>
    internal sealed record Claimed(string ProviderBatchId, Instant SendAt, Instant LeaseUntil) : BatchState;

    /// <summary>The provider took it. Whose entry was gone by then (left, say) got nothing.</summary>
    internal sealed record Accepted(string ProviderBatchId, Instant SendAt, Instant At, int Sent, MemberSet Absent) : BatchState;

    /// <summary>Nobody can know whether the provider took it. Not sent again: missed rather than doubled.</summary>
    internal sealed record Held(string ProviderBatchId, Instant SendAt, string Why) : BatchState;

    /// <summary>The provider refused it, and the fault is ours.</summary>
    internal sealed record Blocked(string Why) : BatchState;

    /// <summary>Its time was too long ago when it came to be sent.</summary>
    internal sealed record Late : BatchState;
}

/// <summary>Some of a batch's members, by their index: a bit each.</summary>
internal sealed class MemberSet(byte[] bits)
{
    public byte[] Bits => bits;

    public bool this[int index] => index / 8 < bits.Length && (bits[index / 8] & (1 << (index % 8))) != 0;

    public static MemberSet Of(int size, IEnumerable<int> indexes)
    {
        var bits = new byte[(size + 7) / 8];
        foreach (var index in indexes)
            bits[index / 8] |= (byte)(1 << (index % 8));
        return new MemberSet(bits);
    }
}
