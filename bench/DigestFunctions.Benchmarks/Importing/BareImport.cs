using Azure.Data.Tables;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Benchmarks.Importing;

/// <summary>
/// The bare loop: takes each line apart at its commas, knows that all are right, new and different, and writes the
/// same rows of both tables by the SDK's transactions, as many at once as the import.
/// </summary>
internal static class BareImport
{
    private const int Window = 16_384;
    private const int AtOnce = 8;

    public static async Task<(long Rows, long Added)> RunAsync(Store store, string path, CancellationToken cancellation)
    {
        var identities = new Identities(new byte[32]);
        var (rows, added) = (0L, 0L);
        foreach (var lines in File.ReadLines(path).Skip(1).Chunk(Window))
        {
            var people = lines.Select(line => Read(line, identities)).Where(person => person.Fields[0].EndsWith(".com", StringComparison.Ordinal)).DistinctBy(person => person.Id).ToList();
            await WriteAsync(store.Subscribers, people.GroupBy(person => person.Id.Partition), Row, cancellation);
            await WriteAsync(store.Schedule, people.GroupBy(person => person.Slot), Entry, cancellation);
            (rows, added) = (rows + lines.Length, added + people.Count);
        }

        return (rows, added);
    }

    private static Task WriteAsync<TKey>(TableClient table, IEnumerable<IGrouping<TKey, Person>> partitions, Func<Person, TableEntity> write, CancellationToken cancellation) =>
        Parallel.ForEachAsync(
            partitions.SelectMany(partition => partition.OrderBy(person => person.Id.Value).Chunk(Store.TransactionSize)),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (some, stopping) => await table.SubmitTransactionAsync(some.Select(person => new TableTransactionAction(TableTransactionActionType.Add, write(person))), stopping));

    private static Person Read(string line, Identities identities)
    {
        string[] fields = [.. line.Split('"') is [var before, var quoted, var after] ? (string[])[.. before.Split(',')[..^1], quoted, .. after.Split(',')[1..]] : line.Split(',')];
        _ = EmailAddress.TryParse(fields[0], out var address);
        return new Person(identities.Of(address), fields, $"digest|{fields[2 + 1].Replace('/', '~')}|{fields[4][..3]}|{fields[5]}");
    }

    private static TableEntity Row(Person person) => new(person.Id.Partition, person.Id.ToString())
    {
        ["Email"] = person.Fields[0],
        ["Name"] = person.Fields[1],
        ["Language"] = person.Fields[2],
        ["Zone"] = person.Fields[3],
        ["Weekday"] = person.Fields[4][..3],
        ["Time"] = person.Fields[5],
        ["Focus"] = person.Fields[6],
        ["Energy"] = person.Fields[7],
        ["ReminderTime"] = "00:00",
        ["Generation"] = 1,
        ["ConsentText"] = person.Fields[12],
        ["ConsentLanguage"] = person.Fields[2],
        ["ConsentVersion"] = "00000000",
        ["ConsentAskedAt"] = DateTimeOffset.UtcNow,
        ["ConsentFrom"] = "",
        ["ConsentGivenAt"] = DateTimeOffset.UtcNow,
        ["ConsentImportedAt"] = DateTimeOffset.UtcNow,
        ["Status"] = "Active",
        ["Placements"] = $"{person.Slot} 2026-W49..",
    };

    private static TableEntity Entry(Person person) => new(person.Slot, person.Id.ToString())
    {
        ["Email"] = person.Fields[0],
        ["Name"] = person.Fields[1],
        ["Language"] = person.Fields[2],
        ["Focus"] = person.Fields[6],
        ["Energy"] = person.Fields[7],
        ["Generation"] = 1,
        ["FirstIssue"] = "2026-W49",
    };

    private sealed record Person(SubscriberId Id, string[] Fields, string Slot);
}
