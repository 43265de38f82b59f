using Azure.Data.Tables;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
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
    public async Task Who_is_as_she_should_be_costs_no_call_of_her_own()
    {
        await using var sending = await Sending.StartAsync(azurite);
        await sending.Store.AddAsync(Enumerable.Range(1, 300).Select(number => People.Active(number, number % 2 == 0 ? Slots.Tuesday : Slots.Friday)));

        sending.Faults.Forget();
        var lost = await RebuildAsync(sending);
        var writing = sending.Faults.Seen.Count;
        sending.Faults.Forget();
        var again = await RebuildAsync(sending);

        Assert.Equal((0, 300), (lost.Right, lost.Written));
        Assert.Equal((300, 0), (again.Right, again.Written));
        Assert.InRange(writing, 1, 40);
        Assert.InRange(sending.Faults.Seen.Count, 1, 20);
        await sending.AssertAgreedAsync();
    }

    [Theory]
    [InlineData("Email")]
    [InlineData("Name")]
    [InlineData("Generation")]
    public async Task An_entry_that_leads_to_somebody_else_is_written_anew(string column)
    {
        await using var sending = await Sending.StartAsync(azurite);
        await sending.Store.AddAsync(People.Active(1, Slots.Tuesday), People.Active(2, Slots.Tuesday));
        await RebuildAsync(sending);
        var row = await sending.Store.EntryRowsAsync().FirstAsync(row => row.RowKey == People.Id(1).ToString(), Cancellation);
        row[column] = column == "Generation" ? 77 : "other@example.com";
        await sending.Store.Schedule.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, Cancellation);

        var counts = await RebuildAsync(sending);

        Assert.Equal((1, 1), (counts.Right, counts.Written));
        await sending.AssertAgreedAsync();
    }

    [Fact]
    public async Task Who_leaves_while_her_entry_is_written_has_none_afterwards()
    {
        await using var sending = await Sending.StartAsync(azurite);
        await sending.Store.AddAsync(Enumerable.Range(1, 20).Select(number => People.Active(number, Slots.Tuesday)));
        // Her slot's row is written behind the look at her, and before her entry is.
        sending.Faults.Once("POST slots", () => sending.Get<Subscriptions>().ChangeAsync(
            of => sending.Get<SubscriberStore>().FindAsync(People.Id(7), of), her => her with { State = new SubscriberState.Left(TestApp.Start, Slots.Issue("2026-W49")) }, Cancellation));

        await RebuildAsync(sending);

        sending.Faults.Mend();
        Assert.IsType<SubscriberState.Left>(await sending.StateAsync(7));
        await sending.AssertAgreedAsync();
    }

    [Fact]
    public async Task It_says_how_far_it_is()
    {
        await using var sending = await Sending.StartAsync(azurite);
        await sending.Store.AddAsync(Enumerable.Range(1, 30).Select(number => People.Active(number, Slots.Tuesday)));
        var heard = new Heard();

        await sending.Get<ScheduleRebuild>().RunAsync(heard, Cancellation);

        Assert.Equal(new RebuildProgress(RebuildStage.Rebuilding, 30), heard.All[^1]);
    }

    [Fact]
    public async Task Who_has_to_do_with_a_slot_of_which_a_run_is_under_way_is_left_alone_and_her_slot_is_planned()
    {
        await using var sending = await Sending.StartAsync(azurite);
        await sending.Store.AddAsync(People.Active(1, Slots.Tuesday), People.Active(2, Slots.Friday), People.Active(3, Slots.Friday));
        await sending.Store.ScheduleAsync(Slots.Tuesday, People.Entry(2));
        await UnsettledAsync(sending, Sending.Run);

        var counts = await RebuildAsync(sending);

        Assert.Equal(new RebuildCounts(Right: 0, Written: 1, Removed: 0, LeftAlone: 2, Recomputed: 0), counts);
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

    private static Task<RebuildCounts> RebuildAsync(Sending sending) => sending.Get<ScheduleRebuild>().RunAsync(progress: null, Cancellation);

    private static async Task UnsettledAsync(Sending sending, RunId run) => await sending.Store.Runs.AddEntityAsync(
        new TableEntity(run.Issue.ToString(), run.ToString()) { ["Settled"] = false }, Cancellation);

    private static async Task<List<string>> SlotRowsAsync(Sending sending) =>
        await sending.Store.Slots.QueryAsync<TableEntity>(cancellationToken: Cancellation).Select(row => row.RowKey).ToListAsync(Cancellation);

    private sealed class Heard : IProgress<RebuildProgress>
    {
        public List<RebuildProgress> All { get; } = [];

        public void Report(RebuildProgress value) => All.Add(value);
    }
}
