using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using CsCheck;
using DigestFunctions.Tests.Storage;
using MemoryStore;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace DigestFunctions.Tests;

/// <summary>The store in memory answers as Azurite does, whatever is done; and does on command what Azurite doesn't.</summary>
public sealed class MemoryStoreTests(SharedAzurite azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task Tables_answer_as_those_of_Azurite() => TableStep.Any.Array[1, 40].SampleAsync(
        async steps =>
        {
            var (real, memory) = (Tables(), Tables(new MemoryTransport()));
            await real.CreateAsync(Cancellation);
            await memory.CreateAsync(Cancellation);
            var (realTags, memoryTags) = (new TableStep.ETags(), new TableStep.ETags());
            foreach (var step in steps)
                Assert.Equal(await AnswerAsync(step, real, realTags), await AnswerAsync(step, memory, memoryTags));
            await real.DeleteAsync(Cancellation);
        },
        iter: 40,
        threads: 1,
        print: steps => string.Join('\n', steps.Select(step => step.ToString())));

    [Fact]
    public Task Queues_answer_as_those_of_Azurite() => QueueStep.Any.Array[1, 40].SampleAsync(
        async steps =>
        {
            var (real, memory) = (new QueueStep.Scene(Queue()), new QueueStep.Scene(Queue(new MemoryTransport())));
            foreach (var step in steps)
                Assert.Equal(await step.AnswerAsync(real, Cancellation), await step.AnswerAsync(memory, Cancellation));
            await real.Queue.DeleteIfExistsAsync(Cancellation);
        },
        iter: 40,
        threads: 1,
        print: steps => string.Join('\n', steps.Select(step => step.ToString())));

    [Fact]
    public async Task A_transaction_that_the_service_refuses_names_the_action_and_does_nothing()
    {
        var table = Tables(new MemoryTransport());
        await table.CreateAsync(Cancellation);
        static TableTransactionAction Put(string partition, string row) =>
            new(TableTransactionActionType.UpsertReplace, new TableEntity(partition, row));

        Assert.Equal("400 InvalidDuplicateRow at 1", await TryAsync(() => table.SubmitTransactionAsync([Put("a", "1"), Put("a", "1")], Cancellation)));
        Assert.Equal(
            "400 CommandsInBatchActOnDifferentPartitions at 2",
            await TryAsync(() => table.SubmitTransactionAsync([Put("a", "1"), Put("a", "2"), Put("b", "1")], Cancellation)));
        Assert.Equal(
            "400 InvalidInput at 100",
            await TryAsync(() => table.SubmitTransactionAsync(Enumerable.Range(0, 101).Select(number => Put("a", $"{number}")), Cancellation)));
        Assert.Empty(await table.QueryAsync<TableEntity>(cancellationToken: Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task A_missing_table_is_said_to_be_missing()
    {
        var table = Tables(new MemoryTransport());

        Assert.Equal("404 TableNotFound", await TryAsync(() => table.AddEntityAsync(new TableEntity("a", "b"), Cancellation)));
        Assert.Equal("404 TableNotFound", await TryAsync(() => table.QueryAsync<TableEntity>(cancellationToken: Cancellation).ToListAsync(Cancellation).AsTask()));
        Assert.Equal("404 TableNotFound at 0", await TryAsync(() => table.SubmitTransactionAsync([new(TableTransactionActionType.Add, new TableEntity("a", "b"))], Cancellation)));
    }

    [Fact]
    public async Task A_hidden_message_comes_when_its_time_does_and_an_old_one_goes()
    {
        var time = new FakeTimeProvider();
        var queue = Queue(new MemoryTransport(time));
        await queue.CreateAsync(cancellationToken: Cancellation);
        await queue.SendMessageAsync("later", TimeSpan.FromMinutes(5), TimeSpan.FromHours(1), Cancellation);

        Assert.Empty((await queue.ReceiveMessagesAsync(Cancellation)).Value);
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("later", Assert.Single((await queue.ReceiveMessagesAsync(32, TimeSpan.FromMinutes(1), Cancellation)).Value).MessageText);
        Assert.Empty((await queue.ReceiveMessagesAsync(Cancellation)).Value);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, Assert.Single((await queue.ReceiveMessagesAsync(Cancellation)).Value).DequeueCount);
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, (await queue.GetPropertiesAsync(Cancellation)).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task What_is_refused_before_it_is_not_done_and_what_is_refused_after_it_is()
    {
        var memory = new MemoryTransport();
        var table = Tables(memory);
        await table.CreateAsync(Cancellation);

        memory.Before = call =>
        {
            Assert.Equal((MemoryOperation.Insert, table.Name, "a", "b"), (call.Operation, call.Name, call.PartitionKey, call.RowKey));
            call.Answer(503, "ServerBusy");
            return Task.CompletedTask;
        };
        Assert.Equal("503 ServerBusy", await TryAsync(() => table.AddEntityAsync(new TableEntity("a", "b"), Cancellation)));

        memory.Before = null;
        memory.After = call =>
        {
            Assert.Equal(204, call.Status);
            call.Answer(500);
            return Task.CompletedTask;
        };
        Assert.Equal("500 InternalError", await TryAsync(() => table.AddEntityAsync(new TableEntity("a", "b"), Cancellation)));

        memory.After = _ => throw new IOException("The answer was lost.");
        await Assert.ThrowsAsync<IOException>(() => table.UpsertEntityAsync(new TableEntity("a", "c"), cancellationToken: Cancellation));

        memory.After = null;
        Assert.Equal(["b", "c"], await table.QueryAsync<TableEntity>(cancellationToken: Cancellation).Select(row => row.RowKey).ToListAsync(Cancellation));
    }

    [Fact]
    public void A_call_goes_on_where_its_hook_is_completed()
    {
        var (memory, held) = (new MemoryTransport(), new TaskCompletionSource());
        var table = Tables(memory);
        Assert.True(table.CreateAsync(Cancellation).IsCompletedSuccessfully);
        memory.Before = _ => held.Task;
        var thread = 0;
        async Task CallAsync()
        {
            await table.AddEntityAsync(new TableEntity("a", "b"), Cancellation).ConfigureAwait(false);
            thread = Environment.CurrentManagedThreadId;
        }

        // On a thread of our own, since that of a test has a context, and to which the runtime doesn't return inline.
        var completer = new Thread(() =>
        {
            var called = CallAsync();
            Assert.False(called.IsCompleted);
            held.SetResult();
            Assert.True(called.IsCompletedSuccessfully);
        });
        completer.Start();
        completer.Join();

        Assert.Equal(completer.ManagedThreadId, thread);
    }

    private static async Task<string> TryAsync(Func<Task> call)
    {
        try
        {
            await call();
            return "done";
        }
        catch (TableTransactionFailedException failure)
        {
            return $"{failure.Status} {failure.ErrorCode} at {failure.FailedTransactionActionIndex}";
        }
        catch (RequestFailedException failure)
        {
            return $"{failure.Status} {failure.ErrorCode}";
        }
    }

    private static async Task<string> AnswerAsync(TableStep step, TableClient table, TableStep.ETags etags)
    {
        var said = "";
        var outcome = await TryAsync(async () => said = await step.RunAsync(table, etags, Cancellation));
        return $"{outcome} {said}";
    }

    private TableClient Tables(MemoryTransport? memory = null)
    {
        var options = new TableClientOptions { Retry = { MaxRetries = 0 } };
        if (memory is not null)
            options.Transport = memory;
        return new TableClient(azurite.ConnectionString, $"m{Guid.NewGuid():n}"[..20], options);
    }

    private QueueClient Queue(MemoryTransport? memory = null)
    {
        var options = new QueueClientOptions { Retry = { MaxRetries = 0 } };
        if (memory is not null)
            options.Transport = memory;
        return new QueueClient(azurite.ConnectionString, $"m{Guid.NewGuid():n}"[..20], options);
    }
}
