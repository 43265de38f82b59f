using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using DigestFunctions.Tests.Operations;
using Xunit;
using static DigestFunctions.Tests.Subscribers.Moves;

namespace DigestFunctions.Tests.Subscribers;

/// <summary>A subscription on its way to another address, whatever comes between. It is Tuesday of 2026-W49, 07:40 in Paris.</summary>
public sealed class AddressChangeFaultTests(SharedAzurite azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cut_short_at_any_step_it_is_finished_by_pressing_again_or_by_the_sweep(bool byPressing)
    {
        await using var sending = await azurite.StartMovesAsync();
        var number = 0;
        for (var (calls, cut) = (0, true); cut; calls++)
        {
            await AddAsync(sending, Moving(++number));
            cut = await sending.CutAsync(calls, () => ConfirmAsync(sending, number));
            await AssertNeverBothAsync(sending, number);

            if (byPressing)
                Assert.IsType<ChangeOutcome.Done>(await ConfirmAsync(sending, number));
            else if (await sending.StateAsync(number) is SubscriberState.Active)
                continue;
            else
                await SweepAndHandleAsync(sending, number);

            Assert.IsType<SubscriberState.Active>((await ThereAsync(sending, number))!.State);
            Assert.Contains((await ThereAsync(sending, number))!.Id, await InScheduleAsync(sending));
            Assert.DoesNotContain(People.Id(number), await InScheduleAsync(sending));
        }

        await sending.SweepAsync();
        await sending.AssertAgreedAsync();
        Assert.True(number > 6, $"It was cut {number} times only.");
    }

    [Theory]
    [InlineData("PUT subscribers")]
    [InlineData("POST subscribers")]
    public async Task A_write_whose_answer_was_lost_is_ours(string write)
    {
        await using var sending = await azurite.StartMovesAsync(Moving(1));
        sending.Faults.LoseAnswer(write);

        await ConfirmAsync(sending, 1);
        sending.Faults.Mend();
        await HandleAsync(sending, 1);

        Assert.IsType<SubscriberState.Active>((await ThereAsync(sending, 1))!.State);
        await sending.AssertAgreedAsync();
    }

    [Fact]
    public async Task Pressing_eight_times_at_once_moves_her_once()
    {
        await using var sending = await azurite.StartMovesAsync(Moving(1));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ConfirmAsync(sending, 1)));
        await HandleAsync(sending, 1);

        Assert.Equal([(await ThereAsync(sending, 1))!.Id], await InScheduleAsync(sending));
        await sending.AssertAgreedAsync();
    }

    [Fact]
    public async Task Who_has_left_at_the_new_address_is_not_brought_back_by_what_is_left_of_the_old()
    {
        await using var sending = await azurite.StartMovesAsync(Moving(1));
        await ConfirmAsync(sending, 1);
        // As if the last step had been cut: the old row says that she isn't there yet.
        var moved = (await sending.FindAsync(1))!;
        var old = moved with { State = Assert.IsType<SubscriberState.Moved>(moved.State) with { HasArrived = false } };
        var there = (await ThereAsync(sending, 1))!;
        await sending.Get<Subscriptions>().LeaveAsync(new LinkToken(LinkPurpose.Mail, there.Id, there.Generation), Cancellation);

        await sending.Get<AddressChanges>().FinishAsync(old, Cancellation);

        Assert.IsType<SubscriberState.Left>((await ThereAsync(sending, 1))!.State);
        Assert.Empty(await InScheduleAsync(sending));
    }

    // The sweep asks for it by a message, which is handled by hand.
    private static async Task SweepAndHandleAsync(Sending sending, int number)
    {
        await sending.SweepAsync();
        await HandleAsync(sending, number);
    }

    private static async Task AssertNeverBothAsync(Sending sending, int number)
    {
        var ids = await InScheduleAsync(sending);
        Assert.False(ids.Contains(People.Id(number)) && ids.Contains(sending.Get<Identities>().Of(NewAddress(number))));
    }
}
