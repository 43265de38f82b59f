using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Operations.Explaining;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using DigestFunctions.Tests.Subscribers;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Operations;

/// <summary>"Why was she not reminded?", for each day of a week.</summary>
public sealed class ExplainRemindersTests(SharedAzurite azurite)
{
    private static readonly IssueId Week = Sending.Run.Issue;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // Wednesdays and Thursdays at six; her digest is on Tuesdays.
    [Fact]
    public async Task Her_reminders_are_told_day_by_day()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        var reminded = Reminded(1);
        await sending.Store.AddAsync(reminded, Reminded(2) with { CheckIns = CheckIns.None.With(Week, CheckInAnswer.Tried) });
        var wednesday = Slots.Run("reminder|Europe~Paris|Wed|18:00|2026-12-02");
        sending.App.SetTime(wednesday.Due - Duration.FromMinutes(50));
        await sending.Store.ScheduleAsync(wednesday.Slot, ScheduleEntry.Of(reminded, reminded.Placements.Single(placement => placement.Slot == wednesday.Slot)));
        await sending.Get<RunTable>().RecordPlannedAsync(wednesday, sending.Now, Cancellation);
        await sending.Get<RangeWorker>().HandleAsync(new RangeMessage(wednesday, IdRange.Whole).ToString(), Cancellation);

        var mine = await RemindersAsync(sending, 1);
        var hers = await RemindersAsync(sending, 2);

        Assert.Equal(["2026-12-03", "2026-12-02"], mine.Select(each => each.Run.Date.ToString("uuuu-MM-dd", null)));
        Assert.Equal("Not yet due.", ExplainWords.Of(mine[0]));
        Assert.StartsWith("SendGrid took it", ExplainWords.Of(mine[1]), StringComparison.Ordinal);
        Assert.All(hers, each => Assert.Equal($"Not sent: she has answered that she tried what {Week} had, and is left in peace with it.", ExplainWords.Of(each)));
    }

    [Fact]
    public async Task Reminders_before_her_first_practice_of_one_who_pauses_or_has_left_are_told_apart()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        var pause = new Pause(new LocalDate(2027, 1, 5), Slots.Issue("2026-W47"));
        await sending.Store.AddAsync(
            Reminded(1) with { State = SubscriberState.Active.In(Slots.Tuesday, Slots.Issue("2027-W01")), History = History.None },
            Reminded(2) with { State = SubscriberState.Active.In(Slots.Tuesday, Slots.Issue("2027-W01")) with { Pause = pause } },
            Reminded(3) with { State = new SubscriberState.Left(TestApp.Start, Slots.Issue("2026-W49")) },
            // After the digest of the practice; and of one whose pause is over.
            Reminded(4) with { State = SubscriberState.Active.In(Slots.Tuesday, Slots.Issue("2027-W01")) with { Pause = pause with { FirstIssue = Week.Plus(1) } } },
            Reminded(5).In(SubscriberState.Active.In(Slots.Tuesday, Week.Plus(1)) with { Pause = pause }).In(SubscriberState.Active.In(Slots.Tuesday, Week.Plus(1))));

        Assert.All(await RemindersAsync(sending, 1), each => Assert.StartsWith("Not hers: as far as is kept, 2026-W53 is", ExplainWords.Of(each), StringComparison.Ordinal));
        Assert.All(await RemindersAsync(sending, 2), each => Assert.Equal("Not sent: she has paused until 2027-01-05.", ExplainWords.Of(each)));
        Assert.All(await RemindersAsync(sending, 4), each => Assert.Equal("Not sent: she has paused until 2027-01-05.", ExplainWords.Of(each)));
        Assert.All(await RemindersAsync(sending, 5), each => Assert.Equal("Not sent: she had paused then.", ExplainWords.Of(each)));
        Assert.All(await RemindersAsync(sending, 3), each => Assert.StartsWith("Not sent: she left at", ExplainWords.Of(each), StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_who_asked_to_be_reminded_once_has_it_in_that_week_only()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        await sending.Store.AddAsync(People.Long(1) with { RemindOnce = new OneReminder(new LocalDate(2026, 12, 4), Week) });

        Assert.Equal(new LocalDate(2026, 12, 4), Assert.Single(await RemindersAsync(sending, 1)).Run.Date);
        Assert.Empty((await sending.Get<Explain>().RemindersAsync(People.Id(1), Week.Plus(1), Cancellation)).Runs);
    }

    [Fact]
    public async Task A_week_of_reminders_takes_twenty_storage_operations_at_the_most()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        await sending.Store.AddAsync(Reminded(1, [.. Weekdays.All]));
        sending.App.SetTime(Sending.Run.Due + Duration.FromDays(30));
        sending.Faults.Forget();

        var reminders = await RemindersAsync(sending, 1);

        Assert.Equal(7, reminders.Count);
        Assert.InRange(sending.Faults.Seen.Count, 10, ExplainTests.MostOperations);
    }

    private static Subscriber Reminded(int number, params IsoDayOfWeek[] days)
    {
        var active = People.Long(number);
        var chosen = new ReminderChoice(DaySet.Of(days is [] ? [IsoDayOfWeek.Wednesday, IsoDayOfWeek.Thursday] : days), Slots.Run("reminder|Europe~Paris|Wed|18:00|2026-12-02").Slot.Time);
        return active with { Preferences = active.Preferences with { Reminders = chosen } };
    }

    private static async Task<IReadOnlyList<RunExplained>> RemindersAsync(Sending sending, int number) =>
        (await sending.Get<Explain>().RemindersAsync(People.Id(number), Week, Cancellation)).Runs;
}
