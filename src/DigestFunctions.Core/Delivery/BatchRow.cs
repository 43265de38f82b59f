using Azure.Data.Tables;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Delivery;

/// <summary>A batch as a row of the ledger, and back. A state that can't be is a fault, and nothing is sent on a guess.</summary>
internal static class BatchRow
{
    private const string Members = "Members";

    /// <summary>All columns but the members: what a look at a run needs, a hundredth of the whole.</summary>
    public static IReadOnlyList<string> Summary { get; } =
        ["PartitionKey", "RowKey", "Decision", "Enqueued", "Count", "Attempts", "Out", .. StateColumns, .. BatchEvents.Columns];

    private static IEnumerable<string> StateColumns =>
        ["State", "ProviderBatchId", "SendAt", "Absent", "LeaseUntil", "At", "Why", "LetBe"];

    /// <summary>The row of a batch that is new.</summary>
    public static TableEntity Write(Batch batch)
    {
        var row = WriteStep(batch);
        row[Members] = WriteMembers(batch.Members);
        row["Count"] = batch.Members.Count;
        return row;
    }

    /// <summary>What a step changes, to be merged into the row: the members stay as they are.</summary>
    public static TableEntity WriteStep(Batch batch)
    {
        var row = new TableEntity(batch.Run.ToString(), batch.Key)
        {
            ["Attempts"] = batch.Attempts,
            ["Out"] = batch.Out.Bits,
            // Tells a step whose answer was lost from another's.
            ["Step"] = Guid.NewGuid(),
        };
        row.ETag = batch.ETag;
        WriteState(row, batch.State);
        return row;
    }

    public static Batch Read(TableEntity row)
    {
        if (!RunId.TryParse(row.PartitionKey, out var run)
            || !LedgerKeys.TryParseBatch(row.RowKey, out var range, out var name, out var variant))
        {
            throw new InvalidDataException($"The ledger row {row.PartitionKey} / {row.RowKey} can't be read.");
        }

        return new Batch(
            run, range, name, variant, ReadMembers(row), row.ReadMembers("Out"), row.ReadNumber("Attempts"), ReadState(row), row.ETag);
    }

    /// <summary>Null if it is in a state that can't be, or a column is missing or of another type.</summary>
    public static Batch? TryRead(TableEntity row)
    {
        try
        {
            return Read(row);
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>What events change, to be merged into the row: not the step, so that whoever took one still knows it.</summary>
    public static TableEntity WriteEvents(Batch batch, BatchEvents events, BatchState.Proven? proven)
    {
        var row = proven is null
            ? new TableEntity(batch.Run.ToString(), batch.Key) { ETag = batch.ETag }
            : WriteStep(batch with { State = proven });
        events.WriteTo(row);
        return row;
    }

    /// <summary>The last attempt, whatever became of it: also where it was taken back. Null if there was none.</summary>
    public static Attempt? FindLastAttempt(TableEntity row) => row.GetString("ProviderBatchId") is null ? null : ReadAttempt(row);

    private static byte[] WriteMembers(IReadOnlyList<SubscriberId> members)
    {
        var bytes = new byte[members.Count * SubscriberId.ByteLength];
        for (var i = 0; i < members.Count; i++)
            members[i].Write(bytes.AsSpan(i * SubscriberId.ByteLength));
        return bytes;
    }

    private static SubscriberId[] ReadMembers(TableEntity row)
    {
        var bytes = row.GetBinary(Members) ?? [];
        var members = new SubscriberId[bytes.Length / SubscriberId.ByteLength];
        if (members.Length == 0 || bytes.Length % SubscriberId.ByteLength != 0 || members.Length != row.GetInt32("Count"))
            throw new InvalidDataException($"The members of the batch {row.PartitionKey} / {row.RowKey} can't be read.");
        for (var i = 0; i < members.Length; i++)
            members[i] = SubscriberId.Read(bytes.AsSpan(i * SubscriberId.ByteLength));
        return members;
    }

    // A merge leaves columns that it doesn't name, so that every step names those that would no longer be true.
    private static void WriteState(TableEntity row, BatchState state)
    {
        row["State"] = state.GetType().Name;
        row["Why"] = state switch
        {
            BatchState.Planned planned => planned.Why,
            BatchState.Unknown unknown => unknown.Why,
            BatchState.Cancelling cancelling => cancelling.Why,
            BatchState.Held held => held.Why,
            BatchState.Blocked blocked => blocked.Why,
            _ => "",
        };
        row["LetBe"] = state is BatchState.Held { IsLetBe: true } or BatchState.Blocked { IsLetBe: true };
        if (AttemptOf(state) is { } attempt)
        {
            row["ProviderBatchId"] = attempt.ProviderBatchId;
            row["SendAt"] = attempt.SendAt.ToDateTimeOffset();
            row["Absent"] = attempt.Absent.Bits;
        }

        if (state is BatchState.Claimed claimed)
            row["LeaseUntil"] = claimed.LeaseUntil.ToDateTimeOffset();
        else if (state is BatchState.Accepted accepted)
            row["At"] = accepted.At.ToDateTimeOffset();
        else if (state is BatchState.Proven proven)
            row["At"] = proven.At.ToDateTimeOffset();
    }

    public static Attempt? AttemptOf(BatchState state) => state switch
    {
        BatchState.Claimed claimed => claimed.Attempt,
        BatchState.Accepted accepted => accepted.Attempt,
        BatchState.Proven proven => proven.Attempt,
        BatchState.Unknown unknown => unknown.Attempt,
        BatchState.Cancelling cancelling => cancelling.Attempt,
        BatchState.Held held => held.Attempt,
        _ => null,
    };

    public static BatchState ReadState(TableEntity row) => row.GetString("State") switch
    {
        nameof(BatchState.Planned) => new BatchState.Planned(Why(row)),
        nameof(BatchState.Claimed) => new BatchState.Claimed(ReadAttempt(row), row.ReadInstant("LeaseUntil")),
        nameof(BatchState.Accepted) => new BatchState.Accepted(ReadAttempt(row), row.ReadInstant("At")),
        nameof(BatchState.Proven) => new BatchState.Proven(ReadAttempt(row), row.ReadInstant("At")),
        nameof(BatchState.Unknown) => new BatchState.Unknown(ReadAttempt(row), Why(row)),
        nameof(BatchState.Cancelling) => new BatchState.Cancelling(ReadAttempt(row), Why(row)),
        nameof(BatchState.Held) => new BatchState.Held(ReadAttempt(row), Why(row), IsLetBe(row)),
        nameof(BatchState.Blocked) => new BatchState.Blocked(Why(row), IsLetBe(row)),
        nameof(BatchState.Late) => new BatchState.Late(),
        nameof(BatchState.Empty) => new BatchState.Empty(),
        nameof(BatchState.Halved) => new BatchState.Halved(),
        var other => throw new InvalidDataException($"The batch {row.PartitionKey} / {row.RowKey} has the unknown state '{other}'."),
    };

    private static string Why(TableEntity row) => row.GetString("Why") ?? "";

    /// <summary>Whether the operator has decided to leave it as it is.</summary>
    public static bool IsLetBe(TableEntity row) => row.GetBoolean("LetBe") ?? false;

    private static Attempt ReadAttempt(TableEntity row) => new(
        row.GetString("ProviderBatchId")
            ?? throw new InvalidDataException($"The batch {row.PartitionKey} / {row.RowKey} has an attempt without the provider's id."),
        row.ReadInstant("SendAt"),
        row.ReadMembers("Absent"));
}
