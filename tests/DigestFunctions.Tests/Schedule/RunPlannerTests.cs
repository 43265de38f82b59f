using Azure.Data.Tables;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Tests.Delivery;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Schedule;

public sealed class RunPlannerTests(SharedAzurite azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_slot_that_is_due_within_the_lead_is_planned_once()
    {
        await using var sending = await StartAsync();

        Assert.Equal(1, await sending.App.PlanAsync());
        Assert.Equal(0, await sending.App.PlanAsync());
        await sending.App.IdleAsync();

        Assert.Single(sending.Provider.Calls);
        Assert.Equal("Planned", (await RunsAsync(sending))[Sending.Run.ToString()]);
    }

    [Fact]
    public async Task A_planner_that_crashed_before_it_moved_the_slot_on_doubles_nothing()
    {
        await using var sending = await StartAsync();
        sending.Faults.Fail("PUT slots");
        await Assert.ThrowsAnyAsync<Exception>(sending.App.PlanAsync);
        await sending.App.IdleAsync();

        sending.Faults.Mend();
        Assert.Equal(1, await sending.App.PlanAsync());
        await sending.App.IdleAsync();

        Assert.Single(sending.Provider.Calls);
    }

    [Fact]
    public async Task A_run_that_was_recorded_and_whose_message_was_lost_is_sent()
    {
        await using var sending = await StartAsync();
        await sending.Get<RunTable>().RecordPlannedAsync(Sending.Run, sending.Now, Cancellation);

        await sending.App.PlanAsync();
        await sending.App.IdleAsync();

        Assert.Single(sending.Provider.Calls);
    }

    [Fact]
    public async Task Two_planners_at_once_double_nothing()
    {
        await using var sending = await StartAsync();

        await Task.WhenAll(sending.App.PlanAsync(), sending.App.PlanAsync());
        await sending.UntilTakenAsync(1);
        await sending.HandleAsync();

        Assert.Single(sending.Provider.Calls);
        var slot = await sending.Store.Slots.QueryAsync<TableEntity>(cancellationToken: Cancellation).SingleAsync(Cancellation);
        Assert.Equal((Sending.Run.Due + Duration.FromDays(7)).ToDateTimeOffset(), slot.GetDateTimeOffset("NextRun"));
    }

    [Fact]
    public async Task A_run_that_is_a_day_late_is_recorded_as_late_and_the_next_weeks_is_sent()
    {
        await using var sending = await StartAsync();
        sending.App.SetTime(Sending.Run.Due + Duration.FromHours(25));

        Assert.Equal(0, await sending.App.PlanAsync());
        await sending.App.IdleAsync();
        Assert.Empty(sending.Provider.Calls);
        Assert.Equal("Late", (await RunsAsync(sending))[Sending.Run.ToString()]);

        sending.App.SetTime(Sending.Run.Due + Duration.FromDays(7) - Duration.FromMinutes(50));
        Assert.Equal(1, await sending.App.PlanAsync());
        await sending.App.IdleAsync();
        Assert.Equal("digest:2026-W50", Assert.Single(sending.Provider.Calls).Recipients[0].Key);
    }

    [Fact]
    public async Task A_run_that_was_planned_and_is_too_late_when_planned_again_is_late_in_the_ledger()
    {
        await using var sending = await StartAsync();
        await sending.Get<RunTable>().RecordPlannedAsync(Sending.Run, sending.Now, Cancellation);
        sending.App.SetTime(Sending.Run.Due + Duration.FromHours(25));

        await sending.App.PlanAsync();
        await sending.App.IdleAsync();

        Assert.Empty(sending.Provider.Calls);
        Assert.IsType<BatchState.Late>(await sending.StateAsync());
    }

    [Fact]
    public async Task A_service_that_was_away_for_weeks_sends_only_what_is_not_too_late()
    {
        await using var sending = await StartAsync();
        sending.App.SetTime(Sending.Run.Due + Duration.FromDays(14) + Duration.FromHours(2));

        Assert.Equal(1, await sending.App.PlanAsync());
        await sending.App.IdleAsync();

        Assert.Equal("digest:2026-W51", Assert.Single(sending.Provider.Calls).Recipients[0].Key);
        Assert.Equal(["Late", "Late", "Planned"], (await RunsAsync(sending)).OrderBy(run => run.Key, StringComparer.Ordinal).Select(run => run.Value));
    }

    [Fact]
    public async Task A_round_in_which_nothing_is_due_costs_one_query()
    {
        await using var sending = await StartAsync();
        sending.App.SetTime(Sending.Run.Due - Duration.FromMinutes(61));
        sending.Faults.Forget();

        Assert.Equal(0, await sending.App.PlanAsync());

        Assert.Equal(["GET slots"], sending.Faults.Seen);
    }

    private async Task<Sending> StartAsync()
    {
        var sending = await Sending.StartAsync(azurite, People.Entry(1));
        await sending.Get<SlotTable>().EnsureAsync(Sending.Run.Slot, sending.Now, Cancellation);
        return sending;
    }

    private static async Task<Dictionary<string, string>> RunsAsync(Sending sending) =>
        await sending.Store.Runs.QueryAsync<TableEntity>(cancellationToken: Cancellation)
            .ToDictionaryAsync(row => row.RowKey, row => row.GetString("State"), StringComparer.Ordinal, Cancellation);
}
