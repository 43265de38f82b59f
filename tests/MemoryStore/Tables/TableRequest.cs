using System.Globalization;
using System.Text.Json;

namespace MemoryStore.Tables;

/// <summary>What a request to the tables asks for.</summary>
internal abstract record TableRequest(string Table)
{
    public static TableRequest Read(StoreRequest request) => (request.Method, request.Path) switch
    {
        ("POST", "/Tables") => new CreateTable(NameIn(request.Body)),
        ("DELETE", var path) when path.StartsWith("/Tables('", StringComparison.Ordinal) => new DeleteTable(path.Split('\'')[1]),
        ("POST", "/$batch") => new Transaction(Multipart.Read(request.Body)),
        ("GET", var path) when path.EndsWith("()", StringComparison.Ordinal) => Query.Read(request),
        ("GET", var path) when TablePath.KeysOf(path) is var (partition, row) => new Get(TablePath.NameOf(path), partition, row, SelectedIn(request)),
        _ => new Change(TableAction.Read(request)),
    };

    public MemoryCall Call(StoreRequest request, CancellationToken cancellation)
    {
        var (operation, partition, row) = this switch
        {
            CreateTable => (MemoryOperation.CreateTable, null, null),
            DeleteTable => (MemoryOperation.DeleteTable, null, null),
            Get get => (MemoryOperation.Get, get.Partition, get.Row),
            Query query => (MemoryOperation.Query, KeyBounds.Of(query.Filter).Partition, null),
            Change change => (change.Action.Operation, change.Action.PartitionKey, change.Action.RowKey),
            Transaction transaction => (MemoryOperation.Transaction, transaction.Actions[0].PartitionKey, transaction.Actions[0].RowKey),
            _ => throw request.NotSupported(),
        };
        return new MemoryCall(operation, request.Method, Table, partition, row, cancellation);
    }

    private static string NameIn(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.GetProperty("TableName").GetString()!;
    }

    private static string[]? SelectedIn(StoreRequest request) => request.Query("$select")?.Split(',');

    internal sealed record CreateTable(string Table) : TableRequest(Table);

    internal sealed record DeleteTable(string Table) : TableRequest(Table);

    internal sealed record Change(TableAction Action) : TableRequest(Action.Table);

    internal sealed record Transaction(IReadOnlyList<TableAction> Actions) : TableRequest(Actions[0].Table);

    internal sealed record Get(string Table, string Partition, string Row, IReadOnlyCollection<string>? Selected) : TableRequest(Table);

    /// <param name="Next">Where the page before ended: the first partition and row that are still to come.</param>
    internal sealed record Query(
        string Table, Filter? Filter, int Top, IReadOnlyCollection<string>? Selected, (string Partition, string Row)? Next)
        : TableRequest(Table)
    {
        public const int MaxTop = 1_000;

        public static new Query Read(StoreRequest request) => new(
            TablePath.NameOf(request.Path),
            request.Query("$filter") is { } filter ? FilterReader.Read(filter) : null,
            request.Query("$top") is { } top ? Math.Min(int.Parse(top, CultureInfo.InvariantCulture), MaxTop) : MaxTop,
            SelectedIn(request),
            request.Query("NextPartitionKey") is { } partition && request.Query("NextRowKey") is { } row
                ? (KeyToken.Read(partition), KeyToken.Read(row))
                : null);
    }
}
