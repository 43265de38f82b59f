using Azure.Data.Tables;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Tests.Delivery;
using DigestFunctions.Tests.Subscribers;
using Xunit;

namespace DigestFunctions.Tests.Operations;

/// <summary>Whatever the tables say, a rebuild makes the schedule what the subscribers say.</summary>
public sealed class ScheduleRebuildTests(SharedAzurite azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task From_any_state_of_the_tables_the_schedule_is_what_the_subscribers_say(int seed)
    {
        await using var sending = await Sending.StartAsync(azurite);
        await Mess.MakeAsync(sending, seed);

        await RebuildAsync(sending);

        await sending.AssertAgreedAsync();
    }

    [Theory]
    [InlineData(4, 20)]
    [InlineData(5, 90)]
    [InlineData(6, 250)]
    public async Task Cut_anywhere_and_run_again_it_comes_to_the_same(int seed, int afterCalls)
    {
        await using var sending = await Sending.StartAsync(azurite);
        await Mess.MakeAsync(sending, seed);
        var calls = 0;
        sending.Faults.Before = _ => Interlocked.Increment(ref calls) > afterCalls ? throw new IOException("Cut.") : Task.CompletedTask;
        await Assert.ThrowsAnyAsync<Exception>(() => RebuildAsync(sending));
        sending.Faults.Mend();

        await RebuildAsync(sending);

        await sending.AssertAgreedAsync();
    }

    [Fact]
    public async Task A_second_rebuild_changes_no_subscriber()
    {
        await using var sending = await Sending.StartAsync(azurite);
        await Mess.MakeAsync(sending, 7);
        await RebuildAsync(sending);
        sending.Faults.Forget();

        var counts = await RebuildAsync(sending);

        Assert.Equal((0, 0, 0), (counts.Removed, counts.LeftAlone, counts.Recomputed));
        Assert.DoesNotContain("PUT subscribers", sending.Faults.Seen);
    }

    [Fact]
    public async Task Who_has_to_do_with_a_slot_of_which_a_run_is_under_way_is_left_alone_and_her_slot_is_planned()
    {
        await using var sending = await Sending.StartAsync(azurite);
        await sending.Store.AddAsync(People.Active(1, Slots.Tuesday), People.Active(2, Slots.Friday), People.Active(3, Slots.Friday));
        await sending.Store.ScheduleAsync(Slots.Tuesday, People.Entry(2));
        await UnsettledAsync(sending, Sending.Run);

        var counts = await RebuildAsync(sending);

        Assert.Equal(new RebuildCounts(Written: 1, Removed: 0, LeftAlone: 2, Recomputed: 0), counts);
        Assert.Equal(
            [(Slots.Friday, People.Id(3)), (Slots.Tuesday, People.Id(2))],
            (await sending.EntriesAsync()).Select(found => (found.Slot, found.Entry.Id)));
        Assert.Equal([Slots.Friday.ToString(), Slots.Tuesday.ToString()], await SlotRowsAsync(sending));
    }

    [Fact]
    public async Task The_row_of_a_slot_that_nobody_is_in_any_more_stays()
    {
        await using var sending = await Sending.StartAsync(azurite);
        await sending.Get<SlotTable>().EnsureAsync(Slots.Friday, sending.Now, Cancellation);

        await RebuildAsync(sending);

        Assert.Equal([Slots.Friday.ToString()], await SlotRowsAsync(sending));
    }

    [Fact]
    public async Task A_slot_whose_time_is_another_by_new_zone_data_is_due_at_that_time()
    {
        await using var sending = await Sending.StartAsync(azurite);
        await sending.Get<SlotTable>().EnsureAsync(Slots.Friday, sending.Now, Cancellation);
        var row = await sending.Store.Slots.QueryAsync<TableEntity>(cancellationToken: Cancellation).SingleAsync(Cancellation);
        var due = row.GetDateTimeOffset("NextRun")!.Value;
        row["NextRun"] = due.AddHours(1);
        await sending.Store.Slots.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, Cancellation);

        Assert.Equal(1, (await RebuildAsync(sending)).Recomputed);

        row = await sending.Store.Slots.QueryAsync<TableEntity>(cancellationToken: Cancellation).SingleAsync(Cancellation);
        Assert.Equal(due, row.GetDateTimeOffset("NextRun"));
    }

    private static Task<RebuildCounts> RebuildAsync(Sending sending) => sending.Get<ScheduleRebuild>().RunAsync(Cancellation);

    private static async Task UnsettledAsync(Sending sending, RunId run) => await sending.Store.Runs.AddEntityAsync(
        new TableEntity(run.Issue.ToString(), run.ToString()) { ["Settled"] = false }, Cancellation);

    private static async Task<List<string>> SlotRowsAsync(Sending sending) =>
        await sending.Store.Slots.QueryAsync<TableEntity>(cancellationToken: Cancellation).Select(row => row.RowKey).ToListAsync(Cancellation);
}
