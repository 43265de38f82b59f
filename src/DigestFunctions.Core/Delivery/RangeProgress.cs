namespace DigestFunctions.Core.Delivery;

/// <summary>What is known of a range's batches together while they are sent one by one.</summary>
internal sealed class RangeProgress
{
    /// <summary>More bad recipients than this in what was one batch are no recipients' fault.</summary>
    public const int MostBad = 5;

    private readonly Dictionary<int, int> bad = [];

    public RangeProgress(IEnumerable<Batch> batches)
    {
        foreach (var batch in batches)
        {
            IsStopped |= batch.State is BatchState.Blocked;
            AddBad(batch.Name, batch.Out.Count);
        }
    }

    /// <summary>A batch is blocked for a fault of ours: the others would be too.</summary>
    public bool IsStopped { get; private set; }

    public void Stop() => IsStopped = true;

    /// <summary>Counts bad recipients, over all halves of what was one batch. False if there are too many.</summary>
    public bool AddBad(BatchName name, int count)
    {
        bad[name.Index] = bad.GetValueOrDefault(name.Index) + count;
        return bad[name.Index] <= MostBad;
    }
}
