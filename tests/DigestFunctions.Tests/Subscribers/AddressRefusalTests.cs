using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Operations;
using NodaTime;
using Xunit;
using static DigestFunctions.Tests.Subscribers.Moves;

namespace DigestFunctions.Tests.Subscribers;

/// <summary>Another address that is refused, or not confirmed. It is Tuesday of 2026-W49, 07:40 in Paris.</summary>
public sealed class AddressRefusalTests(SharedAzurite azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_address_that_is_subscribed_is_refused_and_nothing_is_changed()
    {
        await using var sending = await azurite.StartMovesAsync(Moving(1));
        var there = At(sending, 1, SubscriberState.Active.In(Slots.Friday, Slots.Issue("2026-W40")));
        await AddAsync(sending, there);

        Assert.IsType<ChangeOutcome.Subscribed>(await ConfirmAsync(sending, 1));

        Assert.IsType<SubscriberState.Active>(await sending.StateAsync(1));
        Assert.Equal(there.Preferences, (await ThereAsync(sending, 1))!.Preferences);
    }

    [Fact]
    public async Task An_address_that_must_not_be_mailed_is_refused_and_nothing_is_changed()
    {
        await using var sending = await azurite.StartMovesAsync(Moving(1));
        await SuppressAsync(sending, SuppressionReason.Complained);

        Assert.IsType<ChangeOutcome.NotMailed>(await ConfirmAsync(sending, 1));

        Assert.IsType<SubscriberState.Active>(await sending.StateAsync(1));
        Assert.Null(await ThereAsync(sending, 1));
    }

    [Fact]
    public async Task While_the_provider_s_list_is_to_be_changed_for_her_she_is_asked_to_press_again()
    {
        await using var sending = await azurite.StartMovesAsync(Moving(1) with { Owed = new OwedMail(OwedMailKind.ProviderRelease, Since: TestApp.Start) });

        Assert.IsType<ChangeOutcome.Later>(await ConfirmAsync(sending, 1));

        Assert.Equal(OwedMailKind.ProviderRelease, (await sending.FindAsync(1))!.Owed!.Kind);
    }

    [Fact]
    public async Task A_link_to_one_address_confirms_no_other()
    {
        var first = new AddressChange(NewAddress(1), TestApp.Start);
        var second = new AddressChange(NewAddress(2), TestApp.Start + AskLimit.Pause);
        await using var sending = await azurite.StartMovesAsync(People.Active(1, Slots.Tuesday) with { NewAddress = second });

        Assert.IsType<ChangeOutcome.Gone>(await sending.Get<AddressChanges>().ConfirmAsync(Token(1, first), Cancellation));
        Assert.IsType<SubscriberState.Active>(await sending.StateAsync(1));
    }

    [Fact]
    public async Task What_the_new_address_did_not_confirm_is_forgotten_after_a_day()
    {
        await using var sending = await azurite.StartMovesAsync(Moving(1));
        sending.App.SetTime(TestApp.Start + LinkTokens.AddressLifetime - Duration.FromMinutes(1));
        await sending.SweepAsync();
        Assert.NotNull((await sending.FindAsync(1))!.NewAddress);

        sending.App.SetTime(TestApp.Start + LinkTokens.AddressLifetime + Duration.FromMinutes(1));
        await sending.SweepAsync();

        Assert.Null((await sending.FindAsync(1))!.NewAddress);
    }
}
