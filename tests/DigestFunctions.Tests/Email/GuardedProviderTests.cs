using DigestFunctions.Core.Email;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Email;

/// <summary>How a process holds itself back, and how it comes to send again.</summary>
public sealed class GuardedProviderTests : IDisposable
{
    private readonly GuardedScene guard = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Three_failures_in_a_row_shut_it_and_it_says_how_long()
    {
        await guard.FailAsync(3);

        var told = await guard.HeldBackAsync();

        Assert.Equal(Duration.FromSeconds(30), told);
        Assert.Equal(3, guard.Inner.Sends);
        Assert.Equal(Duration.FromSeconds(30), Assert.IsType<BatchIdOutcome.NotGiven>(await guard.Provider.NewBatchIdAsync(Cancellation)).RetryAfter);
        Assert.Equal(0, guard.Inner.BatchIds);
    }

    [Fact]
    public async Task Failures_that_are_not_in_a_row_do_not()
    {
        for (var i = 0; i < 5; i++)
        {
            await guard.FailAsync(2);
            guard.Inner.OnSend = () => new SendOutcome.RefusedUnnamed("400", AboutRecipient: false);
            await guard.SendAsync();
        }

        Assert.Equal(15, guard.Inner.Sends);
    }

    [Fact]
    public async Task Batch_ids_that_are_given_do_not_hide_that_mail_fails()
    {
        guard.Inner.OnSend = () => GuardedScene.Lost;
        for (var i = 0; i < 3; i++)
            await guard.SendBatchAsync();

        await guard.HeldBackAsync();
    }

    [Fact]
    public async Task Connections_and_batch_ids_that_fail_count_as_well()
    {
        guard.Inner.OnSend = () => GuardedScene.NoConnection;
        guard.Inner.OnBatchId = () => new BatchIdOutcome.NotGiven("503", RetryAfter: null);
        await guard.SendAsync();
        await guard.Provider.NewBatchIdAsync(Cancellation);
        await guard.Provider.NewBatchIdAsync(Cancellation);

        await guard.HeldBackAsync();
    }

    [Fact]
    public async Task What_fails_at_once_shuts_it_once()
    {
        var answer = new TaskCompletionSource<SendOutcome>();
        guard.Inner.Waits = answer.Task;
        var calls = Enumerable.Range(0, 50).Select(_ => guard.SendAsync()).ToList();
        answer.SetResult(GuardedScene.Lost);
        await Task.WhenAll(calls);

        Assert.Equal(Duration.FromSeconds(30), await guard.HeldBackAsync());
    }

    [Fact]
    public async Task What_fails_together_without_a_mail_being_lost_counts_once()
    {
        for (var moment = 1; moment <= 3; moment++)
        {
            var answer = new TaskCompletionSource<BatchIdOutcome>();
            guard.Inner.IdWaits = answer.Task;
            var calls = Enumerable.Range(0, 8).Select(_ => guard.Provider.NewBatchIdAsync(Cancellation)).ToList();
            answer.SetResult(new BatchIdOutcome.NotGiven("503", RetryAfter: null));
            await Task.WhenAll(calls);
            Assert.Equal(8 * moment, guard.Inner.BatchIds);
        }

        await guard.HeldBackAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_outage_of_six_hours_makes_few_calls_and_then_all_goes_through(bool probesWell)
    {
        guard.Inner.OnSend = () => GuardedScene.Lost;
        guard.Inner.OnProbe = () => probesWell ? new ProbeOutcome.Well(["mail.send"]) : GuardedScene.Away;
        for (var end = guard.Time.GetUtcNow().AddHours(6); guard.Time.GetUtcNow() < end; guard.Time.Advance(TimeSpan.FromSeconds(15)))
        {
            await guard.SendBatchAsync();
            await guard.SendBatchAsync();
        }

        Assert.InRange(guard.Inner.Sends, 3, 40);
        Assert.InRange(guard.Inner.Probes, 10, 40);

        (guard.Inner.OnSend, guard.Inner.OnProbe) = (() => new SendOutcome.Taken(), () => new ProbeOutcome.Well(["mail.send"]));
        guard.Time.Advance(TimeSpan.FromMinutes(15));
        for (var i = 0; i < 20; i++)
            Assert.IsType<SendOutcome.Taken>(await guard.SendBatchAsync());
        await guard.FailAsync(3);
        Assert.Equal(Duration.FromSeconds(30), await guard.HeldBackAsync());
    }

    [Fact]
    public async Task A_provider_that_pushes_back_is_left_alone_until_its_reset()
    {
        guard.Inner.OnSend = () => new SendOutcome.NotTaken("429", Duration.FromSeconds(40));
        await guard.SendAsync();
        guard.Inner.OnSend = () => new SendOutcome.Taken();
        guard.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(Duration.FromSeconds(30), await guard.HeldBackAsync());
        Assert.Equal(Duration.FromSeconds(30), Assert.IsType<BatchIdOutcome.NotGiven>(await guard.Provider.NewBatchIdAsync(Cancellation)).RetryAfter);
        Assert.Equal((1, 0), (guard.Inner.Sends, guard.Inner.BatchIds));

        guard.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.IsType<SendOutcome.Taken>(await guard.SendAsync());
        Assert.Equal(0, guard.Inner.Probes);
    }

    [Fact]
    public async Task A_batch_id_that_is_pushed_back_holds_mail_back_too()
    {
        guard.Inner.OnBatchId = () => new BatchIdOutcome.NotGiven("429", Duration.FromSeconds(40));
        await guard.Provider.NewBatchIdAsync(Cancellation);

        Assert.Equal(Duration.FromSeconds(40), await guard.HeldBackAsync());
    }

    [Fact]
    public async Task A_refused_key_is_told_once_and_probed_once_a_minute_until_it_works()
    {
        guard.Inner.OnSend = () => new SendOutcome.NotAllowed(401, "mail/send answered 401");
        guard.Inner.OnProbe = () => new ProbeOutcome.KeyRefused("401");
        Assert.IsType<SendOutcome.NotAllowed>(await guard.SendAsync());
        for (var minute = 0; minute < 10; minute++)
        {
            Assert.Equal(Duration.FromMinutes(1), await guard.HeldBackAsync());
            guard.Time.Advance(TimeSpan.FromMinutes(1));
            await guard.HeldBackAsync();
        }

        Assert.Equal((1, 10), (guard.Inner.Sends, guard.Inner.Probes));
        Assert.Equal("SendGrid refuses what we send: nothing is sent until SendGrid:ApiKey is right, and the sender verified. mail/send answered 401", Assert.Single(guard.Logs.Lines).Trim());

        (guard.Inner.OnSend, guard.Inner.OnProbe) = (() => new SendOutcome.Taken(), () => new ProbeOutcome.Well(["mail.send"]));
        guard.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.IsType<SendOutcome.Taken>(await guard.SendAsync());
        Assert.Equal("SendGrid takes mail again: sending goes on.", guard.Logs.Lines.Last().Trim());
    }

    [Fact]
    public async Task A_key_that_may_do_all_but_send_is_told_once_too()
    {
        guard.Inner.OnSend = () => new SendOutcome.NotAllowed(403, "403");
        for (var minute = 0; minute < 10; minute++)
        {
            Assert.IsType<SendOutcome.NotAllowed>(await guard.SendAsync());
            await guard.HeldBackAsync();
            guard.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Single(guard.Logs.Lines);
    }

    [Fact]
    public async Task A_key_that_gets_no_batch_ids_is_refused()
    {
        guard.Inner.OnBatchId = () => new BatchIdOutcome.NotGiven("401", RetryAfter: null, KeyRefused: true);
        await guard.Provider.NewBatchIdAsync(Cancellation);

        Assert.Equal(Duration.FromMinutes(1), await guard.HeldBackAsync());
    }

    [Fact]
    public async Task What_mends_an_outage_goes_straight_through()
    {
        await guard.FailAsync(3);
        var address = GuardedScene.Single.Recipients[0].Address;

        Assert.IsType<CancelOutcome.Cancelled>(await guard.Provider.CancelAsync("batch", Cancellation));
        Assert.IsType<CancelOutcome.Cancelled>(await guard.Provider.FindCancellationAsync("batch", Cancellation));
        Assert.True(await guard.Provider.TryForgetCancellationAsync("batch", Cancellation));
        Assert.True(await guard.Provider.TrySuppressAsync(address, Cancellation));
        Assert.True(await guard.Provider.TryReleaseAsync(address, Cancellation));
        Assert.IsType<ProbeOutcome.Well>(await guard.Provider.ProbeAsync(Cancellation));
    }

    public void Dispose() => guard.Dispose();
}
