using System.Text;

namespace MemoryStore.Tables;

/// <summary>
/// What a condition says of the keys: the partition, and where in each partition to begin and to end. So a
/// range is read without looking at what lies beside it.
/// </summary>
/// <param name="From">The first row key that can hold, included.</param>
/// <param name="Through">The last one, included; without end if null.</param>
internal sealed record KeyBounds(string? Partition, byte[] From, byte[]? Through)
{
    private static readonly KeyBounds Everything = new(null, [], null);

    public static KeyBounds Of(Filter? filter) => filter switch
    {
        Filter.And(var left, var right) => Of(left).And(Of(right)),
        Filter.Compare("PartitionKey", Comparison.Equal, string key) => Everything with { Partition = key },
        Filter.Compare("RowKey", var comparison, string key) => OfRow(comparison, Encoding.UTF8.GetBytes(key)),
        _ => Everything,
    };

    public bool IsBeyond(in Row row) => Through is not null && row.Key.SequenceCompareTo(Through) > 0;

    // Bounds may be too wide: the condition itself is asked, too.
    private static KeyBounds OfRow(Comparison comparison, byte[] key) => comparison switch
    {
        Comparison.Equal => Everything with { From = key, Through = key },
        Comparison.Less or Comparison.LessOrEqual => Everything with { Through = key },
        _ => Everything with { From = key },
    };

    private KeyBounds And(KeyBounds other) => new(
        Partition ?? other.Partition,
        From.AsSpan().SequenceCompareTo(other.From) > 0 ? From : other.From,
        Through is null || (other.Through is not null && other.Through.AsSpan().SequenceCompareTo(Through) < 0) ? other.Through : Through);
}
