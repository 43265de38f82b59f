namespace MemoryStore.Tables;

/// <summary>A change of one entity: a request of its own, or a part of a transaction.</summary>
internal sealed record TableAction(
    MemoryOperation Operation, string Table, string PartitionKey, string RowKey, string? IfMatch, Entity Entity)
{
    public static TableAction Read(StoreRequest request)
    {
        var keys = TablePath.KeysOf(request.Path);
        var operation = (request.Method, keys) switch
        {
            ("POST", null) => MemoryOperation.Insert,
            ("PUT", not null) => MemoryOperation.Replace,
            ("PATCH", not null) => MemoryOperation.Merge,
            ("DELETE", not null) => MemoryOperation.Delete,
            _ => throw request.NotSupported(),
        };
        var entity = operation == MemoryOperation.Delete ? default : Entity.Read(request.Body);
        var (partition, row) = keys ?? (entity.PartitionKey, entity.RowKey);
        return new TableAction(operation, TablePath.NameOf(request.Path), partition, row, request.IfMatch, entity);
    }
}
