using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MemoryStore.Tables;

/// <summary>What came of one action on an entity: its new ETag, or an error.</summary>
internal readonly record struct Outcome(int Status, string? Code, string? ETag)
{
    public static Outcome Fault(int status, string code) => new(status, code, null);
}

/// <summary>The entities of one table, a sorted list for each partition. One lock, held for one action or transaction.</summary>
internal sealed class Table(string name, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly SortedList<string, SortedRows> partitions = new(StringComparer.Ordinal);
    private long lastTicks;

    public Outcome Do(TableAction action)
    {
        lock (gate)
            return Do(action, undo: null);
    }

    /// <summary>Does all of them, or none. The index is that of the one that failed.</summary>
    public (IReadOnlyList<Outcome> Done, int? Failed) DoAll(IReadOnlyList<TableAction> actions)
    {
        var done = new List<Outcome>(actions.Count);
        lock (gate)
        {
            var undo = new Stack<(TableAction Action, Row? Before)>();
            foreach (var action in actions)
            {
                var outcome = Do(action, undo);
                done.Add(outcome);
                if (outcome.Code is null)
                    continue;
                foreach (var (undone, before) in undo)
                    Put(undone, before);
                return ([outcome], done.Count - 1);
            }
        }

        return (done, null);
    }

    public MemoryAnswer Get(TableRequest.Get request)
    {
        var writer = new EntityWriter(name, request.Selected);
        lock (gate)
        {
            if (Find(request.Partition, request.Row) is not { } row)
                return MemoryAnswer.TableError(404, "ResourceNotFound");
            writer.BeginEntity();
            writer.WriteRest(AsJson(request.Partition), row);
            return MemoryAnswer.Json(writer.Written).With("ETag", row.ETag);
        }
    }

    public MemoryAnswer Query(TableRequest.Query query)
    {
        var bounds = KeyBounds.Of(query.Filter);
        var writer = new EntityWriter(name, query.Selected);
        writer.BeginList();
        var count = 0;
        lock (gate)
        {
            foreach (var (partition, rows) in Partitions(bounds, query.Next?.Partition))
            {
                var json = AsJson(partition);
                foreach (var row in rows.From(First(bounds, partition, query.Next)))
                {
                    if (bounds.IsBeyond(row))
                        break;
                    if (query.Filter?.Holds(partition, row) == false)
                        continue;
                    if (count == query.Top)
                        return Page(writer, partition, row);
                    if (count++ > 0)
                        writer.Next();
                    writer.BeginMember();
                    writer.WriteRest(json, row);
                }
            }
        }

        return Page(writer);
    }

    private static MemoryAnswer Page(EntityWriter writer, string nextPartition, in Row nextRow) => Page(writer)
        .With("x-ms-continuation-NextPartitionKey", KeyToken.Write(nextPartition))
        .With("x-ms-continuation-NextRowKey", KeyToken.Write(nextRow.KeyText));

    private static MemoryAnswer Page(EntityWriter writer)
    {
        writer.EndList();
        return MemoryAnswer.Json(writer.Written);
    }

    private IEnumerable<KeyValuePair<string, SortedRows>> Partitions(KeyBounds bounds, string? from)
    {
        if (bounds.Partition is not { } only)
            return from is null ? partitions : partitions.Where(partition => string.CompareOrdinal(partition.Key, from) >= 0);
        return partitions.TryGetValue(only, out var rows) ? [KeyValuePair.Create(only, rows)] : [];
    }

    private static byte[] First(KeyBounds bounds, string partition, (string Partition, string Row)? next) =>
        next is { } continued && continued.Partition == partition ? Encoding.UTF8.GetBytes(continued.Row) : bounds.From;

    private Outcome Do(TableAction action, Stack<(TableAction Action, Row? Before)>? undo)
    {
        var before = Find(action.PartitionKey, action.RowKey);
        if (Refusal(action, before) is { } refused)
            return refused;

        undo?.Push((action, before));
        if (action.Operation == MemoryOperation.Delete)
        {
            Put(action, null);
            return new Outcome(204, null, null);
        }

        var entity = action.Operation == MemoryOperation.Merge && before is { } stored ? action.Entity.MergedInto(stored) : action.Entity;
        var row = Row.Of(action.RowKey, entity.Json, lastTicks = Math.Max(time.GetUtcNow().UtcTicks, lastTicks + 1));
        Put(action, row);
        return new Outcome(204, null, row.ETag);
    }

    private static Outcome? Refusal(TableAction action, Row? before)
    {
        if (action.Operation == MemoryOperation.Insert)
            return before is null ? null : Outcome.Fault(409, "EntityAlreadyExists");
        if (action.IfMatch is not { } expected)
            return null;
        if (before is not { } stored)
            return Outcome.Fault(404, "ResourceNotFound");
        return expected == "*" || expected == stored.ETag ? null : Outcome.Fault(412, "UpdateConditionNotSatisfied");
    }

    private Row? Find(string partition, string key) =>
        partitions.TryGetValue(partition, out var rows) ? rows.Find(Encoding.UTF8.GetBytes(key)) : null;

    private void Put(TableAction action, Row? row)
    {
        if (!partitions.TryGetValue(action.PartitionKey, out var rows))
            partitions.Add(action.PartitionKey, rows = new SortedRows());
        if (row is { } present)
            rows.Set(present);
        else
            rows.Remove(Encoding.UTF8.GetBytes(action.RowKey));
        if (rows.IsEmpty)
            partitions.Remove(action.PartitionKey);
    }

    private static byte[] AsJson(string key) =>
        Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(key, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"");
}
