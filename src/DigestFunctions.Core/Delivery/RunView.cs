using Azure.Data.Tables;
using DigestFunctions.Core.Schedule;
using NodaTime;

namespace DigestFunctions.Core.Delivery;

/// <summary>The ledger of one run as a look finds it: which ranges are open, and what became of the rest.</summary>
internal sealed class RunView(RunId run, bool eventsReachUs, Instant now)
{
    private readonly Dictionary<IdRange, string> decisions = [];
    private readonly HashSet<IdRange> open = [];
    private readonly HashSet<IdRange> unsent = [];
    private readonly HashSet<(IdRange Range, BatchName Name)> seen = [];
    private readonly HashSet<(IdRange Range, BatchName Name)> halves = [];
    private bool isBlocked;

    /// <summary>Ranges that have work, and nobody who is certainly at it.</summary>
    public IReadOnlyCollection<IdRange> Open => open;

    /// <summary>Whether something has no end yet: its worker, or its operator, is at it.</summary>
    public bool IsUnderWay { get; private set; }

    public RunTotals Totals { get; private set; } = new();

    /// <summary>When the last mail that was taken is to leave.</summary>
    public Instant? LastSendAt { get; private set; }

    private bool IsLate => now > run.Due + ScheduleOptions.Tolerance(run.Slot.Kind);

    /// <exception cref="InvalidDataException">The row is in a state that can't be.</exception>
    public void Add(TableEntity row)
    {
        if (row.RowKey == LedgerKeys.Stopped)
            isBlocked = true;
        else if (LedgerKeys.TryParseDecision(row.RowKey, out var decided))
            decisions[decided] = row.GetString("Decision") ?? "";
        else if (LedgerKeys.TryParseBatch(row.RowKey, out var range, out var name, out _))
            AddBatch((range, name), row.GetInt32("Count") ?? 0, row.ReadMembers("Out").Count, BatchRow.ReadState(row), BatchEvents.Read(row));
        else
            throw new InvalidDataException($"The ledger row {run} / {row.RowKey} can't be read.");
    }

    /// <summary>After all rows: finds the ranges that nobody decided, and what a blocked batch keeps from being sent.</summary>
    public void Close()
    {
        AddUndecided(IdRange.Whole);
        // Their keys come before that of what was halved, which may have been read a page later.
        open.UnionWith(halves.Except(seen).Select(half => half.Range));
        if (isBlocked && !IsLate)
            IsUnderWay = true;
        else
            open.UnionWith(unsent);
    }

    private void AddUndecided(IdRange range)
    {
        switch (decisions.GetValueOrDefault(range))
        {
            case null:
                open.Add(range);
                break;
            case Ledger.KindBatches:
                break;
            case Ledger.KindSplit:
                foreach (var part in range.Parts())
                    AddUndecided(part);
                break;
            case var other:
                throw new InvalidDataException($"The range {run} / {range} has the unknown decision '{other}'.");
        }
    }

    private void AddBatch((IdRange Range, BatchName Name) batch, int count, int refused, BatchState state, BatchEvents events)
    {
        var range = batch.Range;
        seen.Add(batch);
        switch (state)
        {
            case BatchState.Planned:
                unsent.Add(range);
                break;
            case BatchState.Claimed claimed when now < claimed.LeaseUntil + BatchSender.LeaseMargin:
                IsUnderWay = true;
                break;
            case BatchState.Claimed or BatchState.Unknown or BatchState.Cancelling:
                open.Add(range);
                break;
            case BatchState.Accepted accepted:
                AddTaken(count, refused, accepted.Attempt, isProven: false);
                break;
            case BatchState.Proven proven:
                AddTaken(count, refused, proven.Attempt, isProven: true);
                break;
            case BatchState.Halved:
                halves.Add((range, batch.Name.Halves().First));
                halves.Add((range, batch.Name.Halves().Second));
                break;
            case BatchState.Held { IsLetBe: true } or BatchState.Blocked { IsLetBe: true }:
                Totals = Totals with { LetBe = Totals.LetBe + count - refused, Refused = Totals.Refused + refused };
                break;
            case BatchState.Held:
                Totals = Totals with { Held = Totals.Held + count - refused, Refused = Totals.Refused + refused };
                break;
            case BatchState.Blocked:
                isBlocked = true;
                Totals = Totals with { Blocked = Totals.Blocked + count - refused, Refused = Totals.Refused + refused };
                break;
            case BatchState.Late:
                Totals = Totals with { Late = Totals.Late + count - refused, Refused = Totals.Refused + refused };
                break;
            case BatchState.Empty:
                Totals = Totals with { Absent = Totals.Absent + count - refused, Refused = Totals.Refused + refused };
                break;
        }

        Totals = Totals with
        {
            Delivered = Totals.Delivered + events.Delivered.Count,
            Bounced = Totals.Bounced + events.Bounced.Or(events.SoftBounced).Count,
            Dropped = Totals.Dropped + events.Dropped.Count,
            Complained = Totals.Complained + events.Complained.Count,
        };
    }

    private void AddTaken(int count, int refused, Attempt attempt, bool isProven)
    {
        var sent = count - refused - attempt.Absent.Count;
        var isUnproven = !isProven && eventsReachUs && now >= attempt.SendAt + Settler.ProofPatience;
        LastSendAt = LastSendAt is { } last ? Instant.Max(last, attempt.SendAt) : attempt.SendAt;
        Totals = Totals with
        {
            Accepted = Totals.Accepted + sent,
            Unproven = Totals.Unproven + (isUnproven ? sent : 0),
            Absent = Totals.Absent + attempt.Absent.Count,
            Refused = Totals.Refused + refused,
        };
    }
}
