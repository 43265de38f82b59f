using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Delivery;

/// <summary>Nobody knows whether the provider took it: what is found out, and that nothing is sent on a guess.</summary>
public sealed class UnknownOutcomeTests(SharedAzurite azurite)
{
    [Fact]
    public async Task What_can_be_cancelled_is_planned_anew_under_another_id()
    {
        await using var sending = await LostAnswerAsync(wasTaken: true);

        await sending.HandleAsync();
        await sending.HandleAsync();

        Assert.IsType<BatchState.Accepted>(await sending.StateAsync());
        Assert.Equal(2, sending.Provider.Calls.Select(call => call.BatchId).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(3, sending.Provider.TakenAddresses.Count());
    }

    [Fact]
    public async Task A_claim_whose_lease_is_over_is_cancelled_too()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite, People.Entries(3));
        await sending.DecideAsync();
        await sending.MoveAsync(Sending.Claim("theirs", sending.Now + BatchSender.Lease));
        sending.PassLease();

        await sending.HandleAsync();

        Assert.IsType<BatchState.Planned>(await sending.StateAsync());
        Assert.Equal(["theirs"], sending.Provider.Cancelled.Keys);
        Assert.Single(sending.Provider.Calls);
    }

    [Fact]
    public async Task What_can_not_be_cancelled_is_not_sent_again_and_held_when_no_event_came()
    {
        await using var sending = await LostAnswerAsync(wasTaken: true);
        sending.Provider.OnCancel = _ => new CancelOutcome.NotCancelled("max limit reached");

        await sending.HandleAsync();
        Assert.IsType<BatchState.Unknown>(await sending.StateAsync());
        sending.App.SetTime(Sending.Run.Due + UnknownOutcomes.EvidencePatience - Duration.FromSeconds(1));
        await sending.HandleAsync();
        Assert.IsType<BatchState.Unknown>(await sending.StateAsync());
        sending.App.SetTime(Sending.Run.Due + UnknownOutcomes.EvidencePatience);
        await sending.HandleAsync();
        await sending.HandleAsync();

        Assert.Equal("503", Assert.IsType<BatchState.Held>(await sending.StateAsync()).Why);
        Assert.Single(sending.Provider.Calls);
    }

    [Fact]
    public async Task It_is_cancelled_when_one_of_the_ten_has_become_free()
    {
        await using var sending = await LostAnswerAsync(wasTaken: true);
        var asked = 0;
        sending.Provider.OnCancel = _ => ++asked == 1 ? new CancelOutcome.NotCancelled("max limit reached") : new CancelOutcome.Cancelled();

        for (var time = 0; time < 3; time++)
            await sending.HandleAsync();

        Assert.IsType<BatchState.Accepted>(await sending.StateAsync());
        Assert.Equal(3, sending.Provider.TakenAddresses.Count());
    }

    [Fact]
    public async Task A_cancellation_whose_answer_was_lost_is_asked_for_again()
    {
        await using var sending = await LostAnswerAsync(wasTaken: true);
        sending.Provider.OnCancel = _ => new CancelOutcome.Unknown("time-out");
        await sending.HandleAsync();
        Assert.IsType<BatchState.Cancelling>(await sending.StateAsync());

        sending.Provider.OnCancel = _ => new CancelOutcome.Cancelled();
        await sending.HandleAsync();

        Assert.IsType<BatchState.Planned>(await sending.StateAsync());
    }

    [Fact]
    public async Task A_cancellation_that_was_made_in_time_counts_also_when_that_is_found_out_late()
    {
        await using var sending = await LostAnswerAsync(wasTaken: true);
        sending.Provider.OnCancel = id =>
        {
            sending.Provider.Cancelled[id] = true;
            return new CancelOutcome.Unknown("time-out");
        };
        await sending.HandleAsync();
        sending.App.SetTime(Sending.Run.Due - Duration.FromMinutes(5));
        sending.Provider.OnCancel = _ => throw new InvalidOperationException("It is too late to cancel.");
        await sending.HandleAsync();

        Assert.IsType<BatchState.Planned>(await sending.StateAsync());
    }

    [Fact]
    public async Task Within_the_notice_nothing_is_cancelled()
    {
        await using var sending = await LostAnswerAsync(wasTaken: true);
        sending.App.SetTime(Sending.Run.Due - UnknownOutcomes.Notice);

        await sending.HandleAsync();

        Assert.IsType<BatchState.Unknown>(await sending.StateAsync());
        Assert.Empty(sending.Provider.Cancelled);
        Assert.Single(sending.Provider.Calls);
    }

    [Fact]
    public async Task While_nobody_answers_it_stays_open_until_it_is_held()
    {
        await using var sending = await LostAnswerAsync(wasTaken: false);
        sending.Provider.OnCancel = _ => new CancelOutcome.Unknown("time-out");
        await sending.HandleAsync();
        sending.Provider.OnFind = _ => new CancelOutcome.Unknown("time-out");
        sending.App.SetTime(Sending.Run.Due + UnknownOutcomes.EvidencePatience - Duration.FromSeconds(1));
        await sending.HandleAsync();
        Assert.IsType<BatchState.Cancelling>(await sending.StateAsync());
        sending.App.SetTime(Sending.Run.Due + UnknownOutcomes.EvidencePatience);
        await sending.HandleAsync();

        Assert.IsType<BatchState.Held>(await sending.StateAsync());
        Assert.Single(sending.Provider.Calls);
    }

    [Fact]
    public async Task A_cancellation_is_given_back_an_hour_after_its_mail_would_have_left_and_not_before()
    {
        await using var sending = await LostAnswerAsync(wasTaken: true);
        await sending.HandleAsync();
        var settler = sending.Get<Settler>();

        sending.App.SetTime(Sending.Run.Due + Duration.FromMinutes(59));
        await settler.SettleAsync(TestContext.Current.CancellationToken);
        Assert.Single(sending.Provider.Cancelled);
        sending.App.SetTime(Sending.Run.Due + Duration.FromMinutes(61));
        await settler.SettleAsync(TestContext.Current.CancellationToken);

        Assert.Empty(sending.Provider.Cancelled);
    }

    // One batch of three, whose only call had no answer.
    private async Task<Sending> LostAnswerAsync(bool wasTaken)
    {
        var sending = await Sending.StartWithoutPumpAsync(azurite, People.Entries(3));
        sending.Provider.Answer = mail =>
        {
            if (sending.Provider.Calls.Count > 1)
                return Task.FromResult<SendOutcome>(new SendOutcome.Taken());
            if (wasTaken)
                sending.Provider.Take(mail);
            return Task.FromResult<SendOutcome>(new SendOutcome.Unknown("503"));
        };
        await sending.HandleAsync();
        Assert.IsType<BatchState.Unknown>(await sending.StateAsync());
        return sending;
    }
}
