using Azure.Data.Tables;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Tests.Delivery;
using Xunit;

namespace DigestFunctions.Tests.Operations;

/// <summary>Ledgers that nobody asks about any more go. It is 2026-W49; 2025-W47 is 54 weeks ago.</summary>
public sealed class PurgeTests(SharedAzurite azurite)
{
    private static readonly RunId Old = Slots.Run("digest|Europe~Paris|Tue|08:30|2025-11-11");
    private static readonly RunId Kept = Slots.Run("digest|Europe~Paris|Tue|08:30|2025-11-18");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Runs_of_more_than_54_weeks_ago_go_with_their_deliveries_and_younger_ones_stay()
    {
        await using var sending = await Sending.StartAsync(azurite);
        await AddAsync(sending, Old, deliveries: 230);
        await AddAsync(sending, Kept, deliveries: 3);

        Assert.Equal(231, await PurgeAsync(sending));

        Assert.Equal([Kept.ToString()], await KeysAsync(sending.Store.Runs));
        Assert.Equal(3, (await KeysAsync(sending.Store.Deliveries)).Count);
    }

    [Fact]
    public async Task One_that_is_cut_short_goes_on_the_next_time()
    {
        await using var sending = await Sending.StartAsync(azurite);
        await AddAsync(sending, Old, deliveries: 130);
        sending.Faults.Once("POST $batch", () =>
        {
            sending.Faults.Fail("POST $batch");
            return Task.CompletedTask;
        }, after: true);
        await Assert.ThrowsAnyAsync<Exception>(() => PurgeAsync(sending));
        Assert.Equal([Old.ToString()], await KeysAsync(sending.Store.Runs));
        sending.Faults.Mend();

        Assert.Equal(31, await PurgeAsync(sending));

        Assert.Empty(await KeysAsync(sending.Store.Deliveries));
    }

    [Fact]
    public async Task A_purge_whose_answer_is_lost_is_done_all_the_same()
    {
        await using var sending = await Sending.StartAsync(azurite);
        await AddAsync(sending, Old, deliveries: 2);
        sending.Faults.LoseAnswer("POST $batch");

        await PurgeAsync(sending);

        Assert.Empty(await KeysAsync(sending.Store.Deliveries));
        Assert.Empty(await KeysAsync(sending.Store.Runs));
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_is_said_and_left()
    {
        await using var sending = await Sending.StartAsync(azurite);
        await sending.Store.Runs.AddEntityAsync(new TableEntity("2020-W01", "something"), Cancellation);
        await AddAsync(sending, Old, deliveries: 1);

        Assert.Equal(2, await PurgeAsync(sending));

        Assert.Equal(["something"], await KeysAsync(sending.Store.Runs));
        Assert.Contains(sending.App.Log.All, line => line.Contains("Error 303", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Counts_of_sign_ups_go_after_a_day()
    {
        await using var sending = await Sending.StartAsync(azurite);
        // It is 06:40, a Tuesday.
        foreach (var partition in (string[])["2026-11-29T23|0", "2026-11-30T05|0", "2026-11-30T05|1", "2026-11-30T06|0", "2026-12-01T06|1"])
        {
            foreach (var key in (string[])["0123", "~all"])
                await sending.Store.Limits.AddEntityAsync(new TableEntity(partition, key), Cancellation);
        }

        Assert.Equal(6, await PurgeAsync(sending));

        Assert.Equal(4, (await KeysAsync(sending.Store.Limits)).Count);
    }

    private static Task<int> PurgeAsync(Sending sending) => sending.Get<Purge>().RunAsync(Cancellation);

    private static async Task AddAsync(Sending sending, RunId run, int deliveries)
    {
        await sending.Store.Runs.AddEntityAsync(new TableEntity(run.Issue.ToString(), run.ToString()), Cancellation);
        foreach (var some in Enumerable.Range(0, deliveries).Chunk(100))
        {
            await sending.Store.Deliveries.SubmitTransactionAsync(
                some.Select(number => new TableTransactionAction(
                    TableTransactionActionType.Add, new TableEntity(run.ToString(), $"|{number:D3}|en|a-tip"))),
                Cancellation);
        }
    }

    private static async Task<List<string>> KeysAsync(TableClient table) =>
        await table.QueryAsync<TableEntity>(cancellationToken: Cancellation).Select(row => row.RowKey).ToListAsync(Cancellation);
}
