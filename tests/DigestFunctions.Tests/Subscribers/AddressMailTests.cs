using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Operations;
using NodaTime;
using Xunit;
using static DigestFunctions.Tests.Subscribers.Moves;

namespace DigestFunctions.Tests.Subscribers;

/// <summary>The mail to another address, and to the one before. It is Tuesday of 2026-W49, 07:40 in Paris.</summary>
public sealed class AddressMailTests(SharedAzurite azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_old_address_is_told_without_saying_where_and_its_row_goes()
    {
        await using var sending = await azurite.StartMovesAsync(Moving(1));
        await ConfirmAsync(sending, 1);

        await HandleAsync(sending, 1);

        var told = Assert.Single(sending.Provider.Calls);
        Assert.Equal((People.Address(1), "address-told"), (told.Recipients[0].Address, told.Category));
        Assert.DoesNotContain(NewAddress(1).ToString(), told.Content.Html + told.Content.Text, StringComparison.Ordinal);
        Assert.Null(await sending.FindAsync(1));
    }

    [Fact]
    public async Task Where_the_old_address_cannot_be_told_in_a_day_its_row_goes_all_the_same()
    {
        await using var sending = await azurite.StartMovesAsync(Moving(1));
        sending.Provider.Answer = _ => Task.FromResult<SendOutcome>(new SendOutcome.NotTaken("429", Duration.FromHours(1)));
        await ConfirmAsync(sending, 1);
        await HandleAsync(sending, 1);
        Assert.NotNull(await sending.FindAsync(1));

        sending.App.SetTime(sending.Now + AddressChanges.ToldWithin + Duration.FromMinutes(1));
        await HandleAsync(sending, 1);

        Assert.Null(await sending.FindAsync(1));
    }

    [Fact]
    public async Task The_mail_goes_to_the_new_address_and_what_the_provider_says_of_it_is_about_that()
    {
        await using var sending = await azurite.StartMovesAsync(People.Active(1, Slots.Tuesday));
        sending.Provider.AnswerOnce(new SendOutcome.BadRecipients([new(0, "not valid")], "400"));

        Assert.Equal(LinkAnswer.OnItsWay, await sending.Get<MailedLinks>().AskForAddressAsync(People.Token(1), NewAddress(1), Cancellation));
        await HandleAsync(sending, 1);

        var id = sending.Get<Identities>().Of(NewAddress(1));
        var recipient = Assert.Single(Assert.Single(sending.Provider.Calls).Recipients);
        Assert.Equal((NewAddress(1), $"new-address/{id}"), (recipient.Address, recipient.Reference));
        Assert.IsType<SubscriberState.Active>(await sending.StateAsync(1));
        Assert.Null((await sending.FindAsync(1))!.Owed);
        Assert.Equal(SuppressionReason.Refused, (await sending.Get<SuppressionTable>().FindAsync(id, Cancellation))!.Suppression.Reason);
    }

    [Fact]
    public async Task An_address_that_complained_once_gets_no_mail_for_it()
    {
        await using var sending = await azurite.StartMovesAsync(People.Active(1, Slots.Tuesday));
        await SuppressAsync(sending, SuppressionReason.Complained);

        Assert.Equal(LinkAnswer.OnItsWay, await sending.Get<MailedLinks>().AskForAddressAsync(People.Token(1), NewAddress(1), Cancellation));
        await HandleAsync(sending, 1);

        Assert.Empty(sending.Provider.Calls);
        Assert.Null((await sending.FindAsync(1))!.Owed);
    }
}
