using DigestFunctions.Core.Email;
using DigestFunctions.Tests.Web;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using Xunit;
using static DigestFunctions.Tests.Email.Provided;

namespace DigestFunctions.Tests.Email;

/// <summary>A guarded provider over one that counts, and does what it is told.</summary>
internal sealed class GuardedScene : IDisposable
{
    public static readonly SendOutcome Lost = new SendOutcome.Unknown("503");
    public static readonly SendOutcome NoConnection = new SendOutcome.NotTaken("no connection", RetryAfter: null);
    public static readonly ProbeOutcome Away = new ProbeOutcome.Away("503");
    public static readonly OutgoingMail Single = Mail(Person("reader@example.org"));

    private readonly LoggerFactory loggers;

    public GuardedScene()
    {
        loggers = new LoggerFactory([Logs]);
        Provider = new GuardedProvider(Inner, _ => new(IsPaused), Time, loggers.CreateLogger<GuardedProvider>());
    }

    public FakeTimeProvider Time { get; } = new();

    public Counting Inner { get; } = new();

    public RememberedLogs Logs { get; } = new();

    public GuardedProvider Provider { get; }

    /// <summary>Whether the operator has paused all sending.</summary>
    public bool IsPaused { get; set; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Task<SendOutcome> SendAsync() => Provider.SendAsync(Single, Cancellation);

    public async Task<SendOutcome?> SendBatchAsync() => await Provider.NewBatchIdAsync(Cancellation) is BatchIdOutcome.Given given
        ? await Provider.SendAsync(Single with { BatchId = given.Id }, Cancellation)
        : null;

    public async Task FailAsync(int times)
    {
        Inner.OnSend = () => Lost;
        for (var i = 0; i < times; i++)
            Assert.Same(Lost, await SendAsync());
    }

    /// <summary>Says that mail is held back without a call, and returns for how long.</summary>
    public async Task<Duration> HeldBackAsync()
    {
        var before = Inner.Sends;
        var outcome = Assert.IsType<SendOutcome.NotTaken>(await SendAsync());
        Assert.Equal(before, Inner.Sends);
        return Assert.NotNull(outcome.RetryAfter);
    }

    public void Dispose()
    {
        loggers.Dispose();
        Logs.Dispose();
    }

    /// <summary>Counts, and answers as it is told.</summary>
    internal sealed class Counting : IMailProvider
    {
        private readonly FakeProvider rest = new();
        private int batchIds;
        private int sends;
        private int probes;

        public Func<BatchIdOutcome> OnBatchId { get; set; } = () => new BatchIdOutcome.Given(Guid.NewGuid().ToString("n"));

        public Func<SendOutcome> OnSend { get; set; } = () => new SendOutcome.Taken();

        public Func<ProbeOutcome> OnProbe { get; set; } = () => new ProbeOutcome.Well(["mail.send"]);

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
