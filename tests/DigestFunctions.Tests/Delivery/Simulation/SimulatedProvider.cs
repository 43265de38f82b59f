using DigestFunctions.Core.Email;
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

    /// <summary>Whether it says that it is for her.</summary>
    public bool NamesBad { get; init; }

    /// <summary>Until when it refuses our key.</summary>
    public Instant KeyRefusedUntil { get; set; } = Instant.MinValue;

    public bool RefusesKey => now() < KeyRefusedUntil;

    public List<TakenMail> Delivered { get; } = [];

    /// <summary>What it has to report, to be posted in any order, any number of times.</summary>
    public List<string> Events { get; } = [];

    public string NewBatchId() => $"batch{++lastBatchId}";

    public SendOutcome Take(OutgoingMail mail, Instant calledAt)
    {
        if (RefusesKey)
            return new SendOutcome.NotAllowed(401, "401");
        var bad = mail.Recipients.ToList().FindIndex(to => to.Address.ToString() == BadAddress);
        if (bad >= 0)
            return NamesBad ? new SendOutcome.BadRecipients([new BadRecipient(bad, "bad")], "400") : new SendOutcome.RefusedUnnamed("400", AboutRecipient: true);
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
