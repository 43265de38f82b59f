using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using DigestFunctions.Tests.Subscribers;
using Xunit;

namespace DigestFunctions.Tests.Operations;

/// <summary>What an operator does with one person.</summary>
public sealed class ByHandTests(SharedAzurite azurite)
{
    private const string Mina = "mina@example.com";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Suppressed_she_is_in_no_slot_and_SendGrid_drops_what_is_on_its_way()
    {
        await using var sending = await StartAsync();

        Assert.Equal(new SuppressOutcome(IsNew: true, IsTold: true), await People(sending).SuppressAsync(Operator.Unnamed, Id(sending), "asked on the phone", Cancellation));

        var found = await People(sending).FindAsync(Address, Cancellation);
        Assert.Equal((SuppressionReason.ByOperator, "asked on the phone"), (found.Suppression!.Reason, found.Suppression.Evidence));
        Assert.IsType<SubscriberState.Suppressed>(found.Subscriber!.State);
        Assert.Equal([Mina], sending.Provider.Suppressed.Keys);
        await sending.AssertAgreedAsync();
    }

    [Fact]
    public async Task Suppressed_twice_it_is_done_and_logged_once()
    {
        await using var sending = await StartAsync();

        Assert.True((await People(sending).SuppressAsync(Operator.Unnamed, Id(sending), "first", Cancellation)).IsNew);
        Assert.False((await People(sending).SuppressAsync(Operator.Unnamed, Id(sending), "second", Cancellation)).IsNew);

        var entry = Assert.Single(await LogAsync(sending));
        Assert.Equal((AuditAction.Suppressed, Id(sending).ToString(), "first"), (entry.Action, entry.About, entry.Detail));
    }

    [Fact]
    public async Task SendGrid_that_could_not_be_told_is_told_by_pressing_again()
    {
        await using var sending = await StartAsync();
        sending.Provider.OnList = () => Task.FromResult(false);
        Assert.Equal(new SuppressOutcome(IsNew: true, IsTold: false), await People(sending).SuppressAsync(Operator.Unnamed, Id(sending), "why", Cancellation));
        Assert.Equal(new SuppressOutcome(IsNew: false, IsTold: false), await People(sending).SuppressAsync(Operator.Unnamed, Id(sending), "why", Cancellation));

        sending.Provider.OnList = () => Task.FromResult(true);
        Assert.Equal(new SuppressOutcome(IsNew: false, IsTold: true), await People(sending).SuppressAsync(Operator.Unnamed, Id(sending), "why", Cancellation));

        Assert.Equal([Mina], sending.Provider.Suppressed.Keys);
    }

    [Fact]
    public async Task Cut_at_any_call_a_suppression_is_finished_by_pressing_again()
    {
        await using var sending = await StartAsync();
        for (var (calls, cut) = (0, true); cut; calls++)
        {
            cut = await sending.CutAsync(calls, () => People(sending).SuppressAsync(Operator.Unnamed, Id(sending), "why", Cancellation));
            Assert.True((await People(sending).SuppressAsync(Operator.Unnamed, Id(sending), "why", Cancellation)).IsTold);
            Assert.Equal([Mina], sending.Provider.Suppressed.Keys);
            await People(sending).ReleaseAsync(Operator.Unnamed, Address, "why", Cancellation);
        }
    }

    // It knows of what it reported itself.
    [Fact]
    public async Task Of_one_whom_SendGrid_reported_it_is_not_told()
    {
        await using var sending = await StartAsync();
        await sending.Get<Suppressions>().SuppressAsync(Id(sending), SuppressionReason.Complained, "spam", TestApp.Start, Cancellation);

        Assert.Equal(new SuppressOutcome(IsNew: false, IsTold: null), await People(sending).SuppressAsync(Operator.Unnamed, Id(sending), "why", Cancellation));

        Assert.Empty(sending.Provider.Suppressed);
    }

    [Fact]
    public async Task One_who_is_suppressed_can_not_sign_up_and_released_she_can()
    {
        await using var sending = await StartAsync();
        await People(sending).SuppressAsync(Operator.Unnamed, Id(sending), "by mistake", Cancellation);
        await AskAsync(sending);
        Assert.IsType<SubscriberState.Suppressed>((await People(sending).FindAsync(Address, Cancellation)).Subscriber!.State);

        Assert.Equal(ReleaseOutcome.Released, await People(sending).ReleaseAsync(Operator.Unnamed, Address, "was a mistake", Cancellation));

        Assert.False((await People(sending).FindAsync(Address, Cancellation)).IsSuppressed);
        Assert.Empty(sending.Provider.Suppressed);
        await sending.AssertAgreedAsync();
        await AskAsync(sending);
        Assert.IsType<SubscriberState.Pending>((await People(sending).FindAsync(Address, Cancellation)).Subscriber!.State);
    }

    [Fact]
    public async Task An_address_of_which_nothing_else_is_known_is_suppressed_and_released_too()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);

        Assert.Equal(new SuppressOutcome(IsNew: true, IsTold: null), await People(sending).SuppressAsync(Operator.Unnamed, Id(sending), "a wish by letter", Cancellation));
        await AskAsync(sending);
        Assert.Null((await People(sending).FindAsync(Address, Cancellation)).Subscriber);
        Assert.Equal(ReleaseOutcome.Released, await People(sending).ReleaseAsync(Operator.Unnamed, Address, "another letter", Cancellation));
        Assert.Equal(ReleaseOutcome.NotSuppressed, await People(sending).ReleaseAsync(Operator.Unnamed, Address, "another letter", Cancellation));

        Assert.Equal([AuditAction.Released, AuditAction.Suppressed], (await LogAsync(sending)).Select(entry => entry.Action));
    }

    [Fact]
    public async Task While_SendGrid_is_away_nothing_is_released()
    {
        await using var sending = await StartAsync();
        await People(sending).SuppressAsync(Operator.Unnamed, Id(sending), "why", Cancellation);
        sending.Provider.OnList = () => Task.FromResult(false);

        Assert.Equal(ReleaseOutcome.ProviderIsAway, await People(sending).ReleaseAsync(Operator.Unnamed, Address, "why", Cancellation));

        Assert.True((await People(sending).FindAsync(Address, Cancellation)).IsSuppressed);
    }

    [Fact]
    public async Task What_is_reported_while_she_is_released_holds()
    {
        await using var sending = await StartAsync();
        await People(sending).SuppressAsync(Operator.Unnamed, Id(sending), "why", Cancellation);
        sending.Provider.OnList = async () =>
        {
            await sending.Get<Suppressions>().SuppressAsync(Id(sending), SuppressionReason.Complained, "spam", TestApp.Start, Cancellation);
            return true;
        };

        Assert.Equal(ReleaseOutcome.ChangedMeanwhile, await People(sending).ReleaseAsync(Operator.Unnamed, Address, "why", Cancellation));

        Assert.Equal(SuppressionReason.Complained, (await People(sending).FindAsync(Address, Cancellation)).Suppression!.Reason);
    }

    [Fact]
    public async Task Cut_at_any_call_a_release_is_finished_by_pressing_again()
    {
        await using var sending = await StartAsync();
        for (var (calls, cut) = (0, true); cut; calls++)
        {
            await People(sending).SuppressAsync(Operator.Unnamed, Id(sending), "why", Cancellation);
            cut = await sending.CutAsync(calls, () => People(sending).ReleaseAsync(Operator.Unnamed, Address, "why", Cancellation));
            await People(sending).ReleaseAsync(Operator.Unnamed, Address, "why", Cancellation);
            Assert.False((await People(sending).FindAsync(Address, Cancellation)).IsSuppressed);
        }

        await sending.AssertAgreedAsync();
    }

    [Fact]
    public async Task Erased_she_is_gone_and_a_second_press_finds_nobody()
    {
        await using var sending = await StartAsync();

        Assert.True(await People(sending).EraseAsync(Operator.Unnamed, Id(sending), Cancellation));
        Assert.False(await People(sending).EraseAsync(Operator.Unnamed, Id(sending), Cancellation));

        Assert.Null((await People(sending).FindAsync(Address, Cancellation)).Subscriber);
        Assert.Empty(await sending.EntriesAsync());
        Assert.Equal([AuditAction.Erased], (await LogAsync(sending)).Select(entry => entry.Action));
    }

    [Theory]
    [InlineData("")]
    [InlineData("mina@example.com said so")]
    [InlineData("two\nlines")]
    public void A_reason_is_a_line_without_addresses(string text) => Assert.False(ByHand.IsReason(text));

    private static EmailAddress Address => EmailAddress.TryParse(Mina, out var address) ? address : default;

    private static ByHand People(Sending sending) => sending.Get<ByHand>();

    private static SubscriberId Id(Sending sending) => sending.Get<Identities>().Of(Address);

    private static async Task<List<AuditEntry>> LogAsync(Sending sending) =>
        await sending.Get<AuditLog>().NewestAsync(10, Cancellation).ToListAsync(Cancellation);

    private static Task AskAsync(Sending sending)
    {
        var her = Tests.People.Active(1, Slots.Friday);
        return sending.Get<Subscriptions>().AskAsync(Address, her.Preferences, her.Consent with { AskedAt = sending.Now, GivenAt = null }, Cancellation);
    }

    private async Task<Sending> StartAsync()
    {
        var sending = await Sending.StartWithoutPumpAsync(azurite);
        var mina = Tests.People.Active(1, Slots.Friday) with { Id = Id(sending), Address = Address };
        await sending.Store.AddAsync(mina);
        await sending.Get<ScheduleEntries>().AgreeAsync(mina.Id, [], Cancellation);
        return sending;
    }
}
