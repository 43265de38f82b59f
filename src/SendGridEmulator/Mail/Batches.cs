using System.Security.Cryptography;

namespace SendGridEmulator.Mail;

internal enum BatchVerdict
{
    Leaves,
    Stays,
    IsDropped,
}

/// <summary>Why the status of a batch didn't change, in SendGrid's words.</summary>
internal sealed record BatchRefusal(int Status, string Message, string? Field = null);

/// <summary>Batch ids, and which of them are cancelled or paused.</summary>
internal sealed class Batches(Journal journal)
{
    /// <summary>SendGrid: no more than ten different batches cancelled or paused at one time.</summary>
    public const int MaxSet = 10;

    /// <summary>SendGrid: a cancellation later than this before send_at may come too late. Here it always does.</summary>
    private static readonly TimeSpan Notice = TimeSpan.FromMinutes(10);

    /// <summary>SendGrid: what is paused for longer than this after its send_at expires.</summary>
    private static readonly TimeSpan PauseLimit = TimeSpan.FromHours(72);

    private const string IdLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private readonly Lock gate = new();
    private readonly HashSet<string> made = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BatchSet> set = new(StringComparer.Ordinal);

    public string Make()
    {
        var id = RandomNumberGenerator.GetString(IdLetters, 32);
        lock (gate)
        {
            made.Add(id);
            journal.Append(new BatchMade(id));
        }

        return id;
    }

    public bool Knows(string id)
    {
        lock (gate)
            return made.Contains(id);
    }

    public IReadOnlyList<BatchSet> AllSet()
    {
        lock (gate)
            return [.. set.Values];
    }

    /// <summary>Cancels or pauses a batch that is neither.</summary>
    public BatchRefusal? Set(string id, BatchStatus status, DateTimeOffset now)
    {
        lock (gate)
        {
            if (!made.Contains(id))
                return new BatchRefusal(400, "invalid batch id", "batch_id");
            if (set.ContainsKey(id))
                return new BatchRefusal(400, "a status for this batch id exists, try PATCH to update the status");
            if (set.Count >= MaxSet)
                return new BatchRefusal(400, "max limit reached");
            Apply(new BatchSet(id, status, now));
            return null;
        }
    }

    /// <summary>Changes the status of a batch that has one; without a status, lifts it.</summary>
    public BatchRefusal? Change(string id, BatchStatus? status)
    {
        lock (gate)
        {
            if (!set.TryGetValue(id, out var current))
                return new BatchRefusal(404, "batch id not found");
            Apply(current with { Status = status });
            return null;
        }
    }

    /// <summary>What becomes of a message of this batch that is due. Mail that comes after the cancellation is dropped too.</summary>
    public BatchVerdict VerdictOn(string? id, DateTimeOffset? sendAt, DateTimeOffset acceptedAt, DateTimeOffset now)
    {
        if (id is null)
            return BatchVerdict.Leaves;

        lock (gate)
        {
            if (!set.TryGetValue(id, out var status))
                return BatchVerdict.Leaves;

            var due = sendAt ?? acceptedAt;
            if (acceptedAt < status.At && due < status.At + Notice)
                return BatchVerdict.Leaves;

            return status.Status == BatchStatus.Pause && now < due + PauseLimit ? BatchVerdict.Stays : BatchVerdict.IsDropped;
        }
    }

    public void Replay(JournalEntry entry)
    {
        lock (gate)
        {
            if (entry is BatchMade batch)
                made.Add(batch.BatchId);
            else if (entry is BatchSet change)
                Keep(change);
        }
    }

    private void Apply(BatchSet change)
    {
        Keep(change);
        journal.Append(change);
    }

    private void Keep(BatchSet change)
    {
        if (change.Status is null)
            set.Remove(change.BatchId);
        else
            set[change.BatchId] = change;
    }
}
