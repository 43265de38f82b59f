using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Delivery;

/// <summary>What becomes of a batch, by what the provider says and by who else is at it.</summary>
public sealed class BatchSenderTests(SharedAzurite azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_provider_took_is_accepted_and_the_ledger_says_under_which_id_and_for_when()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));

        await sending.HandleAsync();

        var call = Assert.Single(sending.Provider.Calls);
        var accepted = Assert.IsType<BatchState.Accepted>(await sending.StateAsync());
        Assert.Equal(3, call.Recipients.Count);
        Assert.Equal(call.BatchId, accepted.Attempt.ProviderBatchId);
        Assert.Equal(Sending.Run.Due, accepted.Attempt.SendAt);
        Assert.Equal(accepted.Attempt.SendAt, call.SendAt);
    }

    [Fact]
    public async Task Mail_that_is_handed_over_late_can_still_be_cancelled_for_twenty_minutes()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(1));
        sending.App.SetTime(Sending.Run.Due - Duration.FromMinutes(5));

        await sending.HandleAsync();

        Assert.InRange(Assert.Single(sending.Provider.Calls).SendAt!.Value - sending.Now, Duration.FromMinutes(19), Duration.FromMinutes(20));
    }

    [Fact]
    public async Task What_the_provider_did_not_take_is_planned_again_and_sent_once_when_the_pause_is_over()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite, People.Entries(3));
        sending.Provider.AnswerOnce(new SendOutcome.NotTaken("429", Duration.FromSeconds(1)));

        await sending.HandleAsync();
        Assert.IsType<BatchState.Planned>(await sending.StateAsync());
        Assert.Equal(1, await sending.QueuedAsync());
        await sending.Get<RangeWorker>().HandleAsync(await sending.NextAsync(sending.Store.Ranges), Cancellation);
        await sending.App.IdleAsync();

        Assert.IsType<BatchState.Accepted>(await sending.StateAsync());
        Assert.Equal(2, sending.Provider.Calls.Select(call => call.BatchId).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(3, sending.Provider.TakenAddresses.Count());
    }

    [Fact]
    public async Task What_the_provider_refused_is_blocked_and_not_tried_again()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));
        sending.Provider.AnswerOnce(new SendOutcome.Refused(400, "from: not verified"));

        await sending.HandleAsync();
        await sending.HandleAsync();

        Assert.Equal("from: not verified", Assert.IsType<BatchState.Blocked>(await sending.StateAsync()).Why);
        Assert.Single(sending.Provider.Calls);
        Assert.Equal(0, await sending.QueuedAsync());
    }

    [Fact]
    public async Task A_claim_whose_lease_is_not_over_is_left_alone_and_comes_again()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));
        await sending.DecideAsync();
        await sending.MoveAsync(Sending.Claim("theirs", sending.Now + Duration.FromMinutes(1)));

        await sending.HandleAsync();
        // Over by their clock, and by ours that may be wrong.
        sending.App.SetTime(sending.Now + Duration.FromMinutes(2));
        await sending.HandleAsync();

        Assert.IsType<BatchState.Claimed>(await sending.StateAsync());
        Assert.Single(sending.Provider.Calls);
        Assert.Equal(2, await sending.QueuedAsync());
    }

    [Fact]
    public async Task Who_left_between_decision_and_call_gets_nothing_and_the_ledger_says_so()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));
        await sending.Store.AddAsync(People.Active(2, Sending.Run.Slot));
        sending.Provider.OnBatchId = () => sending.Get<Subscriptions>().LeaveAsync(People.Token(2), Cancellation);

        await sending.HandleAsync();

        Assert.Equal([People.AddressText(1), People.AddressText(3)], sending.Provider.TakenAddresses.Order());
        var batch = Assert.Single(await sending.BatchesAsync());
        var accepted = Assert.IsType<BatchState.Accepted>(batch.State);
        Assert.Equal([People.Id(2)], batch.Members.Where((_, index) => accepted.Attempt.Absent[index]));
    }

    [Fact]
    public async Task Who_leaves_between_two_batches_of_a_range_is_not_in_the_second()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(1_500));
        sending.Provider.Answer = _ => Task.FromResult<SendOutcome>(new SendOutcome.NotTaken("429", Duration.FromHours(1)));
        await sending.HandleAsync();
        var last = (await sending.BatchesAsync())[1].Members[^1];
        var number = Enumerable.Range(1, 1_500).Single(number => People.Id(number) == last);
        await sending.Store.AddAsync(People.Active(number, Sending.Run.Slot));
        sending.Provider.Answer = async _ =>
        {
            await sending.Get<Subscriptions>().LeaveAsync(People.Token(number), Cancellation);
            return new SendOutcome.Taken();
        };

        await sending.HandleAsync();

        Assert.Equal(1_499, sending.Provider.TakenAddresses.Count());
        Assert.DoesNotContain(People.AddressText(number), sending.Provider.TakenAddresses);
    }

    [Fact]
    public async Task Where_all_have_left_nobody_is_called()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entry(1));
        await sending.Store.AddAsync(People.Active(1, Sending.Run.Slot));
        sending.Provider.OnBatchId = () => sending.Get<Subscriptions>().LeaveAsync(People.Token(1), Cancellation);

        await sending.HandleAsync();

        Assert.IsType<BatchState.Empty>(await sending.StateAsync());
        Assert.Empty(sending.Provider.Calls);
    }

    [Fact]
    public async Task Being_told_to_stop_after_the_claim_leaves_no_claim_that_nobody_works_on()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));
        using var stopping = new CancellationTokenSource();
        sending.Faults.Once("PATCH deliveries", stopping.CancelAsync, after: true);

        await sending.HandleAsync(cancellation: stopping.Token);

        Assert.IsType<BatchState.Accepted>(await sending.StateAsync());
        Assert.Equal(3, sending.Provider.TakenAddresses.Count());
    }

    [Fact]
    public async Task Being_told_to_stop_before_the_claim_leaves_it_planned()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));
        using var stopping = new CancellationTokenSource();
        sending.Provider.OnBatchId = stopping.CancelAsync;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.HandleAsync(cancellation: stopping.Token));

        Assert.IsType<BatchState.Planned>(await sending.StateAsync());
        Assert.Empty(sending.Provider.Calls);
        Assert.Single(sending.Provider.UnusedIds);
    }

    [Fact]
    public async Task Batch_ids_that_nothing_is_sent_under_are_given_back_and_no_others()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite, People.Entries(1_500));
        sending.Provider.Answer = _ => Task.FromResult<SendOutcome>(new SendOutcome.Refused(400, "from: not verified"));

        await sending.HandleAsync();

        Assert.NotEqual(Assert.Single(sending.Provider.Calls).BatchId, Assert.Single(sending.Provider.UnusedIds));
    }

    [Fact]
    public async Task The_id_for_a_batch_that_all_have_left_serves_the_next()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite, People.Entry(1), People.Entry(2, Language.Korean));
        await sending.Store.AddAsync(People.Active(1, Sending.Run.Slot));
        var asked = 0;
        sending.Provider.OnBatchId = async () =>
        {
            if (++asked == 1)
                await sending.Get<Subscriptions>().LeaveAsync(People.Token(1), Cancellation);
        };

        await sending.HandleAsync();

        Assert.Equal(2, asked);
        Assert.Single(sending.Provider.Calls);
        Assert.Single(sending.Provider.UnusedIds);
    }
}
