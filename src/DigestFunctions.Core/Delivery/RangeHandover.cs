using DigestFunctions.Core.Email;

namespace DigestFunctions.Core.Delivery;

/// <summary>What is known of a range's batches together while they are handed over one after another.</summary>
internal sealed class RangeHandover
{
    /// <summary>More bad recipients than this in what was one batch are no recipients' fault.</summary>
    public const int MostBad = 5;

    private readonly Dictionary<int, int> bad = [];
    private readonly Queue<string> batchIds = [];
    private int toSend;

    public RangeHandover(RangeEntries entries, IEnumerable<Batch> batches)
    {
        Entries = entries;
        foreach (var batch in batches)
        {
            IsStopped |= batch.State is BatchState.Blocked;
            toSend += batch.State is BatchState.Planned ? 1 : 0;
            AddBad(batch.Name, batch.Out.Count);
        }
    }

    public RangeEntries Entries { get; }

    /// <summary>A batch is blocked for a fault of ours: the others would be too.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>A batch that the provider took, as it is to be written: with the next one's claim, or at the end.</summary>
    public Batch? Taken { get; set; }

    public void Stop() => IsStopped = true;

    /// <summary>Counts bad recipients, over all halves of what was one batch. False if there are too many.</summary>
    public bool AddBad(BatchName name, int count)
    {
        bad[name.Index] = bad.GetValueOrDefault(name.Index) + count;
        return bad[name.Index] <= MostBad;
    }

    /// <summary>A batch id of the provider's that nobody has used: at the first need, as many as there are batches to send.</summary>
    public async Task<BatchIdOutcome> BatchIdAsync(IMailProvider provider, CancellationToken cancellation)
    {
        if (batchIds.TryDequeue(out var known))
            return new BatchIdOutcome.Given(known);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, Math.Max(toSend, 1)).Select(_ => provider.NewBatchIdAsync(cancellation)));
        toSend = 0;
        foreach (var given in outcomes.OfType<BatchIdOutcome.Given>())
            batchIds.Enqueue(given.Id);
        return batchIds.TryDequeue(out var first) ? new BatchIdOutcome.Given(first) : outcomes[0];
    }
}
