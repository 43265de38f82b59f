using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Subscribers;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Delivery;

/// <summary>One who asked and hasn't confirmed is reminded of it once, a day after.</summary>
public sealed class ConfirmReminderTests(SharedAzurite azurite)
{
    private static readonly Duration Day = Subscriber.ConfirmPatience;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_goes_once_and_not_before_a_day_has_passed()
    {
        await using var sending = await PendingAsync();

        await HandleAsync(sending, Day - Duration.FromMinutes(1));
        Assert.Empty(sending.Provider.Calls);
        await HandleAsync(sending, Day);
        await HandleAsync(sending, Day + Day);

        Assert.Equal("confirm-reminder", Assert.Single(sending.Provider.Calls).Category);
        Assert.Null((await FindAsync(sending))!.Owed);
    }

    [Fact]
    public async Task Its_link_confirms()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var asked = await app.SubscribeAsync("mina@example.com");
        await app.WaitForMailAsync("mina@example.com", "confirm");

        app.SetTime(TestApp.Start + Day + Duration.FromMinutes(1));
        await app.Get<Sweep>().RunAsync(Cancellation);
        var mail = await app.WaitForMailAsync("mina@example.com", "confirm-reminder");
        using var confirmed = await app.PressAsync(mail.Link("confirm"));

        await app.WaitForMailAsync("mina@example.com", "welcome");
        Assert.Contains("until Tuesday 1 December at 09:00, Paris time", mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("List-Unsubscribe", mail.Headers.Keys);
    }

    [Fact]
    public async Task Who_has_confirmed_or_left_or_is_about_to_be_forgotten_is_not_reminded()
    {
        await using var sending = await PendingAsync();

        await HandleAsync(sending, LinkTokens.ConfirmLifetime);
        await sending.Get<Subscriptions>().ConfirmAsync(People.Token(1), Cancellation);
        await sending.App.IdleAsync();
        await HandleAsync(sending, Day);
        await sending.Get<Subscriptions>().LeaveAsync(People.Token(1), Cancellation);
        await sending.App.IdleAsync();
        await HandleAsync(sending, Day);

        Assert.DoesNotContain(sending.Provider.Calls, call => call.Category == "confirm-reminder");
    }

    [Fact]
    public async Task Asking_again_puts_it_off()
    {
        await using var sending = await PendingAsync();
        var pending = (await FindAsync(sending))!;
        sending.App.SetTime(pending.Consent.AskedAt + Duration.FromHours(20));
        await sending.Get<SubscriberStore>().TryReplaceAsync(pending with { Consent = pending.Consent with { AskedAt = sending.Now } }, Cancellation);

        await HandleAsync(sending, Day, from: pending.Consent.AskedAt);

        Assert.Empty(sending.Provider.Calls);
    }

    [Fact]
    public async Task One_whose_outcome_nobody_knows_does_not_go_again()
    {
        await using var sending = await PendingAsync();
        sending.Provider.AnswerOnce(new SendOutcome.Unknown("503"));

        await HandleAsync(sending, Day);
        await HandleAsync(sending, Day + Duration.FromMinutes(3));
        await HandleAsync(sending, Day + Day);

        Assert.Single(sending.Provider.Calls);
    }

    [Fact]
    public async Task The_confirmation_mail_leaves_a_message_that_looks_a_day_later()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        await sending.Store.AddAsync(Pending() with { Owed = new OwedMail(OwedMailKind.Confirm) });

        await sending.Get<SingleMailWorker>().HandleAsync(new MailMessage(People.Id(1)).ToString(), Cancellation);

        Assert.Equal(1, (await sending.Store.Mails.GetPropertiesAsync(Cancellation)).Value.ApproximateMessagesCount);
        Assert.Null((await sending.Store.Mails.PeekMessageAsync(Cancellation)).Value);
    }

    private static Subscriber Pending()
    {
        var active = People.Active(1, Slots.Tuesday);
        return active with { State = new SubscriberState.Pending(FirstIssue: null), Consent = active.Consent with { GivenAt = null } };
    }

    private async Task<Sending> PendingAsync()
    {
        var sending = await Sending.StartAsync(azurite);
        await sending.Store.AddAsync(Pending());
        return sending;
    }

    private static Task HandleAsync(Sending sending, Duration after, Instant? from = null)
    {
        sending.App.SetTime((from ?? TestApp.Start) + after);
        return sending.Get<SingleMailWorker>().HandleAsync(new MailMessage(People.Id(1)).ToString(), Cancellation);
    }

    private static Task<Subscriber?> FindAsync(Sending sending) =>
        sending.Get<SubscriberStore>().FindAsync(People.Id(1), Cancellation);
}
