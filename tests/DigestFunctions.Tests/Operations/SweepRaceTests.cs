using DigestFunctions.Core.Subscribers;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Operations;

/// <summary>The sweep, and people who do something just then.</summary>
public sealed class SweepRaceTests(SharedAzurite azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_comes_back_while_her_old_entry_is_being_removed_has_one()
    {
        await using var sending = await azurite.StartSweepableAsync(Sweeping.Left(1));
        await sending.Store.ScheduleAsync(Slots.Tuesday, People.Entry(1));
        sending.Faults.Once("POST $batch", () =>
        {
            sending.Faults.Mend();
            return sending.Get<Subscriptions>().RejoinAsync(People.Token(1), Cancellation);
        });

        await sending.SweepAsync();

        Assert.Equal([(Slots.Tuesday.ToString(), People.Id(1).ToString())], await sending.EntryKeysAsync());
    }

    [Fact]
    public async Task Who_comes_back_while_a_stray_of_hers_is_being_removed_has_an_entry()
    {
        await using var sending = await azurite.StartSweepableAsync(Sweeping.Left(1), People.Active(2, Slots.Tuesday));
        await sending.Store.ScheduleAsync(Slots.Tuesday, People.Entry(1), People.Entry(2));
        await sending.Store.ScheduleAsync(Slots.Friday, People.Entry(1));
        // Before either of her two is removed.
        sending.Faults.Once("POST $batch", () => sending.Get<Subscriptions>().RejoinAsync(People.Token(1), Cancellation));

        await sending.SweepAsync();

        Assert.Contains((Slots.Tuesday.ToString(), People.Id(1).ToString()), await sending.EntryKeysAsync());
    }

    [Fact]
    public async Task Who_leaves_while_the_sweep_is_under_way_is_at_no_moment_put_back()
    {
        await using var sending = await azurite.StartSweepableAsync(People.Active(1, Slots.Tuesday));
        sending.Faults.Once("GET subscribers", async () =>
        {
            sending.Faults.Mend();
            await sending.Get<Subscriptions>().LeaveAsync(People.Token(1), Cancellation);
            sending.Faults.Forget();
        }, after: true);

        await sending.SweepAsync();

        Assert.DoesNotContain("POST schedule", sending.Faults.Seen);
        Assert.Empty(await sending.EntryKeysAsync());
    }

    [Fact]
    public async Task Who_confirms_just_before_she_would_be_erased_is_not()
    {
        await using var sending = await azurite.StartSweepableAsync();
        await sending.Store.AddAsync(Sweeping.Pending(1, sending.Now - Duration.FromDays(7) - Duration.FromMinutes(1)));
        sending.Faults.Once("DELETE subscribers", () =>
        {
            sending.Faults.Mend();
            return sending.Get<Subscriptions>().ConfirmAsync(People.Token(1), Cancellation);
        });

        await sending.SweepAsync();

        Assert.IsType<SubscriberState.Active>((await sending.FindAsync(1))!.State);
        Assert.Single(await sending.EntryKeysAsync());
    }
}
