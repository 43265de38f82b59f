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
/// <param name="Action">What was to be done.</param>
/// <param name="About">To what: a subscriber's id, a run, a batch; never an address.</param>
/// <param name="Detail">Counts, or the reason that was given.</param>
internal sealed record AuditEntry(Instant At, string By, AuditAction Action, string About, string Detail);

/// <summary>An entry's key. Its ticks count down, so that the newest comes first.</summary>
internal readonly record struct AuditKey(Instant At, string Unique)
{
    private const int Digits = 19;

    public static AuditKey New(Instant at) => new(at, Guid.NewGuid().ToString("n"));

    public static bool TryParse(string? text, out AuditKey key)
    {
        key = default;
        if (text?.Split('|') is not [{ Length: Digits } down, { Length: 32 } unique]
            || !long.TryParse(down, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) || ticks > DateTimeOffset.MaxValue.Ticks
            || !unique.All(char.IsAsciiHexDigitLower))
        {
            return false;
        }

        key = new AuditKey(Instant.FromDateTimeOffset(new DateTimeOffset(DateTimeOffset.MaxValue.Ticks - ticks, TimeSpan.Zero)), unique);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.MaxValue.Ticks - At.ToDateTimeOffset().Ticks:D19}|{Unique}");
}

/// <summary>Some entries, newest first.</summary>
/// <param name="Last">The oldest of them, if there are older ones.</param>
internal sealed record AuditPart(IReadOnlyList<AuditEntry> Entries, AuditKey? Last);

/// <summary>
/// Who did what when. Whoever acts writes first and acts then, so that nothing is done of which there is no entry; what
/// was cut short, or refused then, has one too. Entries are added and never changed; a partition is a month, newest first.
/// </summary>
internal sealed class AuditLog(Store store, TimeProvider time)
{
    private const int MonthsShown = 13;

    public async Task AddAsync(Operator by, AuditAction action, string about, string detail, CancellationToken cancellation)
    {
        var now = time.Now;
        await store.Audit.AddEntityAsync(
            new TableEntity(Month(now), AuditKey.New(now).ToString())
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
    public IAsyncEnumerable<AuditEntry> NewestAsync(int most, CancellationToken cancellation) => RowsAsync(before: null, withLooks: true, most, cancellation).Select(Read);

    /// <summary>Entries of the last year, newest first.</summary>
    /// <param name="before">Those before this one; null for the newest.</param>
    /// <param name="withLooks">Whether signing in and looking at people are among them, which are most of all.</param>
    public async Task<AuditPart> ReadAsync(AuditKey? before, bool withLooks, int most, CancellationToken cancellation)
    {
        // One more than is wanted says whether there are older ones.
        var rows = await RowsAsync(before, withLooks, most + 1, cancellation).ToListAsync(cancellation);
        return new AuditPart(
            [.. rows.Take(most).Select(Read)],
            rows.Count > most && AuditKey.TryParse(rows[most - 1].RowKey, out var last) ? last : null);
    }

    private async IAsyncEnumerable<TableEntity> RowsAsync(AuditKey? before, bool withLooks, int most, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (after, left) = (before?.ToString() ?? "", most);
        var wanted = withLooks ? "" : $" and Action ne '{AuditAction.SignedIn}' and Action ne '{AuditAction.LookedAt}'";
        for (var month = Instant.Min(before?.At ?? time.Now, time.Now); left > 0 && month > time.Now - Duration.FromDays(31 * MonthsShown); month = StartOf(month) - Duration.FromDays(1))
        {
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Month(month)} and RowKey gt {after}") + wanted;
            await foreach (var row in store.Audit.QueryAsync<TableEntity>(filter, Math.Min(left, Store.PageSize), cancellationToken: cancellation))
            {
                yield return row;
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
