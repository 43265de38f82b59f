using DigestFunctions.Core.Email;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Email;

/// <summary>Who tries whether the provider is back, and what becomes of the others meanwhile.</summary>
public sealed class GuardedTrialTests : IDisposable
{
    private readonly GuardedScene guard = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_of_fifty_probes_and_tries_and_its_outcome_lets_the_others_through()
    {
        await guard.FailAsync(3);
        guard.Time.Advance(TimeSpan.FromSeconds(30));
        var answer = new TaskCompletionSource<SendOutcome>();
        guard.Inner.Waits = answer.Task;

        var calls = Enumerable.Range(0, 50).Select(_ => Task.Run(guard.SendAsync, Cancellation)).ToList();
        var told = new List<SendOutcome>();
        await foreach (var call in Task.WhenEach(calls))
        {
            told.Add(await call);
            if (told.Count == 49)
                answer.SetResult(new SendOutcome.Taken());
        }

        Assert.Equal(1, guard.Inner.Probes);
        Assert.Equal(4, guard.Inner.Sends);
        Assert.All(told.Take(49), outcome => Assert.NotNull(Assert.IsType<SendOutcome.NotTaken>(outcome).RetryAfter));
        Assert.IsType<SendOutcome.Taken>(told[^1]);
        guard.Inner.Waits = null;
        guard.Inner.OnSend = () => new SendOutcome.Taken();
        Assert.IsType<SendOutcome.Taken>(await guard.SendAsync());
    }

    [Fact]
    public async Task A_trial_that_fails_shuts_it_for_twice_as_long_up_to_a_quarter_of_an_hour()
    {
        await guard.FailAsync(3);
        foreach (var seconds in new[] { 60, 120, 240, 480, 900, 900 })
        {
            guard.Time.Advance((await guard.HeldBackAsync()).ToTimeSpan());
            Assert.Same(GuardedScene.Lost, await guard.SendAsync());
            Assert.Equal(Duration.FromSeconds(seconds), await guard.HeldBackAsync());
        }
    }

    [Fact]
    public async Task A_trial_asks_for_its_batch_id_and_sends_under_it()
    {
        await guard.FailAsync(3);
        guard.Time.Advance(TimeSpan.FromSeconds(30));
        guard.Inner.OnSend = () => new SendOutcome.Taken();

        var id = Assert.IsType<BatchIdOutcome.Given>(await guard.Provider.NewBatchIdAsync(Cancellation)).Id;
        await guard.HeldBackAsync();
        Assert.IsType<BatchIdOutcome.NotGiven>(await guard.Provider.NewBatchIdAsync(Cancellation));

        Assert.IsType<SendOutcome.Taken>(await guard.Provider.SendAsync(GuardedScene.Single with { BatchId = id }, Cancellation));
        Assert.IsType<SendOutcome.Taken>(await guard.SendAsync());
    }

    [Fact]
    public async Task A_trial_that_nobody_ends_is_followed_by_another()
    {
        await guard.FailAsync(3);
        guard.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.IsType<BatchIdOutcome.Given>(await guard.Provider.NewBatchIdAsync(Cancellation));
        guard.Time.Advance(TimeSpan.FromSeconds(119));
        await guard.HeldBackAsync();

        guard.Time.Advance(TimeSpan.FromSeconds(1));
        guard.Inner.OnSend = () => new SendOutcome.Taken();

        Assert.IsType<SendOutcome.Taken>(await guard.SendAsync());
        Assert.Equal(2, guard.Inner.Probes);
    }

    [Fact]
    public async Task A_trial_that_nothing_is_sent_in_leaves_it_to_the_next()
    {
        await guard.FailAsync(3);
        guard.Time.Advance(TimeSpan.FromSeconds(30));
        var id = Assert.IsType<BatchIdOutcome.Given>(await guard.Provider.NewBatchIdAsync(Cancellation)).Id;
        guard.Inner.OnSend = () => new SendOutcome.Taken();
        guard.Provider.Unused("another");
        await guard.HeldBackAsync();

        guard.Provider.Unused(id);

        Assert.IsType<SendOutcome.Taken>(await guard.SendAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_stops_while_probing_or_trying_leaves_it_to_the_next(bool probing)
    {
        await guard.FailAsync(3);
        guard.Time.Advance(TimeSpan.FromSeconds(30));
        if (probing)
            guard.Inner.OnProbe = () => throw new OperationCanceledException();
        else
            guard.Inner.OnSend = () => throw new OperationCanceledException();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(guard.SendAsync);

        (guard.Inner.OnSend, guard.Inner.OnProbe) = (() => new SendOutcome.Taken(), () => new ProbeOutcome.Well(["mail.send"]));

        Assert.IsType<SendOutcome.Taken>(await guard.SendAsync());
    }

    public void Dispose() => guard.Dispose();
}
