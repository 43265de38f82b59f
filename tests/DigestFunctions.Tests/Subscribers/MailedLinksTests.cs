using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using DigestFunctions.Tests.Operations;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Subscribers;

/// <summary>Links that are mailed on request: what is owed for them, and what stands in their way.</summary>
public sealed class MailedLinksTests(SharedAzurite azurite)
{
    private static readonly Instant Left = TestApp.Start + Duration.FromDays(7);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_who_is_subscribed_gets_the_link_to_her_page()
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday));

        await LostAsync(sending);

        Assert.Equal("link", Assert.Single(sending.Provider.Calls).Category);
    }

    [Fact]
    public async Task One_who_still_has_to_confirm_gets_that_mail_again()
    {
        await using var sending = await StartAsync(Sweeping.Pending(1, TestApp.Start));

        await LostAsync(sending);

        Assert.Equal("confirm", Assert.Single(sending.Provider.Calls).Category);
        Assert.Single((await sending.FindAsync(1))!.ConfirmsAsked);
    }

    [Fact]
    public async Task What_is_owed_and_whose_message_was_lost_goes_when_it_is_asked_for_again()
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday));
        Assert.Equal(LinkAnswer.OnItsWay, await sending.Get<MailedLinks>().AskForDataAsync(People.Token(1), Cancellation));
        await sending.Store.Mails.ClearMessagesAsync(Cancellation);

        Assert.Equal(LinkAnswer.OnItsWay, await sending.Get<MailedLinks>().AskForDataAsync(People.Token(1), Cancellation));

        Assert.Single((await sending.Store.Mails.PeekMessagesAsync(32, Cancellation)).Value);
    }

    [Fact]
    public async Task An_address_is_asked_three_times_a_day_and_once_in_a_quarter_of_an_hour_whoever_names_it()
    {
        var everybody = Enumerable.Range(1, 6).Select(number => People.Active(number, Slots.Tuesday)).ToArray();
        await using var sending = await StartAsync(everybody);
        var answers = new List<LinkAnswer>();
        foreach (var (after, number) in new[] { 0, 14, 16, 32, 48, (24 * 60) + 1 }.Zip(Enumerable.Range(1, 6)))
        {
            sending.App.SetTime(TestApp.Start + Duration.FromMinutes(after));
            answers.Add(await sending.Get<MailedLinks>().AskForAddressAsync(People.Token(number), People.Address(99), Cancellation));
        }

        Assert.Equal([LinkAnswer.OnItsWay, LinkAnswer.TooOften, LinkAnswer.OnItsWay, LinkAnswer.OnItsWay, LinkAnswer.TooOften, LinkAnswer.OnItsWay], answers);
    }

    [Fact]
    public async Task A_sign_up_waits_as_long_for_her_as_the_link_of_the_last_mail_is_good()
    {
        await using var sending = await StartAsync(Sweeping.Pending(1, TestApp.Start));
        var asked = TestApp.Start + LinkTokens.ConfirmLifetime - Duration.FromHours(1);
        sending.App.SetTime(asked);
        await LostAsync(sending);

        sending.App.SetTime(asked + LinkTokens.ConfirmLifetime - Duration.FromMinutes(1));
        await sending.SweepAsync();
        Assert.NotNull(await sending.FindAsync(1));

        sending.App.SetTime(asked + LinkTokens.ConfirmLifetime + Duration.FromMinutes(1));
        await sending.SweepAsync();
        Assert.Null(await sending.FindAsync(1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_who_left_and_one_who_is_suppressed_get_nothing(bool hasLeft)
    {
        await using var sending = await StartAsync(hasLeft ? Sweeping.Left(1) : Suppressed(1));

        await LostAsync(sending);

        Assert.Empty(sending.Provider.Calls);
    }

    [Fact]
    public async Task An_address_gets_one_in_a_quarter_of_an_hour_and_three_a_day()
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday));
        var start = sending.Now;
        foreach (var (minutes, mails) in ((int, int)[])[(0, 1), (10, 1), (20, 2), (30, 2), (40, 3), (60, 3), (23 * 60, 3), (25 * 60, 4)])
        {
            sending.App.SetTime(start + Duration.FromMinutes(minutes));
            await LostAsync(sending);
            Assert.Equal(mails, sending.Provider.Calls.Count);
        }
    }

    [Fact]
    public async Task Who_asks_for_somebody_s_lost_link_does_not_keep_her_from_her_data()
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday));

        await LostAsync(sending);

        Assert.Equal(LinkAnswer.OnItsWay, await AskForDataAsync(sending));
    }

    [Theory]
    [InlineData(OwedMailKind.Welcome)]
    [InlineData(OwedMailKind.ProviderRelease)]
    internal async Task No_link_pushes_out_what_else_is_owed(OwedMailKind owed)
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday, owed));

        await sending.Get<MailedLinks>().OweAsync(People.Id(1), Cancellation);

        Assert.Equal(LinkAnswer.Later, await AskForDataAsync(sending));
        Assert.Equal(LinkAnswer.Later, await sending.Get<MailedLinks>().AskForAddressAsync(People.Token(1), People.Address(2), Cancellation));
        Assert.Equal(owed, (await sending.FindAsync(1))!.Owed!.Kind);
    }

    [Fact]
    public async Task A_link_whose_outcome_is_unknown_goes_again_when_the_claim_is_over()
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday));
        sending.Provider.AnswerOnce(new SendOutcome.Unknown("503"));
        await LostAsync(sending);

        sending.App.SetTime(sending.Now + Duration.FromMinutes(3));
        await HandleAsync(sending);

        Assert.Equal(2, sending.Provider.Calls.Count);
        Assert.Null((await sending.FindAsync(1))!.Owed);
    }

    [Fact]
    public async Task One_who_left_gets_the_link_to_her_data_once_nothing_is_held_back_any_more()
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday).In(new SubscriberState.Left(Left, Slots.Issue("2026-W50"))));
        sending.Provider.Suppressed[People.AddressText(1)] = true;
        sending.App.SetTime(Left + Duration.FromHours(1));
        Assert.Equal(LinkAnswer.Later, await AskForDataAsync(sending));

        sending.App.SetTime(Left + MailedLinks.LeavingTakes);
        Assert.Equal(LinkAnswer.OnItsWay, await AskForDataAsync(sending));
        await HandleAsync(sending);

        Assert.Equal("data", Assert.Single(sending.Provider.Calls).Category);
        Assert.Empty(sending.Provider.Suppressed);
        Assert.IsType<SubscriberState.Left>(await sending.StateAsync(1));
    }

    [Fact]
    public async Task One_who_is_suppressed_is_mailed_no_link()
    {
        await using var sending = await StartAsync(Suppressed(1));

        Assert.Equal(LinkAnswer.NotMailed, await AskForDataAsync(sending));
    }

    [Fact]
    public async Task Asking_for_a_lost_link_does_the_same_for_every_address()
    {
        await using var sending = await StartAsync();
        Assert.True(EmailAddress.TryParse("ada@example.com", out var known));
        await sending.Store.AddAsync(People.Active(1, Slots.Tuesday) with { Id = sending.Get<Identities>().Of(known), Address = known });
        sending.Faults.Forget();

        await sending.Get<MailedLinks>().AskAsync(known, Cancellation);
        await sending.Get<MailedLinks>().AskAsync(People.Address(2), Cancellation);

        Assert.Empty(sending.Faults.Seen);
        Assert.Equal(2, (await sending.Store.Mails.PeekMessagesAsync(32, Cancellation)).Value.Length);
    }

    private static Subscriber Suppressed(int number) => People.Active(number, Slots.Tuesday)
        .In(new SubscriberState.Suppressed(TestApp.Start, SuppressionReason.Complained, Slots.Issue("2026-W49")));

    private static Task LostAsync(Sending sending) => HandleAsync(sending, lostLink: true);

    private static Task HandleAsync(Sending sending, bool lostLink = false) =>
        sending.Get<SingleMailWorker>().HandleAsync(new MailMessage(People.Id(1), lostLink).ToString(), Cancellation);

    private static Task<LinkAnswer> AskForDataAsync(Sending sending) =>
        sending.Get<MailedLinks>().AskForDataAsync(People.Token(1), Cancellation);

    private async Task<Sending> StartAsync(params Subscriber[] subscribers)
    {
        var sending = await Sending.StartWithoutPumpAsync(azurite);
        await sending.Store.AddAsync(subscribers);
        return sending;
    }
}
