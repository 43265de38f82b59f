using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using DigestFunctions.Core.Storage;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace DigestFunctions.Core.Schedule;

/// <summary>
/// The runs by ISO week: when each was planned, or that it came too late to be; when it was settled, and its
/// totals. <c>NextLook</c> says when the next look at it is due, so that those that are done cost nothing.
/// </summary>
internal sealed partial class RunTable(Store store, ILogger<RunTable> logger)
{
    /// <summary>A run that is planned is under way at once; only what is still open after this needs a look.</summary>
    public static readonly Duration FirstLook = Duration.FromMinutes(10);

    // A run that is open this long is none that a look could help.
    private const int WeeksLookedAt = 5;
    private static readonly DateTimeOffset Never = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Records a run; one that is recorded already stays as it is, and false is returned.</summary>
    public Task<bool> RecordPlannedAsync(RunId run, Instant now, CancellationToken cancellation) =>
        RecordAsync(run, now, "Planned", (now + FirstLook).ToDateTimeOffset(), cancellation);

    /// <summary>Records a run that is skipped: its time was too long ago when it came to be planned. False if it is recorded already.</summary>
    public Task<bool> TryRecordLateAsync(RunId run, Instant now, CancellationToken cancellation) =>
        RecordAsync(run, now, "Late", Never, cancellation);

    /// <summary>The runs that a look is due at: one query, however many there are.</summary>
    public async IAsyncEnumerable<RecordedRun> DueForLookAsync(Instant now, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (oldest, newest) = (IssueId.Of(now.InUtc().Date).Plus(-WeeksLookedAt).ToString(), IssueId.Of(now.InUtc().Date).Plus(2).ToString());
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey ge {oldest} and PartitionKey le {newest} and NextLook le {now.ToDateTimeOffset()}");
        await foreach (var row in store.Runs.QueryAsync<TableEntity>(filter, Store.PageSize, cancellationToken: cancellation))
        {
            // One that can't be read must not keep the others open.
            if (RunId.TryParse(row.RowKey, out var run))
                yield return new RecordedRun(run, row);
            else
                Unreadable(row.RowKey);
        }
    }

    /// <summary>Writes a run's totals, and when the next look at it is due: never again if null. False if another did.</summary>
    public Task<bool> TrySettleAsync(RecordedRun run, RunTotals totals, Instant now, Instant? nextLook, CancellationToken cancellation)
    {
        var row = run.Row;
        if (!run.IsSettled)
            row["SettledAt"] = now.ToDateTimeOffset();
        row["State"] = "Settled";
        row["Settled"] = true;
        row["NextLook"] = nextLook?.ToDateTimeOffset() ?? Never;
        totals.WriteTo(row);
        return store.Runs.TryReplaceAsync(row, cancellation);
    }

    /// <summary>Writes down what of an open run waits for the operator, where the row doesn't say so yet. False if another wrote it.</summary>
    public Task<bool> TryNoteAsync(RecordedRun run, RunTotals totals, CancellationToken cancellation)
    {
        var known = RunTotals.Of(run.Row);
        if ((known.Held, known.Blocked) == (totals.Held, totals.Blocked))
            return Task.FromResult(true);
        totals.WriteTo(run.Row);
        return store.Runs.TryReplaceAsync(run.Row, cancellation);
    }

    /// <summary>
    /// Writes down at once, for the operator's eyes, that some of a run are held or blocked, and asks for the look that
    /// counts all of it. What is counted already stays. It fails never: the ledger says so in any case.
    /// </summary>
    /// <param name="column">Which of the totals.</param>
    public async Task NoteTroubleAsync(RunId run, string column, int people, Instant now)
    {
        try
        {
            while (await FindAsync(run, CancellationToken.None) is { Row: var row })
            {
                row["NextLook"] = now.ToDateTimeOffset();
                if ((row.GetInt32(column) ?? 0) == 0)
                    row[column] = people;
                if (await store.Runs.TryReplaceAsync(row, CancellationToken.None))
                    return;
            }
        }
        catch (Exception away) when (StoreFaults.IsAway(away))
        {
            NotNoted(run, away.GetType().Name);
        }
    }

    /// <summary>A run as it is recorded; null if it isn't.</summary>
    public async Task<RecordedRun?> FindAsync(RunId run, CancellationToken cancellation) =>
        await store.Runs.FindAsync(run.Issue.ToString(), run.ToString(), cancellation) is { } row ? new RecordedRun(run, row) : null;

    /// <summary>Opens a run again, of which something is to be sent anew.</summary>
    public Task ReopenAsync(RunId run, Instant now, CancellationToken cancellation) => MergeAsync(
        run, cancellation, ("State", "Planned"), ("Settled", false), ("NextLook", (now + FirstLook).ToDateTimeOffset()));

    /// <summary>Asks for a look at a run whose ledger has changed after it was settled.</summary>
    public Task AskForLookAsync(RunId run, Instant now, CancellationToken cancellation) =>
        MergeAsync(run, cancellation, ("NextLook", now.ToDateTimeOffset()));

    private Task<bool> MergeAsync(RunId run, CancellationToken cancellation, params IEnumerable<(string Column, object Value)> columns)
    {
        var row = new TableEntity(run.Issue.ToString(), run.ToString()) { ETag = Azure.ETag.All };
        foreach (var (column, value) in columns)
            row[column] = value;
        return store.Runs.TryMergeAsync(row, cancellation);
    }

    private Task<bool> RecordAsync(RunId run, Instant now, string state, DateTimeOffset nextLook, CancellationToken cancellation) =>
        store.Runs.TryInsertAsync(
            new TableEntity(run.Issue.ToString(), run.ToString())
            {
                ["State"] = state,
                ["Due"] = run.Due.ToDateTimeOffset(),
                ["PlannedAt"] = now.ToDateTimeOffset(),
                ["NextLook"] = nextLook,
                ["Settled"] = state == "Late",
            },
            cancellation);

    [LoggerMessage(104, LogLevel.Warning, "That something of {Run} waits for the operator could not be noted ({Failure}), and is told by the next look.")]
    private partial void NotNoted(RunId run, string failure);

    [LoggerMessage(103, LogLevel.Error, "The row of the run {Run} can't be read, and the run isn't settled.")]
    private partial void Unreadable(string run);
}

/// <summary>A run as it was read.</summary>
internal sealed record RecordedRun(RunId Id, TableEntity Row)
{
    public bool IsSettled => Row.GetBoolean("Settled") ?? false;
}

/// <summary>What became of a run's recipients, each counted once in the first line, and what was reported of those who were sent to.</summary>
internal sealed record RunTotals
{
    /// <summary>The provider took it.</summary>
    public int Accepted { get; init; }

    /// <summary>Of these, in batches that no event has proven, long after they were to leave.</summary>
    public int Unproven { get; init; }

    /// <summary>Gone (left, paused, suppressed) before it was handed over.</summary>
    public int Absent { get; init; }

    /// <summary>The provider will not send to the address.</summary>
    public int Refused { get; init; }

    public int Held { get; init; }

    public int Blocked { get; init; }

    public int Late { get; init; }

    /// <summary>Of what was held or blocked: the operator has decided to leave it so.</summary>
    public int LetBe { get; init; }

    public int Delivered { get; init; }

    public int Bounced { get; init; }

    public int Dropped { get; init; }

    public int Complained { get; init; }

    /// <summary>What a run's row says so far.</summary>
    public static RunTotals Of(TableEntity row) => new()
    {
        Accepted = row.GetInt32(nameof(Accepted)) ?? 0,
        Unproven = row.GetInt32(nameof(Unproven)) ?? 0,
        Absent = row.GetInt32(nameof(Absent)) ?? 0,
        Refused = row.GetInt32(nameof(Refused)) ?? 0,
        Held = row.GetInt32(nameof(Held)) ?? 0,
        Blocked = row.GetInt32(nameof(Blocked)) ?? 0,
        Late = row.GetInt32(nameof(Late)) ?? 0,
        LetBe = row.GetInt32(nameof(LetBe)) ?? 0,
        Delivered = row.GetInt32(nameof(Delivered)) ?? 0,
        Bounced = row.GetInt32(nameof(Bounced)) ?? 0,
        Dropped = row.GetInt32(nameof(Dropped)) ?? 0,
        Complained = row.GetInt32(nameof(Complained)) ?? 0,
    };

    public void WriteTo(TableEntity row)
    {
        row[nameof(Accepted)] = Accepted;
        row[nameof(Unproven)] = Unproven;
        row[nameof(Absent)] = Absent;
        row[nameof(Refused)] = Refused;
        row[nameof(Held)] = Held;
        row[nameof(Blocked)] = Blocked;
        row[nameof(Late)] = Late;
        row[nameof(LetBe)] = LetBe;
        row[nameof(Delivered)] = Delivered;
        row[nameof(Bounced)] = Bounced;
        row[nameof(Dropped)] = Dropped;
        row[nameof(Complained)] = Complained;
    }
}
