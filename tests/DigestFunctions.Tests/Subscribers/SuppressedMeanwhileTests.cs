using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using Xunit;

namespace DigestFunctions.Tests.Subscribers;

/// <summary>The provider says that an address must not be mailed, while its owner is on her way in.</summary>
public sealed class SuppressedMeanwhileTests(SharedAzurite azurite)
{
    private static readonly Suppression Bounce = Suppression.Of(SuppressionReason.Bounced, TestApp.Start, "550 5.1.1");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("before")]
    [InlineData("GET subscribers")]
    [InlineData("PUT subscribers")]
    [InlineData("POST schedule")]
    [InlineData("after")]
    public async Task Who_confirms_meanwhile_is_taken_out_instead_of_welcomed(string when)
    {
        await using var sending = await StartAsync(new SubscriberState.Pending(FirstIssue: null), OwedMailKind.Confirm);
        await SayAsync(sending, when);

        await sending.Get<Subscriptions>().ConfirmAsync(People.Token(1), Cancellation);
        if (when == "after")
            await AddAsync(sending, Bounce);
        await HandleAsync(sending);

        await AssertOutAsync(sending, (await sending.SubscribersAsync())[0]);
    }

    [Fact]
    public async Task Whoever_confirms_with_a_message_that_is_lost_is_taken_out_by_the_one_that_the_sweep_sends()
    {
        await using var sending = await StartAsync(new SubscriberState.Pending(FirstIssue: null), OwedMailKind.Confirm);
        await SayAsync(sending, "before");
        await sending.Get<Subscriptions>().ConfirmAsync(People.Token(1), Cancellation);
        await sending.Store.Mails.ClearMessagesAsync(Cancellation);

        await sending.Get<Core.Operations.Sweep>().RunAsync(Cancellation);
        var messages = await sending.Store.Mails.ReceiveMessagesAsync(maxMessages: 2, cancellationToken: Cancellation);
        await sending.Get<SingleMailWorker>().HandleAsync(QueueMessages.Decode(Assert.Single(messages.Value).MessageText), Cancellation);

        await AssertOutAsync(sending, (await sending.SubscribersAsync())[0]);
    }

    [Fact]
    public async Task Who_comes_back_meanwhile_gets_no_mail()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        var ada = People.Active(1, Slots.Tuesday).In(new SubscriberState.Left(TestApp.Start, Slots.Issue("2026-W50")));
        ada = ada with { Id = sending.Get<Identities>().Of(ada.Address) };
        await sending.Store.AddAsync(ada);
        await sending.Get<SuppressionTable>().AddAsync(ada.Id, Bounce, Cancellation);

        await sending.Get<Subscriptions>().AskAsync(ada.Address, ada.Preferences, ada.Consent, Cancellation);
        Assert.IsType<SubscriberState.Pending>((await sending.SubscribersAsync())[0].State);
        await sending.Get<SingleMailWorker>().HandleAsync(new MailMessage(ada.Id).ToString(), Cancellation);

        Assert.IsType<SubscriberState.Suppressed>((await sending.SubscribersAsync())[0].State);
        Assert.Empty(sending.Provider.Calls);
    }

    [Theory]
    [InlineData("before")]
    [InlineData("PUT subscribers")]
    public async Task Who_undoes_leaving_meanwhile_is_not_subscribed(string when)
    {
        await using var sending = await StartAsync(new SubscriberState.Left(TestApp.Start, Slots.Issue("2026-W50")), owed: null);
        await SayAsync(sending, when);

        var told = await sending.Get<Subscriptions>().RejoinAsync(People.Token(1), Cancellation);

        await AssertOutAsync(sending, told);
    }

    [Fact]
    public async Task A_link_of_another_time_tells_nothing_of_her()
    {
        await using var sending = await StartAsync(new SubscriberState.Pending(FirstIssue: null), OwedMailKind.Confirm);
        await SayAsync(sending, "before");

        Assert.Null(await sending.Get<Subscriptions>().ConfirmAsync(People.Token(1) with { Generation = 2 }, Cancellation));
    }

    [Fact]
    public async Task Who_asks_for_the_first_time_meanwhile_gets_no_mail()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        Assert.True(EmailAddress.TryParse("ada@example.com", out var address));
        var ada = People.Active(1, Slots.Tuesday) with { Id = sending.Get<Identities>().Of(address), Address = address };
        // The whole of it: there is nobody to take out yet.
        sending.Faults.Once("POST subscribers", () => SuppressAsync(sending, ada.Id));

        await sending.Get<Subscriptions>().AskAsync(address, ada.Preferences, ada.Consent, Cancellation);
        await sending.Get<SingleMailWorker>().HandleAsync(new MailMessage(ada.Id).ToString(), Cancellation);

        var found = await sending.Get<SubscriberStore>().FindAsync(ada.Id, Cancellation);
        Assert.Equal(SuppressionReason.Bounced, Assert.IsType<SubscriberState.Suppressed>(found!.State).Reason);
        Assert.Empty(sending.Provider.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_is_let_through_meanwhile_gets_no_mail(bool isLifted)
    {
        await using var sending = await StartAsync(new SubscriberState.Pending(Slots.Issue("2026-W50")), OwedMailKind.Confirm);
        if (isLifted)
            await AddAsync(sending, Suppression.Of(SuppressionReason.Unsubscribed, TestApp.Start, "Unsubscribed"));
        await SayAsync(sending, isLifted ? "DELETE suppressions" : "before");

        await HandleAsync(sending);

        await AssertOutAsync(sending, (await sending.SubscribersAsync())[0]);
    }

    private async Task<Sending> StartAsync(SubscriberState state, OwedMailKind? owed)
    {
        var sending = await Sending.StartWithoutPumpAsync(azurite);
        await sending.Store.AddAsync(People.Active(1, Slots.Tuesday, owed).In(state));
        return sending;
    }

    // Only the row: whoever writes it is slow to take her out, or died.
    private static Task SayAsync(Sending sending, string when)
    {
        if (when == "before")
            return AddAsync(sending, Bounce);
        if (when == "after")
            return Task.CompletedTask;
        sending.Faults.Once(when, () => AddAsync(sending, Bounce));
        return Task.CompletedTask;
    }

    private static Task HandleAsync(Sending sending) =>
        sending.Get<SingleMailWorker>().HandleAsync(new MailMessage(People.Id(1)).ToString(), Cancellation);

    private static Task<Suppression> AddAsync(Sending sending, Suppression said) =>
        sending.Get<SuppressionTable>().AddAsync(People.Id(1), said, Cancellation);

    private static Task SuppressAsync(Sending sending, SubscriberId id) =>
        sending.Get<Suppressions>().SuppressAsync(id, SuppressionReason.Bounced, Bounce.Evidence, Bounce.At, Cancellation);

    private static async Task AssertOutAsync(Sending sending, Subscriber? told)
    {
        Assert.Equal(SuppressionReason.Bounced, Assert.IsType<SubscriberState.Suppressed>(told?.State).Reason);
        Assert.Equal(told!.State, await sending.StateAsync(1));
        Assert.Null((await sending.SubscribersAsync())[0].Owed);
        Assert.Empty(await sending.EntriesAsync(1));
        Assert.Empty(sending.Provider.Calls);
    }
}
