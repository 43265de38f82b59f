using DigestFunctions.Core.Email;
using DigestFunctions.Tests.Web;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using Xunit;
using static DigestFunctions.Tests.Email.Provided;

namespace DigestFunctions.Tests.Email;

/// <summary>How a process holds itself back, and how it comes to send again.</summary>
public sealed class GuardedProviderTests : IDisposable
{
    private static readonly SendOutcome Lost = new SendOutcome.Unknown("503");
    private static readonly SendOutcome NoConnection = new SendOutcome.NotTaken("no connection", RetryAfter: null);
    private static readonly ProbeOutcome Away = new ProbeOutcome.Away("503");
    private static readonly OutgoingMail Single = Mail(Person("reader@example.org"));

    private readonly FakeTimeProvider time = new();
    private readonly Inner inner = new();
    private readonly RememberedLogs logs = new();
    private readonly LoggerFactory loggers;
    private readonly GuardedProvider guarded;

    public GuardedProviderTests()
    {
        loggers = new LoggerFactory([logs]);
        guarded = new GuardedProvider(inner, time, loggers.CreateLogger<GuardedProvider>());
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Three_failures_in_a_row_shut_it_and_it_says_how_long()
    {
        await FailAsync(3);

        var told = await HeldBackAsync();

        Assert.Equal(Duration.FromSeconds(30), told);
        Assert.Equal(3, inner.Sends);
        Assert.Equal(Duration.FromSeconds(30), Assert.IsType<BatchIdOutcome.NotGiven>(await guarded.NewBatchIdAsync(Cancellation)).RetryAfter);
        Assert.Equal(0, inner.BatchIds);
    }

    [Fact]
    public async Task Failures_that_are_not_in_a_row_do_not()
    {
        for (var i = 0; i < 5; i++)
        {
            await FailAsync(2);
            inner.OnSend = () => new SendOutcome.RefusedUnnamed("400", AboutRecipient: false);
            await SendAsync();
        }

        Assert.Equal(15, inner.Sends);
    }

    [Fact]
    public async Task Batch_ids_that_are_given_do_not_hide_that_mail_fails()
    {
        inner.OnSend = () => Lost;
        for (var i = 0; i < 3; i++)
            await SendBatchAsync();

        await HeldBackAsync();
    }

    [Fact]
    public async Task Connections_and_batch_ids_that_fail_count_as_well()
    {
        inner.OnSend = () => NoConnection;
        inner.OnBatchId = () => new BatchIdOutcome.NotGiven("503", RetryAfter: null);
        await SendAsync();
        await guarded.NewBatchIdAsync(Cancellation);
        await guarded.NewBatchIdAsync(Cancellation);

        await HeldBackAsync();
    }

    [Fact]
    public async Task What_fails_at_once_shuts_it_once()
    {
        var answer = new TaskCompletionSource<SendOutcome>();
        inner.Waits = answer.Task;
        var calls = Enumerable.Range(0, 50).Select(_ => SendAsync()).ToList();
        answer.SetResult(Lost);
        await Task.WhenAll(calls);

        Assert.Equal(Duration.FromSeconds(30), await HeldBackAsync());
    }

    [Fact]
    public async Task What_fails_together_without_a_mail_being_lost_counts_once()
    {
        for (var moment = 1; moment <= 3; moment++)
        {
            var answer = new TaskCompletionSource<BatchIdOutcome>();
            inner.IdWaits = answer.Task;
            var calls = Enumerable.Range(0, 8).Select(_ => guarded.NewBatchIdAsync(Cancellation)).ToList();
            answer.SetResult(new BatchIdOutcome.NotGiven("503", RetryAfter: null));
            await Task.WhenAll(calls);
            Assert.Equal(8 * moment, inner.BatchIds);
        }

        await HeldBackAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_outage_of_six_hours_makes_few_calls_and_then_all_goes_through(bool probesWell)
    {
        inner.OnSend = () => Lost;
        inner.OnProbe = () => probesWell ? new ProbeOutcome.Well() : Away;
        for (var end = time.GetUtcNow().AddHours(6); time.GetUtcNow() < end; time.Advance(TimeSpan.FromSeconds(15)))
        {
            await SendBatchAsync();
            await SendBatchAsync();
        }

        Assert.InRange(inner.Sends, 3, 40);
        Assert.InRange(inner.Probes, 10, 40);

        (inner.OnSend, inner.OnProbe) = (() => new SendOutcome.Taken(), () => new ProbeOutcome.Well());
        time.Advance(TimeSpan.FromMinutes(15));
        for (var i = 0; i < 20; i++)
            Assert.IsType<SendOutcome.Taken>(await SendBatchAsync());
        await FailAsync(3);
        Assert.Equal(Duration.FromSeconds(30), await HeldBackAsync());
    }

    [Fact]
    public async Task One_of_fifty_probes_and_tries_and_its_outcome_lets_the_others_through()
    {
        await FailAsync(3);
        time.Advance(TimeSpan.FromSeconds(30));
        var answer = new TaskCompletionSource<SendOutcome>();
        inner.Waits = answer.Task;

        var calls = Enumerable.Range(0, 50).Select(_ => Task.Run(SendAsync, Cancellation)).ToList();
        var told = new List<SendOutcome>();
        await foreach (var call in Task.WhenEach(calls))
        {
            told.Add(await call);
            if (told.Count == 49)
                answer.SetResult(new SendOutcome.Taken());
        }

        Assert.Equal(1, inner.Probes);
        Assert.Equal(4, inner.Sends);
        Assert.All(told.Take(49), outcome => Assert.NotNull(Assert.IsType<SendOutcome.NotTaken>(outcome).RetryAfter));
        Assert.IsType<SendOutcome.Taken>(told[^1]);
        inner.Waits = null;
        inner.OnSend = () => new SendOutcome.Taken();
        Assert.IsType<SendOutcome.Taken>(await SendAsync());
    }

    [Fact]
    public async Task A_trial_that_fails_shuts_it_for_twice_as_long_up_to_a_quarter_of_an_hour()
    {
        await FailAsync(3);
        foreach (var seconds in new[] { 60, 120, 240, 480, 900, 900 })
        {
            time.Advance((await HeldBackAsync()).ToTimeSpan());
            Assert.Same(Lost, await SendAsync());
            Assert.Equal(Duration.FromSeconds(seconds), await HeldBackAsync());
        }
    }

    [Fact]
    public async Task A_trial_asks_for_its_batch_id_and_sends_under_it()
    {
        await FailAsync(3);
        time.Advance(TimeSpan.FromSeconds(30));
        inner.OnSend = () => new SendOutcome.Taken();

        var id = Assert.IsType<BatchIdOutcome.Given>(await guarded.NewBatchIdAsync(Cancellation)).Id;
        await HeldBackAsync();
        Assert.IsType<BatchIdOutcome.NotGiven>(await guarded.NewBatchIdAsync(Cancellation));

        Assert.IsType<SendOutcome.Taken>(await guarded.SendAsync(Single with { BatchId = id }, Cancellation));
        Assert.IsType<SendOutcome.Taken>(await SendAsync());
    }

    [Fact]
    public async Task A_trial_that_nobody_ends_is_followed_by_another()
    {
        await FailAsync(3);
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.IsType<BatchIdOutcome.Given>(await guarded.NewBatchIdAsync(Cancellation));
        time.Advance(TimeSpan.FromSeconds(119));
        await HeldBackAsync();

        time.Advance(TimeSpan.FromSeconds(1));
        inner.OnSend = () => new SendOutcome.Taken();

        Assert.IsType<SendOutcome.Taken>(await SendAsync());
        Assert.Equal(2, inner.Probes);
    }

    [Fact]
    public async Task A_trial_that_nothing_is_sent_in_leaves_it_to_the_next()
    {
        await FailAsync(3);
        time.Advance(TimeSpan.FromSeconds(30));
        var id = Assert.IsType<BatchIdOutcome.Given>(await guarded.NewBatchIdAsync(Cancellation)).Id;
        inner.OnSend = () => new SendOutcome.Taken();
        guarded.Unused("another");
        await HeldBackAsync();

        guarded.Unused(id);

        Assert.IsType<SendOutcome.Taken>(await SendAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_stops_while_probing_or_trying_leaves_it_to_the_next(bool probing)
    {
        await FailAsync(3);
        time.Advance(TimeSpan.FromSeconds(30));
        if (probing)
            inner.OnProbe = () => throw new OperationCanceledException();
        else
            inner.OnSend = () => throw new OperationCanceledException();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(SendAsync);

        (inner.OnSend, inner.OnProbe) = (() => new SendOutcome.Taken(), () => new ProbeOutcome.Well());

        Assert.IsType<SendOutcome.Taken>(await SendAsync());
    }

    [Fact]
    public async Task A_provider_that_pushes_back_is_left_alone_until_its_reset()
    {
        inner.OnSend = () => new SendOutcome.NotTaken("429", Duration.FromSeconds(40));
        await SendAsync();
        inner.OnSend = () => new SendOutcome.Taken();
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(Duration.FromSeconds(30), await HeldBackAsync());
        Assert.Equal(Duration.FromSeconds(30), Assert.IsType<BatchIdOutcome.NotGiven>(await guarded.NewBatchIdAsync(Cancellation)).RetryAfter);
        Assert.Equal((1, 0), (inner.Sends, inner.BatchIds));

        time.Advance(TimeSpan.FromSeconds(30));
        Assert.IsType<SendOutcome.Taken>(await SendAsync());
        Assert.Equal(0, inner.Probes);
    }

    [Fact]
    public async Task A_batch_id_that_is_pushed_back_holds_mail_back_too()
    {
        inner.OnBatchId = () => new BatchIdOutcome.NotGiven("429", Duration.FromSeconds(40));
        await guarded.NewBatchIdAsync(Cancellation);

        Assert.Equal(Duration.FromSeconds(40), await HeldBackAsync());
    }

    [Fact]
    public async Task A_refused_key_is_told_once_and_probed_once_a_minute_until_it_works()
    {
        inner.OnSend = () => new SendOutcome.NotAllowed(401, "mail/send answered 401");
        inner.OnProbe = () => new ProbeOutcome.KeyRefused("401");
        Assert.IsType<SendOutcome.NotAllowed>(await SendAsync());
        for (var minute = 0; minute < 10; minute++)
        {
            Assert.Equal(Duration.FromMinutes(1), await HeldBackAsync());
            time.Advance(TimeSpan.FromMinutes(1));
            await HeldBackAsync();
        }

        Assert.Equal((1, 10), (inner.Sends, inner.Probes));
        Assert.Equal("SendGrid refuses the key: nothing is sent until SendGrid:ApiKey is right. mail/send answered 401", Assert.Single(logs.Lines).Trim());

        (inner.OnSend, inner.OnProbe) = (() => new SendOutcome.Taken(), () => new ProbeOutcome.Well());
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.IsType<SendOutcome.Taken>(await SendAsync());
        Assert.Equal("SendGrid takes the key again: sending goes on.", logs.Lines.Last().Trim());
    }

    [Fact]
    public async Task A_key_that_may_do_all_but_send_is_told_once_too()
    {
        inner.OnSend = () => new SendOutcome.NotAllowed(403, "403");
        for (var minute = 0; minute < 10; minute++)
        {
            Assert.IsType<SendOutcome.NotAllowed>(await SendAsync());
            await HeldBackAsync();
            time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Single(logs.Lines);
    }

    [Fact]
    public async Task A_key_that_gets_no_batch_ids_is_refused()
    {
        inner.OnBatchId = () => new BatchIdOutcome.NotGiven("401", RetryAfter: null, KeyRefused: true);
        await guarded.NewBatchIdAsync(Cancellation);

        Assert.Equal(Duration.FromMinutes(1), await HeldBackAsync());
    }

    [Fact]
    public async Task What_mends_an_outage_goes_straight_through()
    {
        await FailAsync(3);
        var address = Single.Recipients[0].Address;

        Assert.IsType<CancelOutcome.Cancelled>(await guarded.CancelAsync("batch", Cancellation));
        Assert.IsType<CancelOutcome.Cancelled>(await guarded.FindCancellationAsync("batch", Cancellation));
        Assert.True(await guarded.TryForgetCancellationAsync("batch", Cancellation));
        Assert.True(await guarded.TrySuppressAsync(address, Cancellation));
        Assert.True(await guarded.TryReleaseAsync(address, Cancellation));
        Assert.IsType<ProbeOutcome.Well>(await guarded.ProbeAsync(Cancellation));
    }

    public void Dispose()
    {
        loggers.Dispose();
        logs.Dispose();
    }

    private Task<SendOutcome> SendAsync() => guarded.SendAsync(Single, Cancellation);

    private async Task<SendOutcome?> SendBatchAsync() => await guarded.NewBatchIdAsync(Cancellation) is BatchIdOutcome.Given given
        ? await guarded.SendAsync(Single with { BatchId = given.Id }, Cancellation)
        : null;

    private async Task FailAsync(int times)
    {
        inner.OnSend = () => Lost;
        for (var i = 0; i < times; i++)
            Assert.Same(Lost, await SendAsync());
    }

    /// <summary>Says that mail is held back without a call, and returns for how long.</summary>
    private async Task<Duration> HeldBackAsync()
    {
        var before = inner.Sends;
        var outcome = Assert.IsType<SendOutcome.NotTaken>(await SendAsync());
        Assert.Equal(before, inner.Sends);
        return Assert.NotNull(outcome.RetryAfter);
    }

    /// <summary>Counts, and answers as it is told.</summary>
    private sealed class Inner : IMailProvider
    {
        private readonly FakeProvider rest = new();
        private int batchIds;
        private int sends;
        private int probes;

        public Func<BatchIdOutcome> OnBatchId { get; set; } = () => new BatchIdOutcome.Given(Guid.NewGuid().ToString("n"));

        public Func<SendOutcome> OnSend { get; set; } = () => new SendOutcome.Taken();

        public Func<ProbeOutcome> OnProbe { get; set; } = () => new ProbeOutcome.Well();

        /// <summary>What mail is answered with when that comes.</summary>
        public Task<SendOutcome>? Waits { get; set; }

        /// <summary>What a batch id is answered with when that comes.</summary>
        public Task<BatchIdOutcome>? IdWaits { get; set; }

        public int BatchIds => batchIds;

        public int Sends => sends;

        public int Probes => probes;

        public Task<BatchIdOutcome> NewBatchIdAsync(CancellationToken cancellation)
        {
            Interlocked.Increment(ref batchIds);
            return IdWaits ?? Task.FromResult(OnBatchId());
        }

        public Task<SendOutcome> SendAsync(OutgoingMail mail, CancellationToken cancellation)
        {
            Interlocked.Increment(ref sends);
            return Waits ?? Task.FromResult(OnSend());
        }

        public Task<ProbeOutcome> ProbeAsync(CancellationToken cancellation)
        {
            Interlocked.Increment(ref probes);
            return Task.FromResult(OnProbe());
        }

        public Task<CancelOutcome> CancelAsync(string batchId, CancellationToken cancellation) => rest.CancelAsync(batchId, cancellation);

        public Task<CancelOutcome> FindCancellationAsync(string batchId, CancellationToken cancellation) => rest.FindCancellationAsync(batchId, cancellation);

        public Task<bool> TryForgetCancellationAsync(string batchId, CancellationToken cancellation) => rest.TryForgetCancellationAsync(batchId, cancellation);

        public Task<bool> TrySuppressAsync(Core.Subscribers.EmailAddress address, CancellationToken cancellation) => rest.TrySuppressAsync(address, cancellation);

        public Task<bool> TryReleaseAsync(Core.Subscribers.EmailAddress address, CancellationToken cancellation) => rest.TryReleaseAsync(address, cancellation);
    }
}
