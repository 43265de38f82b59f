using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Operations;

/// <summary>What the sweep writes down of a day, for the operator to see it over time.</summary>
public sealed class SnapshotTests(SharedAzurite azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Subscribers_are_counted_by_state_and_their_check_ins_by_issue()
    {
        var active = People.Active(1, Slots.Tuesday);
        await using var sending = await azurite.StartSweepableAsync(
            active with { CheckIns = CheckIns.None.With(Slots.Issue("2026-W48"), CheckInAnswer.Tried).With(Slots.Issue("2026-W47"), CheckInAnswer.TooMuch) },
            People.Active(2, Slots.Tuesday) with { CheckIns = CheckIns.None.With(Slots.Issue("2026-W48"), CheckInAnswer.Tried) },
            active with { Id = People.Id(3), Address = People.Address(3), State = SubscriberState.Active.In(Slots.Tuesday, Slots.Issue("2027-W01")) with { Pause = new Pause(new LocalDate(2027, 1, 5), Slots.Issue("2026-W49")) } },
            Sweeping.Left(4),
            Sweeping.Pending(5, TestApp.Start + Duration.FromDays(6)));

        await sending.SweepAsync();

        var day = Assert.Single(await DaysAsync(sending), day => day.TakenAt is not null);
        Assert.Equal(new PeopleCounts(Active: 2, Paused: 1, Pending: 1, Left: 1, Suppressed: 0), day.People);
        Assert.Contains(new CheckInCounts(Slots.Issue("2026-W48"), Tried: 2, NotYet: 0, TooMuch: 0), day.CheckIns);
        Assert.Contains(new CheckInCounts(Slots.Issue("2026-W47"), Tried: 0, NotYet: 0, TooMuch: 1), day.CheckIns);
        // The run is due within the hour, and a week later there is none within the week.
        Assert.Equal(2, day.DueByHour.Sum());
        Assert.Equal(2, day.DueByHour[0] + day.DueByHour[1]);
    }

    [Fact]
    public async Task A_day_has_who_left_on_it_and_what_became_of_its_mails_as_late_as_it_is_known()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));
        await sending.Get<RunPlanner>().PlanAsync(Cancellation);
        await sending.Get<RunTable>().RecordPlannedAsync(Sending.Run, sending.Now, Cancellation);
        await sending.HandleAsync();
        sending.App.SetTime(Sending.Run.Due + Duration.FromDays(1));
        await sending.Get<Core.Delivery.Settler>().SettleAsync(Cancellation);
        await sending.Store.AddAsync(People.Active(9, Slots.Friday) with { State = new SubscriberState.Left(Sending.Run.Due, Slots.Issue("2026-W50")) });

        await sending.SweepAsync();

        var day = Assert.Single(await DaysAsync(sending), day => day.Date == Sending.Run.Due.InUtc().Date);
        Assert.Equal((3, 1), (day.Mails!.Accepted, day.Left));
        // Once more says the same.
        await sending.SweepAsync();
        Assert.Equal(3, Assert.Single(await DaysAsync(sending), day => day.Date == Sending.Run.Due.InUtc().Date).Mails!.Accepted);
    }

    [Fact]
    public async Task A_sweep_that_could_not_see_everybody_writes_no_count_down()
    {
        await using var sending = await azurite.StartSweepableAsync(People.Active(1, Slots.Tuesday));
        sending.Faults.Fail("GET subscribers");

        await Assert.ThrowsAsync<AggregateException>(sending.SweepAsync);

        Assert.Empty(await DaysAsync(sending));
    }

    private static Task<IReadOnlyList<Day>> DaysAsync(Sending sending) =>
        sending.Get<Snapshots>().SinceAsync(TestApp.Start.InUtc().Date.PlusDays(-30), Cancellation);
}
