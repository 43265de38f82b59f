using System.Numerics;

namespace DigestFunctions.Core.Delivery;

/// <summary>Some of a batch's members, by their index: a bit each.</summary>
internal sealed class MemberSet(byte[] bits)
{
    public static MemberSet None { get; } = new([]);

    public byte[] Bits => bits;

    public int Count { get; } = bits.Sum(some => BitOperations.PopCount(some));

    public bool this[int index] => index / 8 < bits.Length && (bits[index / 8] & (1 << (index % 8))) != 0;

    public static MemberSet Of(params IEnumerable<int> indexes)
    {
        var bits = new byte[(Batch.MaxSize + 7) / 8];
        var length = 0;
        foreach (var index in indexes)
        {
            bits[index / 8] |= (byte)(1 << (index % 8));
            length = Math.Max(length, (index / 8) + 1);
        }

        return length == 0 ? None : new MemberSet(bits[..length]);
    }

    public MemberSet Or(MemberSet other)
    {
        var (longer, shorter) = bits.Length >= other.Bits.Length ? (bits, other.Bits) : (other.Bits, bits);
        var both = longer.ToArray();
        for (var i = 0; i < shorter.Length; i++)
            both[i] |= shorter[i];
        return new MemberSet(both);
    }

    /// <summary>Whether all of the other are in this one.</summary>
    public bool Holds(MemberSet other)
    {
        for (var i = 0; i < other.Bits.Length; i++)
        {
            if ((other.Bits[i] & ~(i < bits.Length ? bits[i] : 0)) != 0)
                return false;
        }

        return true;
    }
}
