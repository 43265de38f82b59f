using System.Globalization;
using Azure;
using Azure.Data.Tables;
using CsCheck;

namespace DigestFunctions.Tests.Storage;

internal enum Match
{
    /// <summary>The entity's ETag of now.</summary>
    Now,

    /// <summary>One that it had before, if it had.</summary>
    Before,
    Any,
}

/// <summary>One call of the tables' client, and what it answers as a line of text: the same of every store.</summary>
internal abstract record TableStep
{
    private static readonly string[] Partitions = ["a", "b|'~한 c"];
    private static readonly string[] Rows = ["", "0", "0a", "A", "a", "aa", "f|000|en", "g'\"", "한"];
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<(string Column, object? Value)> Values = Gen.OneOf<(string, object?)>(
        Gen.OneOf("", "en", "ko", "it's \"한\"\\\n").Select(value => ("Text", (object?)value)),
        Gen.Int[-2, 2].Select(value => ("Number", (object?)value)),
        Gen.Long[-2, 2].Select(value => ("Long", (object?)value)),
        Gen.Bool.Select(value => ("Yes", (object?)value)),
        Gen.Int[-2, 2].Select(minutes => ("At", (object?)Noon.AddMinutes(minutes))),
        Gen.Byte.Array[0, 5].Select(value => ("Bytes", (object?)value)),
        Gen.Int[0, 2].Select(value => ("Guid", (object?)new Guid(value, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]))),
        Gen.OneOf("Text", "Number", "Long").Select(column => (column, (object?)null)));

    private static readonly Gen<TableEntity> Entities = Gen.Select(Gen.OneOf(Partitions), Gen.OneOf(Rows), Values.Array[0, 4])
        .Select((partition, row, columns) =>
        {
            var entity = new TableEntity(partition, row);
            foreach (var (column, value) in columns)
                entity[column] = value;
            return entity;
        });

    private static readonly Gen<Match> Matches = Gen.OneOf(Match.Now, Match.Now, Match.Before, Match.Any);

    private static readonly Gen<TableTransactionActionType> Kinds = Gen.Enum<TableTransactionActionType>();

    private static readonly Gen<string> Comparisons = Gen.Select(
        Gen.OneOf("eq", "lt", "le", "gt", "ge"),
        Gen.OneOf(
            Gen.OneOf(Partitions).Select(value => ("PartitionKey", Quoted(value))),
            Gen.OneOf(Rows).Select(value => ("RowKey", Quoted(value))),
            Gen.OneOf(Rows).Select(value => ("RowKey", Quoted(value))),
            Gen.OneOf("en", "ko", "f").Select(value => ("Text", Quoted(value))),
            Gen.Int[-2, 2].Select(value => ("Number", value.ToString(CultureInfo.InvariantCulture))),
            Gen.Long[-2, 2].Select(value => ("Long", $"{value}L")),
            Gen.Int[-2, 2].Select(minutes => ("At", TableClient.CreateQueryFilter($"x eq {Noon.AddMinutes(minutes)}")[5..]))))
        .Select((comparison, column) => $"{column.Item1} {comparison} {column.Item2}");

    private static readonly Gen<string> Filters = Gen.OneOf(
        Gen.Const(""),
        Comparisons,
        Gen.Select(Comparisons, Gen.OneOf("and", "or"), Comparisons).Select((left, word, right) => $"{left} {word} {right}"),
        Gen.Select(Comparisons, Comparisons, Gen.OneOf("and", "or"), Comparisons)
            .Select((first, left, word, right) => $"{first} and ({left} {word} {right})"),
        Gen.Select(Gen.OneOf(Partitions), Gen.OneOf(Rows), Gen.OneOf(Rows))
            .Select((partition, from, to) => TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {to}")),
        Gen.Bool.Select(value => value ? "Yes eq true" : "Yes eq false"));

    private static readonly Gen<string[]?> Selections = Gen.OneOf<string[]?>(null, null, ["PartitionKey", "RowKey"], ["RowKey", "Long", "Text", "None"]);

    public static Gen<TableStep> Any { get; } = Gen.Frequency(
        (6, Gen.Select(Kinds, Entities, Matches).Select((kind, entity, match) => (TableStep)new Change(kind, entity, match))),
        (2, Gen.Select(Gen.OneOf(Partitions), Gen.Select(Kinds, Entities, Matches).Array[1, 5]).Select((partition, changes) => (TableStep)new Transaction(
            [.. changes.Select(change => new Change(change.Item1, new TableEntity(change.Item2) { PartitionKey = partition }, change.Item3))
                .DistinctBy(change => change.Entity.RowKey)]))),
        (1, Gen.Select(Gen.OneOf(Partitions), Gen.OneOf(Rows), Selections).Select((partition, row, columns) => (TableStep)new Get(partition, row, columns))),
        (4, Gen.Select(Filters, Gen.Int[1, 5], Selections).Select((filter, size, columns) => (TableStep)new Query(filter, size, columns))));

    public abstract Task<string> RunAsync(TableClient table, ETags etags, CancellationToken cancellation);

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Show(TableEntity entity) => string.Join(", ", entity
        .Where(column => column.Key is not ("odata.etag" or "Timestamp") && column.Value is not null)
        .OrderBy(column => column.Key, StringComparer.Ordinal)
        .Select(column => $"{column.Key}={Show(column.Value)}"));

    private static string Show(object value) => value switch
    {
        byte[] bytes => Convert.ToHexString(bytes),
        DateTimeOffset at => at.ToString("O", CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value.GetType().Name} {value}"),
    };

    /// <summary>The ETags that one store gave, by key.</summary>
    internal sealed class ETags
    {
        private readonly Dictionary<(string, string), List<ETag>> given = [];

        public void Add(TableEntity entity, ETag? etag)
        {
            if (etag is { } one)
                Of(entity).Add(one);
        }

        public ETag Find(TableEntity entity, Match match) => (match, Of(entity)) switch
        {
            (Match.Any, _) => ETag.All,
            (Match.Now, [.., var last]) => last,
            (_, [var first, ..]) => first,
            _ => new ETag("W/\"datetime'2000-01-01T00%3A00%3A00.0000000Z'\""),
        };

        private List<ETag> Of(TableEntity entity)
        {
            if (!given.TryGetValue((entity.PartitionKey, entity.RowKey), out var of))
                given.Add((entity.PartitionKey, entity.RowKey), of = []);
            return of;
        }
    }

    internal sealed record Change(TableTransactionActionType Kind, TableEntity Entity, Match Match) : TableStep
    {
        public override async Task<string> RunAsync(TableClient table, ETags etags, CancellationToken cancellation)
        {
            var etag = etags.Find(Entity, Match);
            var response = await (Kind switch
            {
                TableTransactionActionType.Add => table.AddEntityAsync(Entity, cancellation),
                TableTransactionActionType.UpdateMerge => table.UpdateEntityAsync(Entity, etag, TableUpdateMode.Merge, cancellation),
                TableTransactionActionType.UpdateReplace => table.UpdateEntityAsync(Entity, etag, TableUpdateMode.Replace, cancellation),
                TableTransactionActionType.UpsertMerge => table.UpsertEntityAsync(Entity, TableUpdateMode.Merge, cancellation),
                TableTransactionActionType.UpsertReplace => table.UpsertEntityAsync(Entity, TableUpdateMode.Replace, cancellation),
                _ => table.DeleteEntityAsync(Entity.PartitionKey, Entity.RowKey, etag, cancellation),
            });
            etags.Add(Entity, response.Headers.ETag);
            return $"{response.Status} {response.Headers.ETag is not null}";
        }

        public TableTransactionAction Action(ETags etags) => new(Kind, Entity, etags.Find(Entity, Match));

        public override string ToString() => $"{Kind} {Match} {Show(Entity)}";
    }

    internal sealed record Transaction(IReadOnlyList<Change> Changes) : TableStep
    {
        public override async Task<string> RunAsync(TableClient table, ETags etags, CancellationToken cancellation)
        {
            var response = await table.SubmitTransactionAsync(Changes.Select(change => change.Action(etags)), cancellation);
            for (var i = 0; i < Changes.Count; i++)
                etags.Add(Changes[i].Entity, response.Value[i].Headers.ETag);
            return string.Join(' ', response.Value.Select(part => $"{part.Status} {part.Headers.ETag is not null}"));
        }

        public override string ToString() => $"Transaction [{string.Join("; ", Changes)}]";
    }

    internal sealed record Get(string Partition, string Row, string[]? Columns) : TableStep
    {
        public override async Task<string> RunAsync(TableClient table, ETags etags, CancellationToken cancellation)
        {
            var answer = await table.GetEntityIfExistsAsync<TableEntity>(Partition, Row, Columns, cancellation);
            return answer.HasValue ? Show(answer.Value!) : "none";
        }

        public override string ToString() => $"Get {Partition} {Row} {Select(Columns)}";
    }

    internal sealed record Query(string Filter, int PageSize, string[]? Columns) : TableStep
    {
        public override async Task<string> RunAsync(TableClient table, ETags etags, CancellationToken cancellation)
        {
            var pages = new List<string>();
            await foreach (var page in table.QueryAsync<TableEntity>(Filter.Length > 0 ? Filter : null, PageSize, Columns, cancellation).AsPages())
                pages.Add($"{string.Join("; ", page.Values.Select(Show))} more: {page.ContinuationToken is not null}");
            return string.Join('\n', pages);
        }

        public override string ToString() => $"Query {Filter} by {PageSize} {Select(Columns)}";
    }

    private static string Select(string[]? columns) => columns is null ? "*" : string.Join(',', columns);
}
