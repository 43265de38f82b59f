using System.Collections.Concurrent;

namespace MemoryStore.Tables;

/// <summary>The account's tables.</summary>
internal sealed class TableService(TimeProvider time)
{
    private const int MaxActions = 100;

    // The service doesn't tell upper from lower case in tables' names.
    private readonly ConcurrentDictionary<string, Table> tables = new(StringComparer.OrdinalIgnoreCase);

    public MemoryAnswer Answer(TableRequest request)
    {
        switch (request)
        {
            case TableRequest.CreateTable:
                return tables.TryAdd(request.Table, new Table(request.Table, time))
                    ? MemoryAnswer.NoContent
                    : MemoryAnswer.TableError(409, "TableAlreadyExists");
            case TableRequest.DeleteTable:
                return tables.TryRemove(request.Table, out _) ? MemoryAnswer.NoContent : MemoryAnswer.TableError(404, "ResourceNotFound");
        }

        if (!tables.TryGetValue(request.Table, out var table))
            return request is TableRequest.Transaction ? Multipart.Write([Outcome.Fault(404, "TableNotFound")], failed: 0) : MemoryAnswer.TableError(404, "TableNotFound");
        return request switch
        {
            TableRequest.Get get => table.Get(get),
            TableRequest.Query query => table.Query(query),
            TableRequest.Change change => Changed(table.Do(change.Action)),
            TableRequest.Transaction transaction => AnswerAll(table, transaction.Actions),
            _ => throw new ArgumentOutOfRangeException(nameof(request), request, message: null),
        };
    }

    private static MemoryAnswer Changed(Outcome outcome)
    {
        if (outcome.Code is not null)
            return MemoryAnswer.TableError(outcome.Status, outcome.Code);
        return outcome.ETag is null ? MemoryAnswer.NoContent : new MemoryAnswer(outcome.Status).With("ETag", outcome.ETag);
    }

    // What the service refuses before it looks at an entity: the first action that is wrong is named.
    private static MemoryAnswer AnswerAll(Table table, IReadOnlyList<TableAction> actions)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < actions.Count; index++)
        {
            var code = index >= MaxActions ? "InvalidInput"
                : actions[index].PartitionKey != actions[0].PartitionKey ? "CommandsInBatchActOnDifferentPartitions"
                : !keys.Add(actions[index].RowKey) ? "InvalidDuplicateRow"
                : null;
            if (code is not null)
                return Multipart.Write([Outcome.Fault(400, code)], index);
        }

        var (done, failed) = table.DoAll(actions);
        return Multipart.Write(done, failed);
    }
}
