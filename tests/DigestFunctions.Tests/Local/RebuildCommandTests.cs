using Azure.Data.Tables;
using Azure.Storage.Queues;
using DigestFunctions.Core.Storage;
using DigestFunctions.Local;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DigestFunctions.Tests.Local;

public sealed class RebuildCommandTests(SharedAzurite azurite)
{
    private readonly Names names = new("t" + Guid.NewGuid().ToString("n")[..20]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_schedule_that_was_lost_is_written_anew()
    {
        var store = new Store(new TableServiceClient(azurite.ConnectionString), new QueueServiceClient(azurite.ConnectionString), names);
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
        await store.DeleteAsync(Cancellation);
    }

    [Fact]
    public async Task Stopped_it_is_in_the_audit_log_all_the_same()
    {
        using var stop = new CancellationTokenSource();
        var faults = new FaultyStore();
        faults.Once("GET schedule", stop.CancelAsync);

        var status = await StoreCommand.RunAsync(
            TestApp.Settings(azurite.ConnectionString, new Uri("http://localhost:1")),
            new CommandOutput(TextWriter.Null, IsJson: false),
            session => RebuildCommand.RunAsync(session, stop.Token),
            stop.Token,
            services => services.AddSingleton(names).AddSingleton(known => faults.StoreIn(azurite, known)));

        Assert.Equal(ExitStatus.Stopped, status);
        var store = new Store(new TableServiceClient(azurite.ConnectionString), new QueueServiceClient(azurite.ConnectionString), names);
        var entry = await store.Audit.QueryAsync<TableEntity>(cancellationToken: Cancellation).SingleAsync(Cancellation);
        Assert.Equal(("RebuiltSchedule", "begun"), (entry.GetString("Action"), entry.GetString("Detail")));
        await store.DeleteAsync(Cancellation);
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

    private Task<int> RunAsync(string data, TextWriter output) => StoreCommand.RunAsync(
        TestApp.Settings(data, new Uri("http://localhost:1")),
        new CommandOutput(output, IsJson: false),
        session => RebuildCommand.RunAsync(session, Cancellation),
        Cancellation,
        services => services.AddSingleton(names));
}
