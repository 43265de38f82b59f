using DigestFunctions.Core.Subscribers;
using NodaTime;
using Xunit;
using static DigestFunctions.Tests.Subscribers.Moves;

namespace DigestFunctions.Tests.Subscribers;

/// <summary>A subscription that goes to another address, and what goes along. It is Tuesday of 2026-W49, 07:40 in Paris.</summary>
public sealed class AddressChangeTests(SharedAzurite azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task She_moves_with_all_that_she_chose_and_did()
    {
        var old = Moving(1) with { CheckIns = CheckIns.None.With(Slots.Issue("2026-W47"), CheckInAnswer.Tried) };
        await using var sending = await azurite.StartMovesAsync(old);

        var outcome = await ConfirmAsync(sending, 1);

        Assert.IsType<ChangeOutcome.Done>(outcome);
        var there = await ThereAsync(sending, 1);
        Assert.Equal((old.Preferences, old.CheckIns), (there!.Preferences, there.CheckIns));
        Assert.NotNull(there.Consent.MovedAt);
        Assert.Equal(old.Consent, there.Consent with { MovedAt = null });
        Assert.Equal([there.Id], await InScheduleAsync(sending));
        await sending.AssertAgreedAsync();
    }

    [Fact]
    public async Task An_issue_that_may_have_been_handed_over_to_the_old_address_does_not_come_to_the_new()
    {
        await using var sending = await azurite.StartMovesAsync(Moving(1));

        await ConfirmAsync(sending, 1);

        Assert.Equal(SubscriberState.Active.In(Slots.Tuesday, Slots.Issue("2026-W50")), (await ThereAsync(sending, 1))!.State);
    }

    [Fact]
    public async Task An_issue_that_is_still_to_come_comes_to_the_new_address()
    {
        await using var sending = await azurite.StartMovesAsync(Moving(1, Slots.Friday));

        await ConfirmAsync(sending, 1);

        Assert.Equal(SubscriberState.Active.In(Slots.Friday, Slots.Issue("2026-W49")), (await ThereAsync(sending, 1))!.State);
    }

    [Fact]
    public async Task A_pause_goes_along()
    {
        var until = new LocalDate(2026, 12, 24);
        await using var sending = await azurite.StartMovesAsync(Moving(1));
        await sending.Get<Subscriptions>().PauseAsync(People.Token(1), until, Cancellation);

        await ConfirmAsync(sending, 1);

        var active = Assert.IsType<SubscriberState.Active>((await ThereAsync(sending, 1))!.State);
        Assert.Equal((until, Slots.Issue("2026-W53")), (active.Pause!.Until, active.Current.FirstIssue));
    }

    [Fact]
    public async Task Who_had_left_at_the_new_address_gets_no_issue_that_she_had_there_and_keeps_her_links()
    {
        await using var sending = await azurite.StartMovesAsync(Moving(1, Slots.Friday));
        await AddAsync(sending, At(sending, 1, new SubscriberState.Left(TestApp.Start, Slots.Issue("2026-W52"))) with { Generation = 7 });

        await ConfirmAsync(sending, 1);

        var there = (await ThereAsync(sending, 1))!;
        Assert.Equal(SubscriberState.Active.In(Slots.Friday, Slots.Issue("2026-W52")), there.State);
        Assert.Equal(7, there.Generation);
        Assert.Equal(OwedMailKind.ProviderRelease, there.Owed!.Kind);
    }

    [Fact]
    public async Task One_who_has_left_meanwhile_is_moved_nowhere()
    {
        await using var sending = await azurite.StartMovesAsync(Moving(1));
        await sending.Get<Subscriptions>().LeaveAsync(People.Token(1), Cancellation);

        Assert.IsType<ChangeOutcome.Gone>(await ConfirmAsync(sending, 1));
        Assert.Null(await ThereAsync(sending, 1));
    }
}
