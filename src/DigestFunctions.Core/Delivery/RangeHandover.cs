using DigestFunctions.Core.Email;

namespace DigestFunctions.Core.Delivery;

/// <summary>What is known of a range's batches together while they are handed over one after another.</summary>
internal sealed class RangeHandover
{
    /// <summary>More bad recipients than this in what was one batch are no recipients' fault.</summary>
    public const int MostBad = 5;

    private readonly Dictionary<int, int> bad = [];
    private readonly HashSet<int> accepted = [];
    private readonly HashSet<int> halved = [];
    private readonly Dictionary<int, int> alone = [];
    private readonly Queue<string> batchIds = [];
    private readonly HashSet<string> unused = [];
    private int toSend;

    public RangeHandover(RangeEntries entries, IEnumerable<Batch> batches)
    {
        Entries = entries;
        foreach (var batch in batches)
        {
            IsStopped |= batch.State is BatchState.Blocked;
            toSend += batch.State is BatchState.Planned ? 1 : 0;
            if (batch.State is BatchState.Accepted or BatchState.Proven)
                accepted.Add(batch.Name.Index);
            if (batch.State is not BatchState.Halved)
                AddBad(batch.Name, batch.Out.Count);
        }
    }

    public RangeEntries Entries { get; }

    /// <summary>A batch is blocked for a fault of ours: the others would be too.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>A batch that the provider took, as it is to be written: with the next one's claim, or before anything that takes its time.</summary>
    public Batch? Taken { get; private set; }

    public bool HasBatchId => batchIds.Count > 0;

    /// <summary>The batch ids that were given, and under which nothing was sent.</summary>
    public IReadOnlyCollection<string> UnusedBatchIds => unused;

    public void Take(Batch batch)
    {
        Taken = batch;
        accepted.Add(batch.Name.Index);
    }

    public void Written() => Taken = null;

    /// <summary>Whether a part of what was one batch was halved in this round: the others wait, so that it goes down to one and not along all.</summary>
    public bool IsHalved(BatchName name) => halved.Contains(name.Index);

    public void Halve(BatchName name) => halved.Add(name.Index);

    /// <summary>Whether others of what was one batch were accepted: then a refusal of one alone is about her.</summary>
    public bool IsAccepted(BatchName name) => accepted.Contains(name.Index);

    /// <summary>Counts one who was refused alone while nobody was accepted. False at the second: it is no recipient's fault.</summary>
    public bool AddAlone(BatchName name) => (alone[name.Index] = alone.GetValueOrDefault(name.Index) + 1) == 1;

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
        var asked = Enumerable.Range(0, Math.Max(toSend, 1)).Select(_ => provider.NewBatchIdAsync(cancellation)).ToList();
        toSend = 0;
        try
        {
            await Task.WhenAll(asked);
        }
        finally
        {
            // Also where another of them was cut short: what was given is to be used, or given back.
            foreach (var done in asked.Where(one => one.IsCompletedSuccessfully))
            {
                if (await done is BatchIdOutcome.Given given && unused.Add(given.Id))
                    batchIds.Enqueue(given.Id);
            }
        }

        return batchIds.TryDequeue(out var first) ? new BatchIdOutcome.Given(first) : await asked[0];
    }

    /// <summary>An id that was asked for serves the next batch: it was not even written into a claim.</summary>
    public void PutBack(BatchIdOutcome.Given id) => batchIds.Enqueue(id.Id);

    /// <summary>Something is sent under it now.</summary>
    public void Use(string batchId) => unused.Remove(batchId);
}
