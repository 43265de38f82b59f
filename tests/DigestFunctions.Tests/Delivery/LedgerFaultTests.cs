using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using Xunit;

namespace DigestFunctions.Tests.Delivery;

/// <summary>The store fails, at each boundary of a send.</summary>
public sealed class LedgerFaultTests(SharedAzurite azurite)
{
    [Fact]
    public async Task A_decision_whose_answer_was_lost_is_the_decision()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));
        sending.Faults.LoseAnswer("POST $batch");

        await sending.HandleAsync();

        Assert.IsType<BatchState.Accepted>(await sending.StateAsync());
        Assert.Equal(3, sending.Provider.TakenAddresses.Count());
    }

    [Fact]
    public async Task A_claim_whose_answer_was_lost_is_ours_and_sent_once()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));
        sending.Faults.LoseAnswer("PATCH deliveries");

        await sending.HandleAsync();
        await sending.HandleAsync();

        Assert.IsType<BatchState.Accepted>(await sending.StateAsync());
        Assert.Single(sending.Provider.Calls);
    }

    [Fact]
    public async Task A_claim_that_could_not_be_written_sends_nothing_until_the_store_is_back()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));
        sending.Faults.Fail("PATCH deliveries");
        await Assert.ThrowsAnyAsync<Exception>(() => sending.HandleAsync());
        Assert.Empty(sending.Provider.Calls);

        sending.Faults.Mend();
        await sending.HandleAsync();

        Assert.Single(sending.Provider.Calls);
        Assert.IsType<BatchState.Accepted>(await sending.StateAsync());
    }

    [Fact]
    public async Task Entries_that_can_not_be_read_leave_the_batch_planned()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));
        await sending.DecideAsync();
        sending.Faults.Fail("GET schedule");
        await Assert.ThrowsAnyAsync<Exception>(() => sending.HandleAsync());
        Assert.IsType<BatchState.Planned>(await sending.StateAsync());

        sending.Faults.Mend();
        await sending.HandleAsync();

        Assert.IsType<BatchState.Accepted>(await sending.StateAsync());
        Assert.Equal(3, sending.Provider.TakenAddresses.Count());
    }

    [Fact]
    public async Task A_store_that_fails_right_after_the_provider_took_it_doubles_nothing_and_loses_nobody()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite, People.Entries(3));
        sending.Provider.Answer = _ =>
        {
            if (sending.Provider.Calls.Count == 1)
                sending.Faults.Fail("PATCH deliveries");
            return Task.FromResult<SendOutcome>(new SendOutcome.Taken());
        };
        await Assert.ThrowsAnyAsync<Exception>(() => sending.HandleAsync());

        sending.Faults.Mend();
        await sending.HandleAsync();
        Assert.IsType<BatchState.Claimed>(await sending.StateAsync());
        sending.PassLease();
        await sending.HandleAsync();
        await sending.HandleAsync();

        Assert.IsType<BatchState.Accepted>(await sending.StateAsync());
        Assert.Equal(2, sending.Provider.Calls.Count);
        Assert.Equal(3, sending.Provider.TakenAddresses.Count());
    }

    [Fact]
    public async Task An_acceptance_whose_answer_was_lost_is_written()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));
        sending.Provider.Answer = _ =>
        {
            sending.Faults.LoseAnswer("PATCH deliveries");
            return Task.FromResult<SendOutcome>(new SendOutcome.Taken());
        };

        await sending.HandleAsync();

        Assert.IsType<BatchState.Accepted>(await sending.StateAsync());
        Assert.Single(sending.Provider.Calls);
    }

    [Fact]
    public async Task An_answer_that_comes_after_another_took_the_batch_back_counts_no_longer()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite, People.Entries(3));
        sending.Provider.Answer = async _ =>
        {
            if (sending.Provider.Calls.Count == 1)
            {
                sending.PassLease();
                await sending.HandleAsync();
                Assert.IsType<BatchState.Planned>(await sending.StateAsync());
            }

            return new SendOutcome.Taken();
        };

        await sending.HandleAsync();
        Assert.IsType<BatchState.Planned>(await sending.StateAsync());
        await sending.HandleAsync();

        Assert.IsType<BatchState.Accepted>(await sending.StateAsync());
        Assert.Equal(3, sending.Provider.TakenAddresses.Count());
    }

    [Fact]
    public async Task An_answer_that_comes_while_another_waits_for_evidence_counts()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));
        sending.Provider.OnCancel = _ => new CancelOutcome.NotCancelled("max limit reached");
        sending.Provider.Answer = async _ =>
        {
            sending.PassLease();
            await sending.HandleAsync();
            Assert.IsType<BatchState.Unknown>(await sending.StateAsync());
            return new SendOutcome.Taken();
        };

        await sending.HandleAsync();

        Assert.IsType<BatchState.Accepted>(await sending.StateAsync());
        Assert.Single(sending.Provider.Calls);
    }
}
