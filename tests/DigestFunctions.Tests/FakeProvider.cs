using System.Collections.Concurrent;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Tests;

/// <summary>A provider that takes all mail, and fails on command.</summary>
internal sealed class FakeProvider : IMailProvider
{
    private readonly ConcurrentQueue<OutgoingMail> calls = new();
    private readonly ConcurrentQueue<OutgoingMail> taken = new();
    private int listCalls;

    /// <summary>What it answers, after which it has taken the mail or not.</summary>
    public Func<OutgoingMail, Task<SendOutcome>> Answer { get; set; } = _ => Task.FromResult<SendOutcome>(new SendOutcome.Taken());

    /// <summary>What happens when a batch id is asked for, which is before the claim.</summary>
    public Func<Task> OnBatchId { get; set; } = () => Task.CompletedTask;

    /// <summary>What it answers to a cancellation; one that it confirms is found afterwards.</summary>
    public Func<string, CancelOutcome> OnCancel { get; set; } = _ => new CancelOutcome.Cancelled();

    /// <summary>What it answers when asked for a cancellation; what it knows, unless told otherwise.</summary>
    public Func<string, CancelOutcome>? OnFind { get; set; }

    /// <summary>The batch ids that are cancelled now.</summary>
    public ConcurrentDictionary<string, bool> Cancelled { get; } = new(StringComparer.Ordinal);

    /// <summary>It takes nothing, and answers nothing.</summary>
    public bool IsAway { get; set; }

    /// <summary>The addresses that it drops all mail to.</summary>
    public ConcurrentDictionary<string, bool> Suppressed { get; } = new(StringComparer.Ordinal);

    /// <summary>What happens when that list is to be changed, before it is; and whether it is.</summary>
    public Func<Task<bool>> OnList { get; set; } = () => Task.FromResult(true);

    public IReadOnlyCollection<OutgoingMail> Calls => calls;

    /// <summary>How often that list was to be changed.</summary>
    public int ListCalls => listCalls;

    /// <summary>The batch ids that it gave and that were given back.</summary>
    public ConcurrentQueue<string> UnusedIds { get; } = [];

    /// <summary>Who gets a mail, once for each: what was taken and not cancelled.</summary>
    public IEnumerable<string> TakenAddresses => taken
        .Where(mail => mail.BatchId is null || !Cancelled.ContainsKey(mail.BatchId))
        .SelectMany(mail => mail.Recipients)
        .Select(to => to.Address.ToString());

    public void AnswerOnce(SendOutcome first)
    {
        var asked = 0;
        Answer = _ => Task.FromResult(Interlocked.Increment(ref asked) == 1 ? first : new SendOutcome.Taken());
    }

    /// <summary>It takes the mail, whatever it answers.</summary>
    public void Take(OutgoingMail mail) => taken.Enqueue(mail);

    public async Task<BatchIdOutcome> NewBatchIdAsync(CancellationToken cancellation)
    {
        await OnBatchId();
        return IsAway ? new BatchIdOutcome.NotGiven("503", RetryAfter: null) : new BatchIdOutcome.Given(Guid.NewGuid().ToString("n"));
    }

    public void Unused(string batchId) => UnusedIds.Enqueue(batchId);

    public async Task<SendOutcome> SendAsync(OutgoingMail mail, CancellationToken cancellation)
    {
        calls.Enqueue(mail);
        var outcome = IsAway ? new SendOutcome.Unknown("503") : await Answer(mail);
        if (outcome is SendOutcome.Taken)
            Take(mail);
        return outcome;
    }

    public Task<CancelOutcome> CancelAsync(string batchId, CancellationToken cancellation)
    {
        var outcome = IsAway ? new CancelOutcome.Unknown("503") : OnCancel(batchId);
        if (outcome is CancelOutcome.Cancelled)
            Cancelled[batchId] = true;
        return Task.FromResult(outcome);
    }

    public Task<CancelOutcome> FindCancellationAsync(string batchId, CancellationToken cancellation) => Task.FromResult(
        IsAway ? new CancelOutcome.Unknown("503") : OnFind?.Invoke(batchId) ?? (Cancelled.ContainsKey(batchId) ? new CancelOutcome.Cancelled() : new CancelOutcome.NotCancelled("There is none.")));

    public Task<bool> TryForgetCancellationAsync(string batchId, CancellationToken cancellation)
    {
        Cancelled.TryRemove(batchId, out _);
        return Task.FromResult(true);
    }

    public async Task<bool> TrySuppressAsync(EmailAddress address, CancellationToken cancellation)
    {
        Interlocked.Increment(ref listCalls);
        var isDone = await OnList();
        if (isDone)
            Suppressed[address.ToString()] = true;
        return isDone;
    }

    public async Task<bool> TryReleaseAsync(EmailAddress address, CancellationToken cancellation)
    {
        Interlocked.Increment(ref listCalls);
        var isDone = await OnList();
        if (isDone)
            Suppressed.TryRemove(address.ToString(), out _);
        return isDone;
    }

    public Task<ProbeOutcome> ProbeAsync(CancellationToken cancellation) =>
        Task.FromResult<ProbeOutcome>(IsAway ? new ProbeOutcome.Away("503") : new ProbeOutcome.Well(["mail.send"]));
}
