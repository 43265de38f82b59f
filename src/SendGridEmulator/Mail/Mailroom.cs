using System.Buffers.Text;
using System.Security.Cryptography;
using SendGridEmulator.Events;
using SendGridEmulator.Reading;

namespace SendGridEmulator.Mail;

/// <summary>Takes mail, holds it until it is due, and lets it arrive or not.</summary>
internal sealed class Mailroom(
    EmulatorOptions options, TimeProvider time, Journal journal, Batches batches, Suppressions suppressions, Tally tally, EventQueue events)
{
    private readonly Lock gate = new();
    private readonly Dictionary<long, StoredRequest> requests = [];
    private readonly List<StoredRequest> waiting = [];
    private readonly List<MessageRef> delivered = [];
    private long lastId;

    /// <summary>Takes a request without errors, and answers its X-Message-Id.</summary>
    public string Accept(ReadOnlySpan<byte> body, MailRequest mail, bool silent)
    {
        var messageId = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        tally.Take(mail, body);
        if (options.CountOnly)
            return messageId;

        lock (gate)
        {
            var taken = new MailTaken(++lastId, messageId, time.GetUtcNow(), silent, body.Length);
            journal.Append(taken, body);
            var request = new StoredRequest(taken, body.ToArray(), mail);
            Keep(request);
            SettleRequest(request, taken.At);
        }

        return messageId;
    }

    /// <summary>Lets go of everything that is due by the clock.</summary>
    public void Settle()
    {
        lock (gate)
            SettleLocked();
    }

    /// <summary>What arrived, newest first; for one recipient or for all.</summary>
    public IReadOnlyList<MessageRef> Delivered(string? to = null)
    {
        lock (gate)
        {
            SettleLocked();
            var wanted = to is null ? 0 : TextHash.OfAddress(to);
            var found = new List<MessageRef>();
            for (var i = delivered.Count - 1; i >= 0; i--)
            {
                if (to is null || AddressOf(delivered[i]) == wanted)
                    found.Add(delivered[i]);
            }

            return found;
        }
    }

    /// <summary>What isn't due yet or is paused, soonest first.</summary>
    public IReadOnlyList<MessageRef> Waiting(string? to = null)
    {
        lock (gate)
        {
            SettleLocked();
            var wanted = to is null ? 0 : TextHash.OfAddress(to);
            return [.. waiting
                .SelectMany(request => Enumerable.Range(0, request.Recipients.Length).Select(i => new MessageRef(request, i)))
                .Where(m => m.Request.States[m.Recipient] == MessageState.Waiting && (to is null || AddressOf(m) == wanted))
                .OrderBy(m => m.Request.SendAtOf(m.Recipient) ?? m.Request.Taken.At)];
        }
    }

    /// <summary>Whether mail of a batch was delivered before its time.</summary>
    public bool HasLeftAhead(string batchId)
    {
        lock (gate)
            return options.DeliverAtOnce && requests.Values.Any(request => request.BatchId == batchId && request.EarliestDue is null);
    }

    public MessageRef? Find(long request, int recipient)
    {
        lock (gate)
        {
            SettleLocked();
            return requests.TryGetValue(request, out var stored) && recipient >= 0 && recipient < stored.Recipients.Length
                ? new MessageRef(stored, recipient)
                : null;
        }
    }

    /// <summary>Forgets what has arrived. What waits stays, and so do the figures.</summary>
    public void Empty()
    {
        lock (gate)
        {
            Forget();
            journal.Append(new InboxEmptied());
        }
    }

    public void Replay(JournalEntry entry, byte[] body)
    {
        lock (gate)
        {
            switch (entry)
            {
                case MailTaken taken:
                    var mail = MailReader.Read(body, taken.At, _ => true);
                    tally.Asked();
                    tally.Take(mail, body);
                    lastId = taken.Id;
                    Keep(new StoredRequest(taken, body, mail));
                    break;
                case MailSettled settled when requests.TryGetValue(settled.Id, out var request):
                    for (var i = 0; i < request.Recipients.Length; i++)
                        Move(request, i, (MessageState)settled.States[i], settled.At);
                    request.Reckon();
                    break;
                case InboxEmptied:
                    Forget();
                    break;
            }
        }
    }

    private static ulong AddressOf(MessageRef message) => message.Request.Recipients[message.Recipient].AddressHash;

    private void Keep(StoredRequest request)
    {
        requests.Add(request.Taken.Id, request);
        waiting.Add(request);
        foreach (var state in request.States)
            tally.Moved(null, state);
    }

    private void Forget()
    {
        Prune();
        delivered.Clear();
        var stays = waiting.Select(r => r.Taken.Id).ToHashSet();
        foreach (var id in requests.Keys.Where(id => !stays.Contains(id)).ToList())
            requests.Remove(id);
    }

    private void SettleLocked()
    {
        var now = time.GetUtcNow();
        for (var i = waiting.Count - 1; i >= 0; i--)
            SettleRequest(waiting[i], now);
        Prune();
    }

    private void Prune() => waiting.RemoveAll(static request => request.EarliestDue is null);

    private void SettleRequest(StoredRequest request, DateTimeOffset now)
    {
        if (request.EarliestDue is not { } due || (due > now && !options.DeliverAtOnce))
            return;

        var moved = false;
        for (var i = 0; i < request.Recipients.Length; i++)
        {
            if (request.States[i] != MessageState.Waiting || Outcome(request, i, now) is not { } state)
                continue;

            Move(request, i, state, now);
            moved = true;
        }

        if (!moved)
            return;

        request.Reckon();
        journal.Append(new MailSettled(request.Taken.Id, now, string.Concat(request.States.Select(state => (char)state))));
    }

    /// <summary>What becomes of a message now; null where it goes on waiting.</summary>
    private MessageState? Outcome(StoredRequest request, int recipient, DateTimeOffset now)
    {
        var sendAt = request.SendAtOf(recipient);
        if (sendAt > now && !options.DeliverAtOnce)
            return null;

        switch (batches.VerdictOn(request.BatchId, sendAt, request.Taken.At, now))
        {
            case BatchVerdict.Stays:
                return null;
            case BatchVerdict.IsDropped:
                return MessageState.Cancelled;
        }

        var part = request.Recipients[recipient];
        var state = suppressions.Has(part.AddressHash) ? MessageState.Dropped : Arrival.Of(part.Behaviour);
        if (!request.Taken.Silent)
            events.Add(new MessageRef(request, recipient), state, now);
        return state;
    }

    private void Move(StoredRequest request, int recipient, MessageState state, DateTimeOffset at)
    {
        if (request.States[recipient] == state)
            return;

        tally.Moved(request.States[recipient], state);
        if (state == MessageState.Cancelled)
            tally.Cancelled(request.Recipients[recipient].AddressHash, request.PartOf(recipient).KeyHash);
        request.Settle(recipient, state, at);
        if (state == MessageState.Delivered)
            delivered.Add(new MessageRef(request, recipient));
    }
}
