using SendGridEmulator.Reading;

namespace SendGridEmulator.Mail;

/// <summary>What became of one message. The letters are what the journal holds.</summary>
internal enum MessageState : byte
{
    Waiting = (byte)'w',
    Delivered = (byte)'d',
    Bounced = (byte)'b',
    Blocked = (byte)'k',
    Dropped = (byte)'x',
    Cancelled = (byte)'c',
    Expired = (byte)'e',
}

/// <summary>
/// An accepted request as it came, once, however many recipients it has: their parts are read out of its
/// bytes when someone looks at them.
/// </summary>
internal sealed class StoredRequest
{
    private readonly WeakReference<SharedParts?> shared = new(null);

    public StoredRequest(MailTaken taken, byte[] body, MailRequest mail)
    {
        Taken = taken;
        Body = body;
        BatchId = mail.BatchId;
        Personalizations = [.. mail.Personalizations];
        Recipients = [.. mail.Recipients];
        SendAt = mail.SendAt;
        States = new MessageState[Recipients.Length];
        Array.Fill(States, MessageState.Waiting);
        SettledAt = new long[Recipients.Length];
        EarliestDue = DueNext();
    }

    public MailTaken Taken { get; }

    public byte[] Body { get; }

    public string? BatchId { get; }

    public PersonalizationPart[] Personalizations { get; }

    public RecipientPart[] Recipients { get; }

    public long? SendAt { get; }

    public MessageState[] States { get; }

    /// <summary>Unix milliseconds, one for each recipient; 0 while it waits.</summary>
    public long[] SettledAt { get; }

    /// <summary>When the first of its messages that wait is due; null when none waits.</summary>
    public DateTimeOffset? EarliestDue { get; private set; }

    public DateTimeOffset? SendAtOf(int recipient) =>
        (PartOf(recipient).SendAt ?? SendAt) is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    public PersonalizationPart PartOf(int recipient) => Personalizations[Recipients[recipient].Personalization];

    public void Settle(int recipient, MessageState state, DateTimeOffset at)
    {
        States[recipient] = state;
        SettledAt[recipient] = at.ToUnixTimeMilliseconds();
    }

    /// <summary>After messages were settled: who waits, and until when.</summary>
    public void Reckon() => EarliestDue = DueNext();

    private DateTimeOffset? DueNext()
    {
        DateTimeOffset? earliest = null;
        for (var i = 0; i < States.Length; i++)
        {
            if (States[i] == MessageState.Waiting && (SendAtOf(i) ?? Taken.At) is var due && !(due >= earliest))
                earliest = due;
        }

        return earliest;
    }

    /// <summary>What all messages of the request have in common; kept as long as memory allows.</summary>
    public SharedParts Shared
    {
        get
        {
            if (shared.TryGetTarget(out var parts) && parts is not null)
                return parts;

            parts = SharedParts.Read(Body);
            shared.SetTarget(parts);
            return parts;
        }
    }
}
