using Azure.Data.Tables;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Tests.Delivery.Events;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Delivery;

/// <summary>Runs are closed by the ledger and not by the queue.</summary>
public sealed class SettlerTests(SharedAzurite azurite)
{
    private static readonly int MaxRecipients = new RangeLimits().Range;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_whose_batches_were_all_accepted_is_settled_with_its_totals()
    {
        await using var sending = await PlannedAsync(People.Entries(3));
        await sending.HandleAsync();

        await SettleAsync(sending);

        var row = await RowAsync(sending);
        Assert.Equal("Settled", row.GetString("State"));
        Assert.Equal(3, row.GetInt32("Accepted"));
        Assert.Equal(0, row.GetInt32("Held"));
    }

    [Fact]
    public async Task A_run_whose_message_was_lost_is_sent_all_the_same()
    {
        await using var sending = await PlannedAsync(People.Entries(3));

        await SettleAsync(sending);
        Assert.Equal("Planned", (await RowAsync(sending)).GetString("State"));
        await sending.UntilTakenAsync(3);
        await sending.App.IdleAsync();
        await SettleAsync(sending);

        Assert.Equal("Settled", (await RowAsync(sending)).GetString("State"));
    }

    [Fact]
    public async Task In_an_outage_of_hours_looks_leave_no_messages_behind_that_grow_in_number()
    {
        await using var sending = await PlannedAsync(People.Entries(3));
        sending.Provider.Answer = _ => Task.FromResult<SendOutcome>(new SendOutcome.NotTaken("no connection", RetryAfter: null));
        await sending.HandleAsync();

        for (var look = 0; look < 5; look++)
            await sending.Get<RangeWorker>().HandleAsync(new RangeMessage(Sending.Run, IdRange.Whole, IsLook: true).ToString(), Cancellation);

        Assert.Equal(1, await sending.QueuedAsync());
    }

    [Fact]
    public async Task Parts_whose_messages_were_lost_are_sent_all_the_same()
    {
        await using var sending = await PlannedAsync(People.Entries(MaxRecipients + 1));
        await sending.Get<Ledger>().TrySplitAsync(Sending.Run, IdRange.Whole, Cancellation);
        var split = Assert.IsType<RangeDecision.Split>(await sending.Get<Ledger>().ReadAsync(Sending.Run, IdRange.Whole, Cancellation));
        await sending.Get<Ledger>().MarkEnqueuedAsync(split, Cancellation);

        await SettleAsync(sending);

        await sending.UntilTakenAsync(MaxRecipients + 1);
        Assert.Equal(MaxRecipients + 1, sending.Provider.TakenAddresses.Count());
    }

    [Fact]
    public async Task A_batch_that_someone_is_sending_is_left_to_him()
    {
        await using var sending = await PlannedAsync(People.Entries(3));
        await sending.DecideAsync();
        await sending.MoveAsync(Sending.Claim("theirs", sending.Now + Duration.FromHours(1)));

        await SettleAsync(sending);

        Assert.Equal(0, await sending.QueuedAsync());
        Assert.Equal("Planned", (await RowAsync(sending)).GetString("State"));
    }

    [Fact]
    public async Task What_is_held_is_told_and_the_run_is_settled()
    {
        await using var sending = await PlannedAsync(People.Entries(3));
        await sending.DecideAsync();
        await sending.MoveAsync(new BatchState.Held(new Attempt("x", Sending.Run.Due, MemberSet.None), "503"));

        await SettleAsync(sending);

        Assert.Equal(3, (await RowAsync(sending)).GetInt32("Held"));
        Assert.True((await RowAsync(sending)).GetBoolean("Settled"));
    }

    [Fact]
    public async Task A_blocked_run_stays_open_and_its_rest_is_late_in_the_end()
    {
        await using var sending = await PlannedAsync(People.Entries(1_500));
        sending.Provider.AnswerOnce(new SendOutcome.Refused(400, "from: not verified"));
        await sending.HandleAsync();

        await SettleAsync(sending);
        Assert.False((await RowAsync(sending)).GetBoolean("Settled"));
        Assert.Equal(0, await sending.QueuedAsync());
        sending.App.SetTime(Sending.Run.Due + ScheduleOptions.DigestTolerance + Duration.FromMinutes(1));
        await SettleAsync(sending);
        await sending.App.IdleAsync();
        await SettleAsync(sending);

        var row = await RowAsync(sending);
        Assert.True(row.GetBoolean("Settled"));
        Assert.Equal((1_000, 500), (row.GetInt32("Blocked"), row.GetInt32("Late")));
        Assert.Single(sending.Provider.Calls);
    }

    [Fact]
    public async Task A_run_that_nobody_came_to_in_time_is_late_and_says_whom_it_missed()
    {
        await using var sending = await PlannedAsync(People.Entries(3));
        sending.App.SetTime(Sending.Run.Due + ScheduleOptions.DigestTolerance + Duration.FromMinutes(1));

        await SettleAsync(sending);
        await sending.App.IdleAsync();
        await SettleAsync(sending);

        Assert.Equal(3, (await RowAsync(sending)).GetInt32("Late"));
        Assert.Empty(sending.Provider.Calls);
    }

    [Fact]
    public async Task A_ledger_that_can_not_be_read_keeps_its_run_open_and_no_other()
    {
        await using var sending = await PlannedAsync(People.Entries(3));
        await sending.HandleAsync();
        var broken = Slots.Run("digest|Europe~Paris|Mon|08:30|2026-11-30");
        await sending.Get<RunTable>().RecordPlannedAsync(broken, sending.Now - Duration.FromHours(1), Cancellation);
        await sending.Store.Deliveries.AddEntityAsync(new TableEntity(broken.ToString(), "|") { ["Decision"] = "Sideways" }, Cancellation);

        await SettleAsync(sending);

        Assert.True((await RowAsync(sending)).GetBoolean("Settled"));
        Assert.False((await RowAsync(sending, broken)).GetBoolean("Settled"));
        Assert.Contains(sending.App.Log.All, line => line.Contains("Error 253", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_events_should_have_come_and_none_did_the_recipients_are_unproven()
    {
        await using var sending = await PlannedAsync(People.Entries(3), webhook: true);
        await sending.HandleAsync();
        await SettleAsync(sending);
        Assert.Equal(0, (await RowAsync(sending)).GetInt32("Unproven"));

        sending.App.SetTime(Sending.Run.Due + Settler.ProofPatience);
        await SettleAsync(sending);

        Assert.Equal(3, (await RowAsync(sending)).GetInt32("Unproven"));
        Assert.Contains(sending.App.Log.All, line => line.Contains("Error 252", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_events_say_after_a_run_is_settled_is_counted_for_a_week()
    {
        await using var sending = await PlannedAsync(People.Entries(3), webhook: true);
        await sending.HandleAsync();
        await SettleAsync(sending);
        Assert.Equal(0, (await RowAsync(sending)).GetInt32("Delivered"));

        await PostAsync(sending, ("delivered", 0), ("delivered", 1));
        await SettleAsync(sending, after: Duration.FromMinutes(15));
        Assert.Equal(2, (await RowAsync(sending)).GetInt32("Delivered"));

        await SettleAsync(sending, after: Settler.ProofPatience);
        await PostAsync(sending, ("spamreport", 1));
        await SettleAsync(sending, after: Duration.FromHours(8));
        await SettleAsync(sending, after: Duration.FromHours(24));
        var row = await RowAsync(sending);
        Assert.Equal((2, 1, 0), (row.GetInt32("Delivered"), row.GetInt32("Complained"), row.GetInt32("Unproven")));

        await PostAsync(sending, ("spamreport", 0));
        await SettleAsync(sending, after: Duration.FromDays(7));
        Assert.Equal(2, (await RowAsync(sending)).GetInt32("Complained"));
        // As it was settled, and each time that there was more; and never again.
        Assert.Equal(4, sending.App.Log.All.Count(line => line.Contains("Information 250", StringComparison.Ordinal)));
        Assert.Equal(9999, (await RowAsync(sending)).GetDateTimeOffset("NextLook")!.Value.Year);
    }

    [Fact]
    public async Task That_nothing_is_proven_is_told_once_however_often_it_is_looked_at()
    {
        await using var sending = await PlannedAsync(People.Entries(3), webhook: true);
        await sending.HandleAsync();

        foreach (var after in Settler.LooksAfterSending)
            await SettleAsync(sending, after);

        Assert.Equal(3, (await RowAsync(sending)).GetInt32("Unproven"));
        Assert.Single(sending.App.Log.All, line => line.Contains("Error 252", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_is_done_is_not_looked_at_again()
    {
        await using var sending = await PlannedAsync(People.Entries(3));
        await sending.HandleAsync();
        await SettleAsync(sending);
        sending.Faults.Forget();

        await SettleAsync(sending);

        // The runs to look at, of which there are none, and the cancellations to give back.
        Assert.Equal(["GET deliveries", "GET runs"], sending.Faults.Seen);
    }

    private async Task<Sending> PlannedAsync(IEnumerable<Core.Subscribers.ScheduleEntry> entries, bool webhook = false)
    {
        var sending = await Sending.StartAsync(azurite, webhook, entries);
        await sending.Get<RunTable>().RecordPlannedAsync(Sending.Run, sending.Now - RunTable.FirstLook, Cancellation);
        return sending;
    }

    private static Task<int> SettleAsync(Sending sending) => sending.Get<Settler>().SettleAsync(Cancellation);

    private static Task<int> SettleAsync(Sending sending, Duration after)
    {
        sending.App.SetTime(Sending.Run.Due + after);
        return SettleAsync(sending);
    }

    private static async Task PostAsync(Sending sending, params (string Kind, int Member)[] events)
    {
        var batch = Assert.Single(await sending.BatchesAsync());
        using var answer = await sending.App.PostEventsAsync(events.Select(said => Reported.Event(said.Kind, Reported.Of(batch, attempt: 1, said.Member))));
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<TableEntity> RowAsync(Sending sending, RunId? run = null)
    {
        var id = run ?? Sending.Run;
        return (await sending.Store.Runs.GetEntityAsync<TableEntity>(id.Issue.ToString(), id.ToString(), cancellationToken: Cancellation)).Value;
    }
}
