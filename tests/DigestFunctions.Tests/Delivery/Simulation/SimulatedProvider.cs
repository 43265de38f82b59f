using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Tests.Delivery.Simulation;

/// <summary>The provider of a simulated world: what it took, what it was told to cancel, what it lets go when.</summary>
internal sealed class SimulatedProvider(Func<Instant> now)
{
    /// <summary>The provider's own: ten cancellations at a time, ten minutes before.</summary>
    private const int MostCancelled = 10;
    private static readonly Duration Notice = Duration.FromMinutes(10);

    private readonly Dictionary<string, Instant> cancelled = new(StringComparer.Ordinal);
    private readonly List<TakenMail> waiting = [];
    private int lastBatchId;

    /// <summary>Whom it will not send to.</summary>
    public string? BadAddress { get; init; }

    public List<TakenMail> Delivered { get; } = [];

    /// <summary>What it has to report, to be posted in any order, any number of times.</summary>
    public List<string> Events { get; } = [];

    public string NewBatchId() => $"batch{++lastBatchId}";

    public SendOutcome Take(OutgoingMail mail, Instant calledAt)
    {
        var bad = mail.Recipients.ToList().FindIndex(to => to.Address.ToString() == BadAddress);
        if (bad >= 0)
            return new SendOutcome.BadRecipients([new BadRecipient(bad, "bad")], "400");
        waiting.Add(new TakenMail(mail, calledAt, now()));
        Settle();
        return new SendOutcome.Taken();
    }

    public CancelOutcome Cancel(string batchId)
    {
        if (cancelled.ContainsKey(batchId))
            return new CancelOutcome.Cancelled();
        if (cancelled.Count == MostCancelled)
            return new CancelOutcome.NotCancelled("max limit reached");
        cancelled[batchId] = now();
        return new CancelOutcome.Cancelled();
    }

    public CancelOutcome Find(string batchId) =>
        cancelled.ContainsKey(batchId) ? new CancelOutcome.Cancelled() : new CancelOutcome.NotCancelled("There is none.");

    public void Forget(string batchId)
    {
        Settle();
        cancelled.Remove(batchId);
    }

    /// <summary>Lets go of what is due.</summary>
    public void Settle()
    {
        foreach (var mail in waiting.Where(mail => mail.LeavesAt <= now()).ToList())
        {
            waiting.Remove(mail);
            if (cancelled.TryGetValue(mail.Mail.BatchId!, out var at) && (mail.TakenAt >= at || mail.LeavesAt >= at + Notice))
                continue;
            Delivered.Add(mail);
            Events.AddRange(mail.Mail.Recipients.Select(to => to.Reference));
        }
    }
}

/// <param name="CalledAt">When its call began.</param>
internal sealed record TakenMail(OutgoingMail Mail, Instant CalledAt, Instant TakenAt)
{
    public Instant LeavesAt => Instant.Max(Mail.SendAt!.Value, TakenAt);
}

/// <summary>The way of one process to the provider, with all that can go wrong on it.</summary>
internal sealed class WayToProvider(SimulatedProcess process, SimulatedProvider provider, World world) : IMailProvider
{
    private static readonly Duration TimeOut = Duration.FromMinutes(1);

    public async Task<BatchIdOutcome> NewBatchIdAsync(CancellationToken cancellation) =>
        await process.WaitAsync("asks for a batch id") == Fate.GoesOn
            ? new BatchIdOutcome.Given(provider.NewBatchId())
            : new BatchIdOutcome.NotGiven("no answer", RetryAfter: null);

    public async Task<SendOutcome> SendAsync(OutgoingMail mail, CancellationToken cancellation)
    {
        var calledAt = world.Now;
        var fate = await process.WaitAsync($"sends {mail.BatchId}");
        if (fate == Fate.Delayed || world.Now > calledAt + TimeOut)
        {
            world.Later(() => provider.Take(mail, calledAt));
            return new SendOutcome.Unknown("time-out");
        }

        if (fate == Fate.PushedBack)
            return new SendOutcome.NotTaken("429", Duration.FromSeconds(30));
        if (fate == Fate.Fails)
            return new SendOutcome.Unknown("503");
        var outcome = provider.Take(mail, calledAt);
        fate = await process.WaitAsync($"hears of {mail.BatchId}: {outcome.GetType().Name}");
        return fate == Fate.GoesOn && world.Now <= calledAt + TimeOut ? outcome : new SendOutcome.Unknown("lost answer");
    }

    public async Task<CancelOutcome> CancelAsync(string batchId, CancellationToken cancellation)
    {
        var calledAt = world.Now;
        var fate = await process.WaitAsync($"cancels {batchId}");
        // Slower than its time-out, it never arrives.
        if (fate != Fate.GoesOn || world.Now > calledAt + TimeOut)
            return new CancelOutcome.Unknown("time-out");
        var outcome = provider.Cancel(batchId);
        fate = await process.WaitAsync($"hears of the cancellation of {batchId}: {outcome.GetType().Name}");
        return fate == Fate.GoesOn ? outcome : new CancelOutcome.Unknown("lost answer");
    }

    public async Task<CancelOutcome> FindCancellationAsync(string batchId, CancellationToken cancellation) =>
        await process.WaitAsync($"asks whether {batchId} is cancelled") == Fate.GoesOn
            ? provider.Find(batchId)
            : new CancelOutcome.Unknown("no answer");

    public async Task<bool> TryForgetCancellationAsync(string batchId, CancellationToken cancellation)
    {
        if (await process.WaitAsync($"gives {batchId} back") != Fate.GoesOn)
            return false;
        provider.Forget(batchId);
        return true;
    }

    public Task<bool> TrySuppressAsync(EmailAddress address, CancellationToken cancellation) => Task.FromResult(true);

    public Task<bool> TryReleaseAsync(EmailAddress address, CancellationToken cancellation) => Task.FromResult(true);

    public Task<ProbeOutcome> ProbeAsync(CancellationToken cancellation) => Task.FromResult<ProbeOutcome>(new ProbeOutcome.Well());
}
