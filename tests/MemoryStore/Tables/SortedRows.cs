namespace MemoryStore.Tables;

/// <summary>
/// A partition's rows in the order of their keys, in chunks: a range is found by halving, a row is put in by
/// moving a few hundred others, and a chunk costs the collector one object.
/// </summary>
internal sealed class SortedRows
{
    private const int ChunkSize = 256;

    private readonly List<List<Row>> chunks = [];

    public bool IsEmpty => chunks.Count == 0;

    public Row? Find(ReadOnlySpan<byte> key)
    {
        var (chunk, index) = Seek(key);
        return Holds(chunk, index, key) ? chunks[chunk][index] : null;
    }

    /// <summary>Puts a row in, or in the place of the one that has its key.</summary>
    public void Set(in Row row)
    {
        var (chunk, index) = Seek(row.Key);
        if (Holds(chunk, index, row.Key))
        {
            chunks[chunk][index] = row;
            return;
        }

        if (chunks.Count == 0)
            chunks.Add(new List<Row>(4));
        // Between two chunks it goes to the end of the earlier.
        if (chunk > 0 && index == 0)
            (chunk, index) = (chunk - 1, chunks[chunk - 1].Count);
        chunks[chunk].Insert(index, row);
        if (chunks[chunk].Count > ChunkSize)
            Split(chunk);
    }

    public void Remove(ReadOnlySpan<byte> key)
    {
        var (chunk, index) = Seek(key);
        if (!Holds(chunk, index, key))
            return;
        chunks[chunk].RemoveAt(index);
        if (chunks[chunk].Count == 0)
            chunks.RemoveAt(chunk);
    }

    /// <summary>The rows from a key on, that one included.</summary>
    public IEnumerable<Row> From(byte[] key)
    {
        var (chunk, index) = Seek(key);
        for (; chunk < chunks.Count; chunk++, index = 0)
        {
            var rows = chunks[chunk];
            for (; index < rows.Count; index++)
                yield return rows[index];
        }
    }

    // Full chunks of rows that come in their order stay full.
    private void Split(int chunk)
    {
        var rows = chunks[chunk];
        var kept = chunk == chunks.Count - 1 ? ChunkSize - 8 : rows.Count / 2;
        var moved = new List<Row>(ChunkSize + 1);
        moved.AddRange(rows[kept..]);
        rows.RemoveRange(kept, rows.Count - kept);
        chunks.Insert(chunk + 1, moved);
    }

    private bool Holds(int chunk, int index, ReadOnlySpan<byte> key) =>
        chunk < chunks.Count && index < chunks[chunk].Count && chunks[chunk][index].Key.SequenceEqual(key);

    // The place of the first row whose key isn't before this one; the order of UTF-8 is that of code points.
    private (int Chunk, int Index) Seek(ReadOnlySpan<byte> key)
    {
        var (low, high) = (0, chunks.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (chunks[middle][^1].Key.SequenceCompareTo(key) < 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low == chunks.Count ? (low, 0) : (low, SeekIn(chunks[low], key));
    }

    private static int SeekIn(List<Row> rows, ReadOnlySpan<byte> key)
    {
        var (low, high) = (0, rows.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (rows[middle].Key.SequenceCompareTo(key) < 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
