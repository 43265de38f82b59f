using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using DigestFunctions.Tests.Operations;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Subscribers;

/// <summary>A subscription that goes to another address. It is Tuesday of 2026-W49, 07:40 in Paris.</summary>
public sealed class AddressChangeTests(SharedAzurite azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task She_moves_with_all_that_she_chose_and_did()
    {
        var old = Moving(1) with { CheckIns = CheckIns.None.With(Slots.Issue("2026-W47"), CheckInAnswer.Tried) };
        await using var sending = await StartAsync(old);

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
        await using var sending = await StartAsync(Moving(1));

        await ConfirmAsync(sending, 1);

        Assert.Equal(SubscriberState.Active.In(Slots.Tuesday, Slots.Issue("2026-W50")), (await ThereAsync(sending, 1))!.State);
    }

    [Fact]
    public async Task An_issue_that_is_still_to_come_comes_to_the_new_address()
    {
        await using var sending = await StartAsync(Moving(1, Slots.Friday));

        await ConfirmAsync(sending, 1);

        Assert.Equal(SubscriberState.Active.In(Slots.Friday, Slots.Issue("2026-W49")), (await ThereAsync(sending, 1))!.State);
    }

    [Fact]
    public async Task A_pause_goes_along()
    {
        var until = new LocalDate(2026, 12, 24);
        await using var sending = await StartAsync(Moving(1));
        await sending.Get<Subscriptions>().PauseAsync(People.Token(1), until, Cancellation);

        await ConfirmAsync(sending, 1);

        var active = Assert.IsType<SubscriberState.Active>((await ThereAsync(sending, 1))!.State);
        Assert.Equal((until, Slots.Issue("2026-W53")), (active.Pause!.Until, active.Current.FirstIssue));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cut_short_at_any_step_it_is_finished_by_pressing_again_or_by_the_sweep(bool byPressing)
    {
        await using var sending = await StartAsync();
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
        await using var sending = await StartAsync(Moving(1));
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
        await using var sending = await StartAsync(Moving(1));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ConfirmAsync(sending, 1)));
        await HandleAsync(sending, 1);

        Assert.Equal([(await ThereAsync(sending, 1))!.Id], await InScheduleAsync(sending));
        await sending.AssertAgreedAsync();
    }

    [Fact]
    public async Task The_old_address_is_told_without_saying_where_and_its_row_goes()
    {
        await using var sending = await StartAsync(Moving(1));
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
        await using var sending = await StartAsync(Moving(1));
        sending.Provider.Answer = _ => Task.FromResult<SendOutcome>(new SendOutcome.NotTaken("429", Duration.FromHours(1)));
        await ConfirmAsync(sending, 1);
        await HandleAsync(sending, 1);
        Assert.NotNull(await sending.FindAsync(1));

        sending.App.SetTime(sending.Now + AddressChanges.ToldWithin + Duration.FromMinutes(1));
        await HandleAsync(sending, 1);

        Assert.Null(await sending.FindAsync(1));
    }

    [Fact]
    public async Task Who_has_left_at_the_new_address_is_not_brought_back_by_what_is_left_of_the_old()
    {
        await using var sending = await StartAsync(Moving(1));
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

    [Fact]
    public async Task An_address_that_is_subscribed_is_refused_and_nothing_is_changed()
    {
        await using var sending = await StartAsync(Moving(1));
        var there = At(sending, 1, SubscriberState.Active.In(Slots.Friday, Slots.Issue("2026-W40")));
        await AddAsync(sending, there);

        Assert.IsType<ChangeOutcome.Subscribed>(await ConfirmAsync(sending, 1));

        Assert.IsType<SubscriberState.Active>(await sending.StateAsync(1));
        Assert.Equal(there.Preferences, (await ThereAsync(sending, 1))!.Preferences);
    }

    [Fact]
    public async Task An_address_that_must_not_be_mailed_is_refused_and_nothing_is_changed()
    {
        await using var sending = await StartAsync(Moving(1));
        await SuppressAsync(sending, SuppressionReason.Complained);

        Assert.IsType<ChangeOutcome.NotMailed>(await ConfirmAsync(sending, 1));

        Assert.IsType<SubscriberState.Active>(await sending.StateAsync(1));
        Assert.Null(await ThereAsync(sending, 1));
    }

    [Fact]
    public async Task While_the_provider_s_list_is_to_be_changed_for_her_she_is_asked_to_press_again()
    {
        await using var sending = await StartAsync(Moving(1) with { Owed = new OwedMail(OwedMailKind.ProviderRelease, Since: TestApp.Start) });

        Assert.IsType<ChangeOutcome.Later>(await ConfirmAsync(sending, 1));

        Assert.Equal(OwedMailKind.ProviderRelease, (await sending.FindAsync(1))!.Owed!.Kind);
    }

    [Fact]
    public async Task Who_had_left_at_the_new_address_gets_no_issue_that_she_had_there_and_keeps_her_links()
    {
        await using var sending = await StartAsync(Moving(1, Slots.Friday));
        await AddAsync(sending, At(sending, 1, new SubscriberState.Left(TestApp.Start, Slots.Issue("2026-W52"))) with { Generation = 7 });

        await ConfirmAsync(sending, 1);

        var there = (await ThereAsync(sending, 1))!;
        Assert.Equal(SubscriberState.Active.In(Slots.Friday, Slots.Issue("2026-W52")), there.State);
        Assert.Equal(7, there.Generation);
        Assert.Equal(OwedMailKind.ProviderRelease, there.Owed!.Kind);
    }

    [Fact]
    public async Task A_link_to_one_address_confirms_no_other()
    {
        var first = new AddressChange(NewAddress(1), TestApp.Start);
        var second = new AddressChange(NewAddress(2), TestApp.Start + AskLimit.Pause);
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday) with { NewAddress = second });

        Assert.IsType<ChangeOutcome.Gone>(await sending.Get<AddressChanges>().ConfirmAsync(Token(1, first), Cancellation));
        Assert.IsType<SubscriberState.Active>(await sending.StateAsync(1));
    }

    [Fact]
    public async Task One_who_has_left_meanwhile_is_moved_nowhere()
    {
        await using var sending = await StartAsync(Moving(1));
        await sending.Get<Subscriptions>().LeaveAsync(People.Token(1), Cancellation);

        Assert.IsType<ChangeOutcome.Gone>(await ConfirmAsync(sending, 1));
        Assert.Null(await ThereAsync(sending, 1));
    }

    [Fact]
    public async Task The_mail_goes_to_the_new_address_and_what_the_provider_says_of_it_is_about_that()
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday));
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
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday));
        await SuppressAsync(sending, SuppressionReason.Complained);

        Assert.Equal(LinkAnswer.OnItsWay, await sending.Get<MailedLinks>().AskForAddressAsync(People.Token(1), NewAddress(1), Cancellation));
        await HandleAsync(sending, 1);

        Assert.Empty(sending.Provider.Calls);
        Assert.Null((await sending.FindAsync(1))!.Owed);
    }

    [Fact]
    public async Task What_the_new_address_did_not_confirm_is_forgotten_after_a_day()
    {
        await using var sending = await StartAsync(Moving(1));
        sending.App.SetTime(TestApp.Start + LinkTokens.AddressLifetime - Duration.FromMinutes(1));
        await sending.SweepAsync();
        Assert.NotNull((await sending.FindAsync(1))!.NewAddress);

        sending.App.SetTime(TestApp.Start + LinkTokens.AddressLifetime + Duration.FromMinutes(1));
        await sending.SweepAsync();

        Assert.Null((await sending.FindAsync(1))!.NewAddress);
    }

    private static EmailAddress NewAddress(int number)
    {
        Assert.True(EmailAddress.TryParse($"new{number}@example.com", out var address));
        return address;
    }

    private static Subscriber Moving(int number, Slot? slot = null) =>
        Named(number, slot ?? Slots.Tuesday) with { NewAddress = new AddressChange(NewAddress(number), TestApp.Start) };

    private static Subscriber Named(int number, Slot slot)
    {
        Assert.True(PersonName.TryParse("Mina", out var name));
        var active = People.Active(number, slot);
        return active with { Preferences = active.Preferences with { Name = name } };
    }

    private static Subscriber At(Sending sending, int number, SubscriberState state) => Named(100 + number, Slots.Friday) with
    {
        Id = sending.Get<Identities>().Of(NewAddress(number)),
        Address = NewAddress(number),
        State = state,
    };

    private static LinkToken Token(int number, AddressChange change) => new(LinkPurpose.Address, People.Id(number), change.Number);

    private static Task<ChangeOutcome> ConfirmAsync(Sending sending, int number) =>
        sending.Get<AddressChanges>().ConfirmAsync(Token(number, new AddressChange(NewAddress(number), TestApp.Start)), Cancellation);

    private static Task<Subscriber?> ThereAsync(Sending sending, int number) =>
        sending.Get<SubscriberStore>().FindAsync(sending.Get<Identities>().Of(NewAddress(number)), Cancellation);

    private static Task HandleAsync(Sending sending, int number) =>
        sending.Get<SingleMailWorker>().HandleAsync(new MailMessage(People.Id(number)).ToString(), Cancellation);

    // The sweep asks for it by a message, which is handled by hand.
    private static async Task SweepAndHandleAsync(Sending sending, int number)
    {
        await sending.SweepAsync();
        await HandleAsync(sending, number);
    }

    private static Task<Suppression> SuppressAsync(Sending sending, SuppressionReason reason) => sending.Get<SuppressionTable>().AddAsync(
        sending.Get<Identities>().Of(NewAddress(1)), Suppression.Of(reason, TestApp.Start, "said"), Cancellation);

    private static async Task<IEnumerable<SubscriberId>> InScheduleAsync(Sending sending) =>
        (await sending.EntriesAsync()).Select(found => found.Entry.Id).ToList();

    private static async Task AssertNeverBothAsync(Sending sending, int number)
    {
        var ids = await InScheduleAsync(sending);
        Assert.False(ids.Contains(People.Id(number)) && ids.Contains(sending.Get<Identities>().Of(NewAddress(number))));
    }

    private static async Task AddAsync(Sending sending, Subscriber subscriber)
    {
        await sending.Store.AddAsync(subscriber);
        await sending.Get<ScheduleEntries>().AgreeAsync(subscriber.Id, [], Cancellation);
    }

    private async Task<Sending> StartAsync(params Subscriber[] subscribers)
    {
        var sending = await Sending.StartWithoutPumpAsync(azurite);
        foreach (var subscriber in subscribers)
            await AddAsync(sending, subscriber);
        return sending;
    }
}
