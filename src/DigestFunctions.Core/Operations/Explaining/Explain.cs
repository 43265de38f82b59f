using Azure.Data.Tables;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Core.Operations.Explaining;

/// <summary>
/// Finds out why one person got or didn't get each issue: from her row, from the runs and from the ledger. Two storage
/// operations, and two for each issue; of a run of millions only the rows of the ranges that hold her id are read.
/// </summary>
internal sealed class Explain(Store store, SubscriberStore subscribers, SuppressionTable suppressions, TimeProvider time)
{
    /// <summary>How many issues are looked at: with her row and her suppression, 20 operations at the most.</summary>
    public const int Issues = 9;

    // The ledger is kept as long.
    private const int WeeksKnown = Purge.WeeksKept;

    // The next two digests are said as well: of this week and the coming one.
    private const int WeeksAhead = 1;

    private static readonly string[] Columns =
        ["PartitionKey", "RowKey", "Decision", "Members", "Count", "Attempts", "Out", "State", "ProviderBatchId", "SendAt", "Absent", "LeaseUntil", "At", "Why", .. BatchEvents.Columns];

    /// <param name="id">Whom it is about.</param>
    /// <param name="newest">The newest issue to look at; the coming one if null.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<Explanation> RunAsync(SubscriberId id, IssueId? newest, CancellationToken cancellation)
    {
        var now = time.Now;
        var (subscriber, suppression) = (await subscribers.FindAsync(id, cancellation), await suppressions.FindAsync(id, cancellation));
        var present = IssueId.Of(now, subscriber?.Preferences.Zone.Zone ?? DateTimeZone.Utc);
        var (from, oldest) = (newest ?? present.Plus(WeeksAhead), present.Plus(-WeeksKnown));
        var issues = subscriber is null
            ? []
            : await Task.WhenAll(Enumerable.Range(0, Issues).Select(back => from.Plus(-back)).Where(issue => issue >= oldest)
                .Select(issue => ExplainAsync(subscriber, issue, now, cancellation)));
        var older = from.Plus(-Issues);
        return new Explanation(id, subscriber, suppression?.Suppression, issues, subscriber is not null && older >= oldest ? older : null);
    }

    private async Task<IssueExplained> ExplainAsync(Subscriber subscriber, IssueId issue, Instant now, CancellationToken cancellation)
    {
        // Of slots that she has left nothing is kept. Where none is known for the issue, it may have been that of now.
        var slot = (subscriber.State as SubscriberState.Active)?.Placements.FirstOrDefault(placement => placement.IsFor(issue))?.Slot
            ?? subscriber.Preferences.DigestSlot;
        var run = new RunId(slot, slot.DateIn(issue));
        var found = run.Due > now + Duration.FromDays(1) ? null : await FindAsync(run, subscriber.Id, cancellation);
        // That she wasn't in a run, her own row may say better.
        return found is Fate.InBatch or Fate.Unreadable
            ? new IssueExplained(issue, run, found)
            : new IssueExplained(issue, run, Otherwise(subscriber, issue, run) ?? found ?? await OfRunAsync(run, now, cancellation));
    }

    // What her own row says of an issue that no batch has her in.
    private static Fate? Otherwise(Subscriber subscriber, IssueId issue, RunId run)
    {
        var zone = subscriber.Preferences.Zone.Zone;
        if (subscriber.Consent.GivenAt is { } given && IssueId.Of(given, zone) == issue)
            return new Fate.Welcomed(given);
        return subscriber.State switch
        {
            SubscriberState.Pending => new Fate.NotConfirmed(),
            SubscriberState.Left left when run.Due >= left.At => new Fate.AfterLeaving(left.At),
            SubscriberState.Suppressed suppressed when run.Due >= suppressed.At => new Fate.WhileSuppressed(suppressed.At),
            SubscriberState.Active { Pause: { } pause } active when issue >= pause.FirstIssue && issue < active.Placements[^1].FirstIssue => new Fate.Paused(pause.Until),
            SubscriberState.Active active when issue < active.Placements[0].FirstIssue => new Fate.BeforeFirst(active.Placements[0].FirstIssue),
            _ => null,
        };
    }

    private async Task<Fate> OfRunAsync(RunId run, Instant now, CancellationToken cancellation)
    {
        if (run.Due > now + Duration.FromDays(1))
            return new Fate.NotYetDue();
        var row = await store.Runs.FindAsync(run.Issue.ToString(), run.ToString(), cancellation);
        return row?.GetString("State") switch
        {
            null when run.Due > now => new Fate.NotYetDue(),
            null => new Fate.NoRun(),
            "Late" => new Fate.RunLate(),
            "Settled" => new Fate.NotInRun(),
            _ => new Fate.NotYetDecided(row.FindInstant("PlannedAt") ?? now),
        };
    }

    // The rows of the ranges that hold her id, from the whole of them to the smallest: their keys begin with what her id does.
    private async Task<Fate?> FindAsync(RunId run, SubscriberId id, CancellationToken cancellation)
    {
        var text = id.ToString();
        var ranges = Enumerable.Range(0, Depth).Select(length => IdRange.TryParse(text[..length], out var range) ? range : default)
            .Select(range => TableClient.CreateQueryFilter($"(RowKey ge {LedgerKeys.Decision(range)} and RowKey lt {LedgerKeys.End(range)})"));
        var filter = $"{TableClient.CreateQueryFilter($"PartitionKey eq {run.ToString()}")} and ({string.Join(" or ", ranges)})";
        Fate? found = null;
        await foreach (var row in store.Deliveries.QueryAsync<TableEntity>(filter, Store.PageSize, Columns, cancellation))
        {
            if (row.RowKey.EndsWith('|'))
            {
                found ??= row.GetString("Decision") == Ledger.KindBatches ? new Fate.NotInRun() : null;
                continue;
            }

            if (BatchRow.TryRead(row) is not { } batch)
            {
                found = found is Fate.InBatch ? found : new Fate.Unreadable(row.RowKey);
            }
            else if (batch.Members.ToList().IndexOf(id) is >= 0 and var member && (batch.State is not BatchState.Halved || found is not Fate.InBatch))
            {
                var attempt = BatchRow.AttemptOf(batch.State);
                found = new Fate.InBatch(batch.Key, batch.State, batch.Attempts, batch.Out[member], attempt?.Absent[member] ?? false, Evidence.Of(BatchEvents.Read(row), member));
            }
        }

        return found;
    }

    // A slot of 8,000 times 16 times 16 is larger than any; and a filter has at most 15 comparisons.
    private const int Depth = 4;
}
