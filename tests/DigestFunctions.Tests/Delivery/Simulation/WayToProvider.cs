using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Tests.Delivery.Simulation;

/// <summary>The way of one process to the provider, with all that can go wrong on it.</summary>
internal sealed class WayToProvider(SimulatedProcess process, SimulatedProvider provider, World world) : IMailProvider
{
    private static readonly Duration TimeOut = Duration.FromMinutes(1);

    public async Task<BatchIdOutcome> NewBatchIdAsync(CancellationToken cancellation)
    {
        if (await process.WaitAsync("asks for a batch id") != Fate.GoesOn)
            return new BatchIdOutcome.NotGiven("no answer", RetryAfter: null);
        return provider.RefusesKey
            ? new BatchIdOutcome.NotGiven("401", RetryAfter: null, KeyRefused: true)
            : new BatchIdOutcome.Given(provider.NewBatchId());
    }

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
        // Slower than its time-out, it never arrives; and without our key, nothing is cancelled.
        if (fate != Fate.GoesOn || world.Now > calledAt + TimeOut)
            return new CancelOutcome.Unknown("time-out");
        if (provider.RefusesKey)
            return new CancelOutcome.Unknown("401");
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

    public async Task<ProbeOutcome> ProbeAsync(CancellationToken cancellation)
    {
        if (await process.WaitAsync("probes") != Fate.GoesOn)
            return new ProbeOutcome.Away("no answer");
        return provider.RefusesKey ? new ProbeOutcome.KeyRefused("401") : new ProbeOutcome.Well(["mail.send"]);
    }
}
