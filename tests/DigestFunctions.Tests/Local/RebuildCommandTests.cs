using Azure.Data.Tables;
using Azure.Storage.Queues;
using DigestFunctions.Core.Storage;
using DigestFunctions.Local;
using Xunit;

namespace DigestFunctions.Tests.Local;

public sealed class RebuildCommandTests(SharedAzurite azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_schedule_that_was_lost_is_written_anew()
    {
        // The command's own tables: it has no prefix.
        var store = new Store(new TableServiceClient(azurite.ConnectionString), new QueueServiceClient(azurite.ConnectionString), new Names());
        await store.CreateAsync(Cancellation);
        await store.AddAsync(People.Active(1, Slots.Tuesday), People.Active(2, Slots.Friday));
        using var output = new StringWriter();

        var status = await RunAsync(azurite.ConnectionString, output);

        Assert.Equal(ExitStatus.Done, status);
        Assert.StartsWith("Entries of 0 subscribers were right, written anew of 2, removed of 0;", output.ToString(), StringComparison.Ordinal);
        var rows = await store.EntryRowsAsync().Select(row => $"{row.PartitionKey} {row.RowKey}").ToListAsync(Cancellation);
        Assert.Equal(
            new[] { $"{Slots.Friday} {People.Id(2)}", $"{Slots.Tuesday} {People.Id(1)}" }.Order(StringComparer.Ordinal),
            rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_store_that_is_not_there_is_said_in_one_sentence()
    {
        using var output = new StringWriter();
        const string Nowhere = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=bm9uZQ==;TableEndpoint=http://127.0.0.1:9/a;QueueEndpoint=http://127.0.0.1:9/a";

        var problem = await Assert.ThrowsAsync<LocalProblemException>(() =>
            RunAsync(Nowhere, output));

        Assert.StartsWith("The store can't be reached.", problem.Message, StringComparison.Ordinal);
    }

    private static Task<int> RunAsync(string data, TextWriter output) => StoreCommand.RunAsync(
        TestApp.Settings(data, new Uri("http://localhost:1")),
        new CommandOutput(output, IsJson: false),
        session => RebuildCommand.RunAsync(session, Cancellation),
        Cancellation);
}
