using System.Collections.Concurrent;
using DigestFunctions.Core.Email;

namespace DigestFunctions.Tests;

/// <summary>A provider that takes all mail, and fails on command.</summary>
internal sealed class FakeProvider : IMailProvider
{
    private readonly ConcurrentQueue<OutgoingMail> calls = new();
    private readonly ConcurrentQueue<OutgoingMail> taken = new();

    /// <summary>What it answers, after which it has taken the mail or not.</summary>
    public Func<OutgoingMail, Task<SendOutcome>> Answer { get; set; } = _ => Task.FromResult<SendOutcome>(new SendOutcome.Taken());

    /// <summary>What happens when a batch id is asked for, which is before the claim.</summary>
    public Func<Task> OnBatchId { get; set; } = () => Task.CompletedTask;

    public IReadOnlyCollection<OutgoingMail> Calls => calls;

    public IEnumerable<string> TakenAddresses => taken.SelectMany(mail => mail.Recipients).Select(to => to.Address.ToString());

    public void AnswerOnce(SendOutcome first)
    {
        var asked = 0;
        Answer = _ => Task.FromResult(Interlocked.Increment(ref asked) == 1 ? first : new SendOutcome.Taken());
    }

    public async Task<BatchIdOutcome> NewBatchIdAsync(CancellationToken cancellation)
    {
        await OnBatchId();
        return new BatchIdOutcome.Given(Guid.NewGuid().ToString("n"));
    }

    public async Task<SendOutcome> SendAsync(OutgoingMail mail, CancellationToken cancellation)
    {
        calls.Enqueue(mail);
        var outcome = await Answer(mail);
        if (outcome is SendOutcome.Taken)
            taken.Enqueue(mail);
        return outcome;
    }
}
