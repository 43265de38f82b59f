using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Subscribers;

/// <summary>Changing, pausing and being suppressed, with what that does to the schedule. It is Tuesday of 2026-W49, 07:40 in Paris.</summary>
public sealed class SubscriptionsTests(SharedAzurite azurite)
{
    private static readonly Slot Thursday = Slots.Slot("digest|Asia~Seoul|Thu|07:00");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_who_changes_slot_has_an_entry_in_each_while_the_old_one_has_an_issue_for_her()
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday));

        await MoveAsync(sending, 1, Slots.Friday);

        Assert.Equal([$"{Slots.Friday} 2026-W50..", $"{Slots.Tuesday} 2026-W40..2026-W49"], await sending.EntriesAsync(1));
        await sending.AssertAgreedAsync();
    }

    [Fact]
    public async Task One_who_changes_slot_in_time_has_one_entry()
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Friday));

        await MoveAsync(sending, 1, Thursday);

        Assert.Equal([$"{Thursday} 2026-W49.."], await sending.EntriesAsync(1));
    }

    [Fact]
    public async Task A_change_of_language_is_in_the_entry()
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday));

        await sending.Get<Subscriptions>().ChangeAsync(
            People.Token(1), People.Active(1, Slots.Tuesday).Preferences with { Language = Language.Korean }, Cancellation);

        Assert.Equal(Language.Korean, Assert.Single(await sending.EntriesAsync()).Entry.Language);
    }

    [Fact]
    public async Task What_one_prefers_who_is_not_subscribed_stays_as_it_is_but_for_one_who_is_about_to_be()
    {
        var pending = People.Active(1, Slots.Tuesday).In(new SubscriberState.Pending(FirstIssue: null));
        var left = People.Active(2, Slots.Tuesday).In(new SubscriberState.Left(TestApp.Start, Slots.Issue("2026-W49")));
        await using var sending = await StartAsync(pending, left);

        Assert.Equal(Slots.Friday, (await MoveAsync(sending, 1, Slots.Friday))!.Preferences.DigestSlot);
        Assert.Equal(Slots.Tuesday, (await MoveAsync(sending, 2, Slots.Friday))!.Preferences.DigestSlot);
        Assert.Empty(await sending.EntriesAsync());
    }

    [Fact]
    public async Task One_who_leaves_between_two_slots_is_in_neither()
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday));
        await MoveAsync(sending, 1, Slots.Friday);

        await sending.Get<Subscriptions>().LeaveAsync(People.Token(1), Cancellation);

        Assert.Empty(await sending.EntriesAsync());
        Assert.Equal(Slots.Issue("2026-W50"), Assert.IsType<SubscriberState.Left>(await sending.StateAsync(1)).FirstIssue);
    }

    [Fact]
    public async Task One_who_pauses_gets_nothing_of_a_run_that_is_planned_and_not_handed_over()
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday), People.Active(2, Slots.Tuesday));
        await sending.DecideAsync();

        await sending.Get<Subscriptions>().PauseAsync(People.Token(1), new LocalDate(2026, 12, 20), Cancellation);
        await sending.HandleAsync();

        Assert.Equal([People.AddressText(2)], sending.Provider.TakenAddresses);
        Assert.Equal([$"{Slots.Tuesday} 2026-W52.."], await sending.EntriesAsync(1));
    }

    [Fact]
    public async Task A_welcome_counts_for_the_issue_of_the_zone_in_which_she_confirmed()
    {
        // Sunday evening in Paris, Monday in Seoul.
        var pending = People.Active(1, Slots.Friday).In(new SubscriberState.Pending(FirstIssue: null));
        await using var sending = await StartAsync(pending);
        sending.App.SetTime(Instant.FromUtc(2026, 12, 6, 20, 0));
        sending.Provider.AnswerOnce(new Core.Email.SendOutcome.NotTaken("429", Duration.FromHours(1)));

        await sending.Get<Subscriptions>().ConfirmAsync(People.Token(1), Cancellation);
        await MoveAsync(sending, 1, Thursday);

        Assert.Equal(Slots.Issue("2026-W49"), (await sending.SubscribersAsync())[0].Owed!.Issue);
        Assert.Equal([$"{Thursday} 2026-W50.."], await sending.EntriesAsync(1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_who_is_suppressed_has_no_entries_and_no_mail_owed_and_keeps_what_she_had(bool twice)
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday, OwedMailKind.Welcome));
        await sending.Get<Subscriptions>().SuppressAsync(People.Id(1), SuppressionReason.Bounced, Cancellation);
        if (twice)
            await sending.Get<Subscriptions>().SuppressAsync(People.Id(1), SuppressionReason.Unsubscribed, Cancellation);

        var suppressed = Assert.IsType<SubscriberState.Suppressed>(await sending.StateAsync(1));
        Assert.Equal((SuppressionReason.Bounced, Slots.Issue("2026-W50")), (suppressed.Reason, suppressed.FirstIssue));
        Assert.Null((await sending.SubscribersAsync())[0].Owed);
        Assert.Empty(await sending.EntriesAsync());
    }

    [Fact]
    public async Task A_graver_reason_takes_the_place_of_having_unsubscribed()
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday));
        foreach (var reason in (SuppressionReason[])[SuppressionReason.Unsubscribed, SuppressionReason.Complained])
            await sending.Get<Subscriptions>().SuppressAsync(People.Id(1), reason, Cancellation);

        Assert.Equal(SuppressionReason.Complained, Assert.IsType<SubscriberState.Suppressed>(await sending.StateAsync(1)).Reason);
    }

    [Theory]
    [InlineData(SuppressionReason.Unsubscribed, true)]
    [InlineData(SuppressionReason.Bounced, false)]
    [InlineData(SuppressionReason.Complained, false)]
    internal async Task Of_those_who_are_suppressed_only_who_unsubscribed_can_ask_again(SuppressionReason reason, bool can)
    {
        await using var sending = await StartAsync();
        Assert.True(EmailAddress.TryParse("ada@example.com", out var address));
        var id = sending.Get<Identities>().Of(address);
        var ada = People.Active(1, Slots.Tuesday) with
        {
            Id = id,
            Address = address,
            State = new SubscriberState.Suppressed(TestApp.Start, reason, Slots.Issue("2026-W50")),
        };
        await sending.Store.AddAsync(ada);

        await sending.Get<Subscriptions>().AskAsync(address, ada.Preferences, ada.Consent, Cancellation);

        var state = (await sending.Get<SubscriberStore>().FindAsync(id, Cancellation))!.State;
        Assert.Equal(can ? new SubscriberState.Pending(Slots.Issue("2026-W50")) : ada.State, state);
    }

    [Fact]
    public async Task Whoever_signs_up_again_while_her_mail_is_owed_gets_it_though_its_message_was_lost()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        var (address, her) = (People.Address(1), People.Active(1, Slots.Tuesday));
        Task AskAsync() => sending.Get<Subscriptions>().AskAsync(address, her.Preferences, her.Consent with { GivenAt = null }, Cancellation);
        await AskAsync();
        await sending.Store.Mails.ClearMessagesAsync(Cancellation);

        await AskAsync();

        Assert.Single((await sending.Store.Mails.PeekMessagesAsync(32, Cancellation)).Value);
    }

    [Fact]
    public async Task Whoever_is_cut_short_is_at_no_moment_in_the_schedule_for_more_than_she_is_to_get()
    {
        await using var sending = await StartAsync();
        var people = 0;
        // Until one isn't cut short any more.
        for (var (calls, cut) = (0, true); cut; calls++)
        {
            cut = false;
            foreach (var act in Acts(sending))
            {
                var number = ++people;
                await sending.Store.AddAsync(People.Active(number, Slots.Friday));
                await sending.Store.ScheduleAsync(Slots.Friday, People.Entry(number));
                cut |= await sending.CutAsync(calls, () => act(number));
                await sending.AssertNothingBeyondTheTruthAsync(number);
            }
        }

        await sending.Get<Core.Operations.Sweep>().RunAsync(Cancellation);
        await sending.AssertAgreedAsync();
    }

    private static IEnumerable<Func<int, Task>> Acts(Sending sending)
    {
        var subscriptions = sending.Get<Subscriptions>();
        yield return number => MoveAsync(sending, number, Slots.Tuesday);
        yield return number => MoveAsync(sending, number, Thursday);
        yield return number => subscriptions.PauseAsync(People.Token(number), new LocalDate(2026, 12, 20), Cancellation);
        yield return number => subscriptions.LeaveAsync(People.Token(number), Cancellation);
        yield return number => subscriptions.SuppressAsync(People.Id(number), SuppressionReason.Complained, Cancellation);
        yield return async number =>
        {
            await MoveAsync(sending, number, Slots.Tuesday);
            await MoveAsync(sending, number, Slots.Friday);
        };
    }

    private static Task<Subscriber?> MoveAsync(Sending sending, int number, Slot slot) => sending.Get<Subscriptions>().ChangeAsync(
        People.Token(number), People.Active(number, slot).Preferences, Cancellation);

    private async Task<Sending> StartAsync(params Subscriber[] subscribers)
    {
        var sending = await Sending.StartAsync(azurite);
        await sending.Store.AddAsync(subscribers);
        foreach (var subscriber in subscribers)
            await sending.Get<ScheduleEntries>().AgreeAsync(subscriber.Id, [], Cancellation);
        return sending;
    }
}
