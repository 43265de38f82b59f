using SendGridEmulator.Mail;

namespace SendGridEmulator.Events;

/// <summary>Events that wait to be posted. Held in memory: what wasn't posted when the emulator ends is lost.</summary>
internal sealed class EventQueue(Webhook webhook)
{
    private readonly Lock gate = new();
    private readonly Queue<PendingEvent> pending = [];
    private long lastNumber;

    public void Add(MessageRef message, MessageState state, DateTimeOffset at)
    {
        if (webhook.Url is null)
            return;

        var behaviour = message.Request.Recipients[message.Recipient].Behaviour;
        lock (gate)
        {
            foreach (var kind in PendingEvent.KindsOf(state, behaviour))
                pending.Enqueue(new PendingEvent(message, kind, at.ToUnixTimeSeconds(), ++lastNumber));
        }
    }

    public bool TryTake(out PendingEvent taken)
    {
        lock (gate)
            return pending.TryDequeue(out taken);
    }
}
