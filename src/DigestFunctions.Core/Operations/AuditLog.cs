using System.Globalization;
using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using DigestFunctions.Core.Storage;
using NodaTime;

namespace DigestFunctions.Core.Operations;

/// <summary>What an operator can do that others will ask about.</summary>
internal enum AuditAction
{
    SignedIn,
    Imported,
    Exported,
    Suppressed,
    Released,
    Erased,
    SentAnew,
    LetBe,
    SentTest,
    PausedAll,
    ResumedAll,
    RebuiltSchedule,
    LookedAt,
}

/// <param name="At">When.</param>
/// <param name="By">Who.</param>
/// <param name="Action">What was done.</param>
/// <param name="About">To what: a subscriber's id, a run, a batch; never an address.</param>
/// <param name="Detail">Counts, or the reason that was given.</param>
internal sealed record AuditEntry(Instant At, string By, AuditAction Action, string About, string Detail);

/// <summary>Who did what when. Entries are added and never changed; a partition is a month, newest first.</summary>
internal sealed class AuditLog(Store store, TimeProvider time)
{
    private const int MonthsShown = 13;

    public async Task AddAsync(Operator by, AuditAction action, string about, string detail, CancellationToken cancellation)
    {
        var now = time.Now;
        // Ticks that count down, so that the newest comes first.
        var key = string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.MaxValue.Ticks - now.ToDateTimeOffset().Ticks:D19}|{Guid.NewGuid():n}");
        await store.Audit.AddEntityAsync(
            new TableEntity(Month(now), key)
            {
                ["At"] = now.ToDateTimeOffset(),
                ["By"] = by.ToString(),
                ["Action"] = action.ToString(),
                ["About"] = about,
                ["Detail"] = detail,
            },
            cancellation);
    }

    /// <summary>The newest entries of the last year, newest first, as many as are asked for.</summary>
    public async IAsyncEnumerable<AuditEntry> NewestAsync(int most, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var (month, left) = (time.Now, most); left > 0 && month > time.Now - Duration.FromDays(31 * MonthsShown); month = StartOf(month) - Duration.FromDays(1))
        {
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Month(month)}");
            await foreach (var row in store.Audit.QueryAsync<TableEntity>(filter, Math.Min(left, Store.PageSize), cancellationToken: cancellation))
            {
                yield return Read(row);
                if (--left == 0)
                    yield break;
            }
        }
    }

    private static AuditEntry Read(TableEntity row) => new(
        row.ReadInstant("At"),
        row.ReadText("By"),
        row.ReadAs<AuditAction>("Action", Enum.TryParse),
        row.ReadText("About"),
        row.ReadText("Detail"));

    private static string Month(Instant moment) => moment.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    private static Instant StartOf(Instant moment)
    {
        var date = moment.InUtc().Date;
        return new LocalDate(date.Year, date.Month, 1).AtMidnight().InUtc().ToInstant();
    }
}
