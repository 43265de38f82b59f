using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using NodaTime;
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
        sending.Faults.LoseAnswer("PUT deliveries");

        await sending.HandleAsync();
        await sending.HandleAsync();

        Assert.IsType<BatchState.Accepted>(await sending.StateAsync());
        Assert.Single(sending.Provider.Calls);
    }

    [Fact]
    public async Task A_claim_that_could_not_be_written_sends_nothing_until_the_store_is_back()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));
        sending.Faults.Fail("PUT deliveries");
        await Assert.ThrowsAnyAsync<Exception>(() => sending.HandleAsync());
        Assert.Empty(sending.Provider.Calls);

        sending.Faults.Mend();
        await sending.HandleAsync();

        Assert.Single(sending.Provider.Calls);
        Assert.IsType<BatchState.Accepted>(await sending.StateAsync());
    }

    [Fact]
    public async Task A_claim_that_could_not_be_used_is_given_back()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));
        sending.Faults.Once("PUT deliveries", () =>
        {
            sending.Faults.Fail("GET schedule");
            return Task.CompletedTask;
        }, after: true);
        await Assert.ThrowsAnyAsync<Exception>(() => sending.HandleAsync());
        Assert.IsType<BatchState.Planned>(await sending.StateAsync());

        sending.Faults.Mend();
        await sending.HandleAsync();

        Assert.IsType<BatchState.Accepted>(await sending.StateAsync());
        Assert.Single(sending.Provider.Calls);
    }

    [Fact]
    public async Task A_store_that_fails_right_after_the_provider_took_it_leaves_it_held_and_not_doubled()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));
        sending.Provider.Answer = _ =>
        {
            sending.Faults.Fail("PUT deliveries");
            return Task.FromResult<SendOutcome>(new SendOutcome.Taken());
        };
        await Assert.ThrowsAnyAsync<Exception>(() => sending.HandleAsync());

        sending.Faults.Mend();
        await sending.HandleAsync();
        Assert.IsType<BatchState.Claimed>(await sending.StateAsync());
        sending.PassLease();
        await sending.HandleAsync();

        Assert.IsType<BatchState.Held>(await sending.StateAsync());
        Assert.Single(sending.Provider.Calls);
    }

    [Fact]
    public async Task An_acceptance_whose_answer_was_lost_is_written()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));
        sending.Provider.Answer = _ =>
        {
            sending.Faults.LoseAnswer("PUT deliveries");
            return Task.FromResult<SendOutcome>(new SendOutcome.Taken());
        };

        await sending.HandleAsync();

        Assert.IsType<BatchState.Accepted>(await sending.StateAsync());
        Assert.Single(sending.Provider.Calls);
    }

    [Fact]
    public async Task An_answer_that_comes_after_another_held_the_batch_changes_nothing()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));
        sending.Provider.Answer = async _ =>
        {
            sending.PassLease();
            if (sending.Provider.Calls.Count == 1)
                await sending.HandleAsync();
            return new SendOutcome.NotTaken("429", Duration.FromHours(1));
        };

        await sending.HandleAsync();
        await sending.HandleAsync();

        Assert.IsType<BatchState.Held>(await sending.StateAsync());
        Assert.Single(sending.Provider.Calls);
    }
}
