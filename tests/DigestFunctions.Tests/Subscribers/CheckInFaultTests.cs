using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using Xunit;

namespace DigestFunctions.Tests.Subscribers;

public sealed class CheckInFaultTests(SharedAzurite azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_that_did_not_reach_the_schedule_does_when_she_presses_again()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        var subscriber = People.Long(1);
        var placement = Assert.Single(subscriber.Placements);
        await sending.Store.AddAsync(subscriber);
        await sending.Store.ScheduleAsync(placement.Slot, ScheduleEntry.Of(subscriber, placement));
        var week = WeeklyRule.ThisIssue(subscriber, sending.Now);

        sending.Faults.Fail("PATCH schedule");
        await Assert.ThrowsAnyAsync<Exception>(AnswerAsync);
        sending.Faults.Mend();
        await AnswerAsync();

        Assert.Equal(CheckInAnswer.Tried, Assert.Single(await sending.Store.EntriesAsync()).Entry.CheckIns.Find(week));

        Task AnswerAsync() => sending.Get<CheckingIn>().CheckInAsync(People.Token(1), week, CheckInAnswer.Tried, Cancellation);
    }
}
