using Azure.Data.Tables;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Core.Delivery;

/// <summary>A batch as a row of the ledger, and back. A state that can't be is a fault, and nothing is sent on a guess.</summary>
internal static class BatchRow
{
    public static TableEntity Write(Batch batch)
    {
        var row = new TableEntity(batch.Run.ToString(), batch.Key)
        {
            ["Members"] = WriteMembers(batch.Members),
            ["Count"] = batch.Members.Count,
            ["Attempts"] = batch.Attempts,
        };
        row.ETag = batch.ETag;
        WriteState(row, batch.State);
        return row;
    }

    public static Batch Read(TableEntity row)
    {
        if (!RunId.TryParse(row.PartitionKey, out var run)
            || !LedgerKeys.TryParseBatch(row.RowKey, out var range, out var index, out var variant))
        {
            throw new InvalidDataException($"The ledger row {row.PartitionKey} / {row.RowKey} can't be read.");
        }

        return new Batch(
            run, range, index, variant, ReadMembers(row), row.GetInt32("Attempts")!.Value, ReadState(row), row.ETag);
    }

    private static byte[] WriteMembers(IReadOnlyList<SubscriberId> members)
    {
        var bytes = new byte[members.Count * SubscriberId.ByteLength];
        for (var i = 0; i < members.Count; i++)
            members[i].Write(bytes.AsSpan(i * SubscriberId.ByteLength));
        return bytes;
    }

    private static SubscriberId[] ReadMembers(TableEntity row)
    {
        var bytes = row.GetBinary("Members") ?? [];
        var members = new SubscriberId[bytes.Length / SubscriberId.ByteLength];
        if (members.Length == 0 || bytes.Length % SubscriberId.ByteLength != 0 || members.Length != row.GetInt32("Count"))
            throw new InvalidDataException($"The members of the batch {row.PartitionKey} / {row.RowKey} can't be read.");
        for (var i = 0; i < members.Length; i++)
            members[i] = SubscriberId.Read(bytes.AsSpan(i * SubscriberId.ByteLength));
        return members;
    }

    private static void WriteState(TableEntity row, BatchState state)
    {
        row["State"] = state.GetType().Name;
        switch (state)
        {
            case BatchState.Claimed claimed:
                WriteAttempt(row, claimed.ProviderBatchId, claimed.SendAt);
                row["LeaseUntil"] = claimed.LeaseUntil.ToDateTimeOffset();
                break;
            case BatchState.Accepted accepted:
                WriteAttempt(row, accepted.ProviderBatchId, accepted.SendAt);
                row["AcceptedAt"] = accepted.At.ToDateTimeOffset();
                row["Sent"] = accepted.Sent;
                row["Absent"] = accepted.Absent.Bits;
                break;
            case BatchState.Held held:
                WriteAttempt(row, held.ProviderBatchId, held.SendAt);
                row["Why"] = held.Why;
                break;
            case BatchState.Blocked blocked:
                row["Why"] = blocked.Why;
                break;
        }
    }

    private static void WriteAttempt(TableEntity row, string providerBatchId, Instant sendAt)
    {
        row["ProviderBatchId"] = providerBatchId;
        row["SendAt"] = sendAt.ToDateTimeOffset();
    }

    private static BatchState ReadState(TableEntity row) => row.GetString("State") switch
    {
        nameof(BatchState.Planned) => new BatchState.Planned(),
        nameof(BatchState.Claimed) => new BatchState.Claimed(
            row.GetString("ProviderBatchId"), row.ReadInstant("SendAt"), row.ReadInstant("LeaseUntil")),
        nameof(BatchState.Accepted) => new BatchState.Accepted(
            row.GetString("ProviderBatchId"), row.ReadInstant("SendAt"), row.ReadInstant("AcceptedAt"),
            row.GetInt32("Sent")!.Value, new MemberSet(row.GetBinary("Absent"))),
        nameof(BatchState.Held) => new BatchState.Held(
            row.GetString("ProviderBatchId"), row.ReadInstant("SendAt"), row.GetString("Why")),
        nameof(BatchState.Blocked) => new BatchState.Blocked(row.GetString("Why")),
        nameof(BatchState.Late) => new BatchState.Late(),
        var other => throw new InvalidDataException($"The batch {row.PartitionKey} / {row.RowKey} has the unknown state '{other}'."),
    };
}
