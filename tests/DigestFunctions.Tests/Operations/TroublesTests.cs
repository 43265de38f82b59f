using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Tests.Delivery;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Operations;

/// <summary>The operator decides about what is held, blocked or poisoned: once, however often it is pressed.</summary>
public sealed class TroublesTests(SharedAzurite azurite)
{
    private static readonly Operator Jo = Operator.Unnamed;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_held_batch_that_is_sent_anew_goes_and_is_no_trouble_any_more()
    {
        await using var sending = await HeldAsync();
        var troubles = sending.Get<Troubles>();
        var trouble = Assert.Single((await troubles.ListAsync(Cancellation)).Batches);
        Assert.Equal((true, 3, true), (trouble.IsHeld, trouble.People, trouble.CanBeSent));

        Assert.Equal(Decided.Done, await troubles.SendAnewAsync(trouble.Run, trouble.Batch, trouble.Attempts, Jo, Cancellation));
        await sending.HandleAsync();
        await SettleAsync(sending, Sending.Run.Due + Duration.FromHours(1));

        Assert.Equal(3, sending.Provider.TakenAddresses.Count());
        Assert.Empty((await troubles.ListAsync(Cancellation)).Batches);
        Assert.Equal((3, 0), await TotalsAsync(sending));
    }

    [Fact]
    public async Task Pressed_in_two_tabs_it_is_sent_once()
    {
        await using var sending = await HeldAsync();
        var troubles = sending.Get<Troubles>();
        var trouble = Assert.Single((await troubles.ListAsync(Cancellation)).Batches);

        var decided = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => troubles.SendAnewAsync(trouble.Run, trouble.Batch, trouble.Attempts, Jo, Cancellation)));
        await sending.HandleAsync();
        await sending.HandleAsync();

        Assert.Single(decided, one => one == Decided.Done);
        Assert.Equal(3, sending.Provider.TakenAddresses.Count());
    }

    [Fact]
    public async Task Let_be_it_stays_unsent_and_is_counted_apart()
    {
        await using var sending = await HeldAsync();
        var troubles = sending.Get<Troubles>();
        var trouble = Assert.Single((await troubles.ListAsync(Cancellation)).Batches);

        Assert.Equal(Decided.Done, await troubles.LetBeAsync(trouble.Run, trouble.Batch, trouble.Attempts, Jo, Cancellation));
        Assert.Equal(Decided.Already, await troubles.LetBeAsync(trouble.Run, trouble.Batch, trouble.Attempts, Jo, Cancellation));
        Assert.DoesNotContain("it is held", await TodayAsync(sending), StringComparison.Ordinal);
        Assert.Equal(3, (await sending.Get<TodayReader>().ReadAsync(Cancellation)).Runs.Single().Mails.LetBe);

        Assert.Empty((await troubles.ListAsync(Cancellation)).Batches);
        Assert.Equal((0, 0), await TotalsAsync(sending));
        Assert.Empty(sending.Provider.TakenAddresses);
    }

    [Fact]
    public async Task A_day_late_it_can_only_be_let_be()
    {
        await using var sending = await HeldAsync();
        sending.App.SetTime(Sending.Run.Due + Duration.FromHours(25));
        var trouble = Assert.Single((await sending.Get<Troubles>().ListAsync(Cancellation)).Batches);

        Assert.False(trouble.CanBeSent);
        Assert.Equal(Decided.TooLate, await sending.Get<Troubles>().SendAnewAsync(trouble.Run, trouble.Batch, trouble.Attempts, Jo, Cancellation));
    }

    [Fact]
    public async Task A_tab_that_was_left_open_decides_about_no_later_attempt()
    {
        await using var sending = await HeldAsync();
        var troubles = sending.Get<Troubles>();
        var trouble = Assert.Single((await troubles.ListAsync(Cancellation)).Batches);

        Assert.Equal(Decided.Already, await troubles.SendAnewAsync(trouble.Run, trouble.Batch, trouble.Attempts - 1, Jo, Cancellation));
        Assert.Single((await troubles.ListAsync(Cancellation)).Batches);
    }

    [Fact]
    public async Task A_blocked_run_is_told_at_once_and_goes_on_when_its_cause_is_mended()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite, People.Entries(3));
        await sending.Get<RunTable>().RecordPlannedAsync(Sending.Run, sending.Now, Cancellation);
        sending.Provider.AnswerOnce(new SendOutcome.Refused(413, "413: too large"));
        await sending.HandleAsync();
        var troubles = sending.Get<Troubles>();
        var trouble = Assert.Single((await troubles.ListAsync(Cancellation)).Batches);
        Assert.Equal((false, "413: too large"), (trouble.IsHeld, trouble.Why));
        Assert.NotNull(trouble.Since);
        Assert.Equal(People.Entries(3).Select(entry => entry.Id).ToHashSet(), (await troubles.WhoAsync(trouble.Run, trouble.Batch, Cancellation))!.ToHashSet());
        Assert.Contains("Mail to 3 people can't be sent for a fault of ours", await TodayAsync(sending), StringComparison.Ordinal);
        Assert.Equal(Decided.TooEarly, await troubles.LetBeAsync(trouble.Run, trouble.Batch, trouble.Attempts, Jo, Cancellation));

        Assert.Equal(Decided.Done, await troubles.SendAnewAsync(trouble.Run, trouble.Batch, trouble.Attempts, Jo, Cancellation));
        Assert.DoesNotContain("a fault of ours", await TodayAsync(sending), StringComparison.Ordinal);
        await sending.HandleAsync();

        Assert.Equal(3, sending.Provider.TakenAddresses.Count());
    }

    // Who looks just now must not read that all is well.
    [Fact]
    public async Task What_is_held_is_told_at_once()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite, People.Entries(3));
        await sending.Get<RunTable>().RecordPlannedAsync(Sending.Run, sending.Now, Cancellation);
        await sending.DecideAsync();
        await sending.MoveAsync(new BatchState.Unknown(new Attempt("id", Sending.Run.Due, MemberSet.None), "503"));
        sending.App.SetTime(Sending.Run.Due + UnknownOutcomes.EvidencePatience + Duration.FromMinutes(1));

        await sending.HandleAsync();

        Assert.IsType<BatchState.Held>(await sending.StateAsync());
        Assert.Contains("mail to 3 people was sent: it is held", await TodayAsync(sending), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task Poisoned_messages_are_moved_back_or_deleted(bool sendAnew, int left)
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        await PoisonAsync(sending, new RangeMessage(Sending.Run, IdRange.Whole).ToString());
        Assert.Equal([$"Send {Sending.Run}"], (await sending.Get<Troubles>().PoisonedAsync(Cancellation)).Select(message => message.What));

        Assert.Equal(new Emptied(1, 0), await sending.Get<Troubles>().EmptyPoisonedAsync(sendAnew, Jo, Cancellation));
        Assert.Equal(new Emptied(0, 0), await sending.Get<Troubles>().EmptyPoisonedAsync(sendAnew, Jo, Cancellation));

        Assert.Equal(left, await sending.QueuedAsync());
        Assert.Empty(await sending.Get<Troubles>().PoisonedAsync(Cancellation));
    }

    // It would come back within minutes, and every time be told anew.
    [Theory]
    [InlineData("nonsense")]
    [InlineData("9/a message of another version")]
    public async Task What_is_not_ours_is_never_moved_back_and_never_shown(string text)
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        await PoisonAsync(sending, text);

        Assert.Equal(new Emptied(0, 1), await sending.Get<Troubles>().EmptyPoisonedAsync(sendAnew: true, Jo, Cancellation));

        Assert.Equal(0, await sending.QueuedAsync());
        Assert.Equal([""], (await sending.Get<Troubles>().PoisonedAsync(Cancellation)).Select(message => message.What));
        Assert.Equal(new Emptied(1, 0), await sending.Get<Troubles>().EmptyPoisonedAsync(sendAnew: false, Jo, Cancellation));
    }

    private static async Task PoisonAsync(Sending sending, string text)
    {
        await sending.Store.PoisonedRanges.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        await sending.Store.PoisonedRanges.SendMessageAsync(QueueMessages.Encode(text), Cancellation);
    }

    private static async Task<string> TodayAsync(Sending sending) =>
        string.Join('\n', Warnings.Of(await sending.Get<TodayReader>().ReadAsync(Cancellation)).Select(warning => warning.What));

    // Held and settled, ten minutes after its time.
    private async Task<Sending> HeldAsync()
    {
        var sending = await Sending.StartWithoutPumpAsync(azurite, People.Entries(3));
        await sending.Get<RunTable>().RecordPlannedAsync(Sending.Run, sending.Now, Cancellation);
        await sending.DecideAsync();
        await sending.MoveAsync(new BatchState.Held(new Attempt("id", Sending.Run.Due, MemberSet.None), "503"));
        await SettleAsync(sending, Sending.Run.Due + Duration.FromMinutes(10));
        return sending;
    }

    private static async Task SettleAsync(Sending sending, Instant at)
    {
        sending.App.SetTime(at);
        await sending.Get<Settler>().SettleAsync(Cancellation);
    }

    private static async Task<(int Accepted, int Held)> TotalsAsync(Sending sending)
    {
        var row = (await sending.Store.Runs.FindAsync(Sending.Run.Issue.ToString(), Sending.Run.ToString(), Cancellation))!;
        return (row.GetInt32("Accepted") ?? -1, row.GetInt32("Held") ?? -1);
    }
}
