using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Delivery;

/// <summary>Mail that one subscriber is owed.</summary>
public sealed class SingleMailWorkerTests(SharedAzurite azurite)
{
    private const string Mina = "mina@example.com";

    // Longer than a claim lasts.
    private static readonly Duration ClaimIsOver = Duration.FromMinutes(3);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_confirmation_whose_outcome_is_unknown_goes_again_when_the_claim_is_over()
    {
        await using var sending = await OwedAsync(OwedMailKind.Confirm);
        sending.Provider.AnswerOnce(new SendOutcome.Unknown("503"));

        await HandleAsync(sending);
        await HandleAsync(sending);
        Assert.Single(sending.Provider.Calls);
        sending.App.SetTime(sending.Now + ClaimIsOver);
        await HandleAsync(sending);

        Assert.Equal(2, sending.Provider.Calls.Count);
        Assert.Single(sending.Provider.TakenAddresses);
        Assert.Null((await FindAsync(sending))!.Owed);
    }

    [Fact]
    public async Task A_welcome_whose_outcome_is_unknown_does_not_go_again()
    {
        await using var sending = await OwedAsync(OwedMailKind.Welcome);
        sending.Provider.AnswerOnce(new SendOutcome.Unknown("503"));

        await HandleAsync(sending);
        sending.App.SetTime(sending.Now + ClaimIsOver);
        await HandleAsync(sending);

        Assert.Single(sending.Provider.Calls);
        Assert.Null((await FindAsync(sending))!.Owed);
    }

    [Fact]
    public async Task Eight_messages_at_once_make_one_mail()
    {
        await using var sending = await OwedAsync(OwedMailKind.Welcome);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => HandleAsync(sending)));

        Assert.Single(sending.Provider.Calls);
    }

    [Theory]
    [InlineData(nameof(OwedMailKind.Confirm))]
    [InlineData(nameof(OwedMailKind.Welcome))]
    public async Task What_the_provider_did_not_take_goes_later(string kind)
    {
        await using var sending = await OwedAsync(Enum.Parse<OwedMailKind>(kind));
        sending.Provider.AnswerOnce(new SendOutcome.NotTaken("429", Duration.FromSeconds(1)));

        await HandleAsync(sending);
        Assert.Empty(sending.Provider.TakenAddresses);
        await sending.Get<SingleMailWorker>().HandleAsync(await sending.NextAsync(sending.Store.Mails), Cancellation);
        await sending.App.IdleAsync();

        Assert.Single(sending.Provider.TakenAddresses);
    }

    [Theory]
    [InlineData(nameof(SendOutcome.Refused))]
    [InlineData(nameof(SendOutcome.BadRecipients))]
    [InlineData(nameof(SendOutcome.RefusedUnnamed))]
    public async Task What_the_provider_refused_is_no_longer_owed(string outcome)
    {
        await using var sending = await OwedAsync(OwedMailKind.Welcome);
        sending.Provider.AnswerOnce(outcome switch
        {
            nameof(SendOutcome.BadRecipients) => new SendOutcome.BadRecipients([new(0, "not valid")], "400"),
            nameof(SendOutcome.RefusedUnnamed) => new SendOutcome.RefusedUnnamed("400", AboutRecipient: true),
            _ => new SendOutcome.Refused(400, "from: not verified"),
        });

        await HandleAsync(sending);
        await HandleAsync(sending);

        Assert.Single(sending.Provider.Calls);
        Assert.Null((await FindAsync(sending))!.Owed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_is_refused_for_her_address_is_suppressed_and_nobody_is_for_a_fault_of_ours(bool isHers)
    {
        await using var sending = await OwedAsync(OwedMailKind.Welcome);
        sending.Provider.AnswerOnce(isHers ? new SendOutcome.BadRecipients([new(0, "not valid")], "400") : new SendOutcome.Refused(400, "from: not verified"));

        await HandleAsync(sending);

        Assert.Equal(isHers, (await FindAsync(sending))!.State is SubscriberState.Suppressed { Reason: SuppressionReason.Refused });
    }

    [Fact]
    public async Task What_is_refused_for_our_key_is_still_owed_and_goes_when_the_key_works()
    {
        await using var sending = await OwedAsync(OwedMailKind.Welcome);
        sending.Provider.AnswerOnce(new SendOutcome.NotAllowed(401, "401"));

        await HandleAsync(sending);
        Assert.Null((await FindAsync(sending))!.Owed!.Claim);
        await HandleAsync(sending);

        Assert.Single(sending.Provider.TakenAddresses);
    }

    [Fact]
    public async Task Who_left_before_her_welcome_was_sent_gets_none()
    {
        await using var sending = await OwedAsync(OwedMailKind.Welcome);
        await sending.Get<Subscriptions>().LeaveAsync(People.Token(1), Cancellation);

        await HandleAsync(sending);

        Assert.Empty(sending.Provider.Calls);
    }

    [Fact]
    public async Task Who_leaves_just_before_the_claim_gets_no_welcome()
    {
        await using var sending = await OwedAsync(OwedMailKind.Welcome);
        sending.Faults.Once("PUT subscribers", () =>
        {
            sending.Faults.Mend();
            return sending.Get<Subscriptions>().LeaveAsync(People.Token(1), Cancellation);
        });

        await HandleAsync(sending);

        Assert.Empty(sending.Provider.Calls);
        Assert.IsType<SubscriberState.Left>((await FindAsync(sending))!.State);
    }

    [Fact]
    public async Task Who_leaves_while_her_welcome_is_being_sent_has_left()
    {
        await using var sending = await OwedAsync(OwedMailKind.Welcome);
        sending.Provider.Answer = async _ =>
        {
            await sending.Get<Subscriptions>().LeaveAsync(People.Token(1), Cancellation);
            return new SendOutcome.Taken();
        };

        await HandleAsync(sending);

        var left = await FindAsync(sending);
        Assert.IsType<SubscriberState.Left>(left!.State);
        Assert.Equal(OwedMailKind.ProviderSuppression, left.Owed?.Kind);
    }

    [Theory]
    [InlineData(nameof(OwedMailKind.Confirm))]
    [InlineData(nameof(OwedMailKind.Welcome))]
    public async Task A_claim_whose_answer_was_lost_is_ours_and_the_mail_goes_once(string kind)
    {
        await using var sending = await OwedAsync(Enum.Parse<OwedMailKind>(kind));
        sending.Faults.LoseAnswer("PUT subscribers");

        await HandleAsync(sending);
        await HandleAsync(sending);

        Assert.Single(sending.Provider.TakenAddresses);
        Assert.Null((await FindAsync(sending))!.Owed);
    }

    [Fact]
    public async Task Being_told_to_stop_after_the_claim_costs_nobody_her_welcome()
    {
        await using var sending = await OwedAsync(OwedMailKind.Welcome);
        using var stopping = new CancellationTokenSource();
        sending.Faults.Once("PUT subscribers", stopping.CancelAsync);

        await HandleAsync(sending, stopping.Token);

        Assert.Single(sending.Provider.TakenAddresses);
    }

    [Fact]
    public async Task A_store_that_fails_right_after_the_welcome_was_taken_does_not_double_it()
    {
        await using var sending = await OwedAsync(OwedMailKind.Welcome);
        sending.Provider.Answer = _ =>
        {
            sending.Faults.Fail("PUT subscribers");
            return Task.FromResult<SendOutcome>(new SendOutcome.Taken());
        };
        await Assert.ThrowsAnyAsync<Exception>(() => HandleAsync(sending));

        sending.Faults.Mend();
        sending.App.SetTime(sending.Now + ClaimIsOver);
        await HandleAsync(sending);

        Assert.Single(sending.Provider.Calls);
    }

    [Fact]
    public async Task A_sign_up_while_the_provider_is_away_gets_its_mail_when_it_is_back()
    {
        await using var sending = await Sending.StartAsync(azurite);
        var away = true;
        sending.Provider.Answer = _ => Task.FromResult<SendOutcome>(
            Volatile.Read(ref away) ? new SendOutcome.NotTaken("no connection", Duration.FromSeconds(1)) : new SendOutcome.Taken());

        using var asked = await sending.App.SubscribeAsync(Mina);
        Assert.True(asked.IsSuccessStatusCode);
        await sending.App.EventuallyAsync(() => Task.FromResult(sending.Provider.Calls.Count >= 2), "a second try");
        Volatile.Write(ref away, false);
        await sending.App.IdleAsync();

        Assert.Equal([Mina], sending.Provider.TakenAddresses);
    }

    [Theory]
    [InlineData("2|0123456789abcdef0123456789abcdef")]
    [InlineData("1|mina@example.com")]
    [InlineData("")]
    public async Task What_is_no_message_of_ours_is_refused(string text)
    {
        await using var sending = await Sending.StartAsync(azurite);

        await Assert.ThrowsAsync<FormatException>(() => sending.Get<SingleMailWorker>().HandleAsync(text, Cancellation));
    }

    private async Task<Sending> OwedAsync(OwedMailKind kind)
    {
        var sending = await Sending.StartWithoutPumpAsync(azurite);
        await sending.Store.AddAsync(People.Active(1, Slots.Tuesday, kind));
        return sending;
    }

    private static Task HandleAsync(Sending sending, CancellationToken? cancellation = null) =>
        sending.Get<SingleMailWorker>().HandleAsync(new MailMessage(People.Id(1)).ToString(), cancellation ?? Cancellation);

    private static Task<Subscriber?> FindAsync(Sending sending) =>
        sending.Get<SubscriberStore>().FindAsync(People.Id(1), Cancellation);
}
