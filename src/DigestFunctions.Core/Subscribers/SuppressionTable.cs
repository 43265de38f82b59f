using Azure.Data.Tables;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;

namespace DigestFunctions.Core.Subscribers;

/// <summary>The table of suppressions, by subscriber's id: a row outlives the subscriber, and says nothing of her address.</summary>
internal sealed class SuppressionTable(Store store)
{
    public async Task<KnownSuppression?> FindAsync(SubscriberId id, CancellationToken cancellation) =>
        await store.Suppressions.FindAsync(id.Partition, id.ToString(), cancellation) is { } row
            ? new KnownSuppression(Read(row), row)
            : null;

    /// <summary>Adds to what is known of an address, and writes only what that changes. Returns what is known now.</summary>
    public async Task<Suppression> AddAsync(SubscriberId id, Suppression said, CancellationToken cancellation)
    {
        while (true)
        {
            var known = await FindAsync(id, cancellation);
            var both = known?.Suppression.And(said) ?? said;
            if (both.Equals(known?.Suppression))
                return both;

            var row = Write(id, both);
            row.ETag = known?.Row.ETag ?? default;
            if (known is null
                ? await store.Suppressions.TryInsertAsync(row, cancellation)
                : await store.Suppressions.TryReplaceAsync(row, cancellation))
            {
                return both;
            }
        }
    }

    /// <summary>Forgets what is known of an address; false if there is more by now.</summary>
    public Task<bool> TryLiftAsync(KnownSuppression known, CancellationToken cancellation) =>
        store.Suppressions.TryDeleteAsync(known.Row, cancellation);

    private static TableEntity Write(SubscriberId id, Suppression suppression) => new(id.Partition, id.ToString())
    {
        ["Reason"] = suppression.Reason?.ToString(),
        ["At"] = suppression.At.ToDateTimeOffset(),
        ["Evidence"] = suppression.Evidence,
        ["Blocked"] = string.Join(' ', suppression.Blocked),
    };

    private static Suppression Read(TableEntity row) => new(
        row.GetString("Reason") is null ? null : row.ReadAs<SuppressionReason>("Reason", Enum.TryParse),
        row.ReadInstant("At"),
        row.GetString("Evidence") ?? "",
        [.. ReadIssues(row.GetString("Blocked") ?? "")]);

    private static IEnumerable<IssueId> ReadIssues(string text)
    {
        foreach (var part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (IssueId.TryParse(part, out var issue))
                yield return issue;
        }
    }
}

/// <summary>What is known of an address, as it was read.</summary>
internal sealed record KnownSuppression(Suppression Suppression, TableEntity Row);
