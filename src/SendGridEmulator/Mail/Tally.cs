using System.Runtime.InteropServices;
using System.Text;
using SendGridEmulator.Reading;

namespace SendGridEmulator.Mail;

/// <summary>The figures of <c>GET /inbox/stats</c>. Messages are counted when accepted, whatever becomes of them.</summary>
internal sealed record Stats(
    long Requests,
    long Accepted,
    long Messages,
    long Recipients,
    long Duplicates,
    long Waiting,
    long Delivered,
    long Cancelled,
    long Bounced,
    long Dropped,
    IReadOnlyDictionary<string, long> ByKey);

/// <summary>
/// Counts what was accepted. A duplicate is a message to a recipient who already has one with the same custom
/// argument <c>key</c>; messages without it never are, nor those that were cancelled. Kept as hashes, so that a
/// million costs tens of megabytes.
/// </summary>
internal sealed class Tally
{
    private const int MaxKeys = 100;
    private const string OtherKeys = "(others)";

    private readonly Lock gate = new();
    private readonly HashSet<ulong> recipients = [];
    private readonly Dictionary<ulong, int> deliveryKeys = [];
    private readonly Dictionary<ulong, KeyCount> keys = [];
    private readonly long[] states = new long[byte.MaxValue];
    private readonly KeyCount others = new(OtherKeys);
    private long requests;
    private long accepted;
    private long messages;
    private long duplicates;

    private sealed class KeyCount(string key)
    {
        public string Key { get; } = key;

        public long Count { get; set; }
    }

    public void Asked() => Interlocked.Increment(ref requests);

    public void Take(MailRequest mail, ReadOnlySpan<byte> body)
    {
        lock (gate)
        {
            accepted++;
            messages += mail.Recipients.Count;
            foreach (var recipient in mail.Recipients)
            {
                recipients.Add(recipient.AddressHash);
                var part = mail.Personalizations[recipient.Personalization];
                if (part.KeyHash == 0)
                    continue;

                ref var same = ref CollectionsMarshal.GetValueRefOrAddDefault(deliveryKeys, TextHash.Both(recipient.AddressHash, part.KeyHash), out _);
                if (++same > 1)
                    duplicates++;
                CountOf(part, body).Count++;
            }
        }
    }

    public void Moved(MessageState? from, MessageState to)
    {
        lock (gate)
        {
            if (from is { } state)
                states[(byte)state]--;
            states[(byte)to]++;
        }
    }

    /// <summary>A message that was counted when it was accepted will never reach its recipient.</summary>
    public void Cancelled(ulong addressHash, ulong keyHash)
    {
        if (keyHash == 0)
            return;
        lock (gate)
        {
            ref var same = ref CollectionsMarshal.GetValueRefOrAddDefault(deliveryKeys, TextHash.Both(addressHash, keyHash), out _);
            if (--same > 0)
                duplicates--;
        }
    }

    public Stats Read()
    {
        lock (gate)
        {
            var counts = keys.Values.Append(others).Where(k => k.Count > 0).OrderByDescending(k => k.Count);
            return new Stats(
                Interlocked.Read(ref requests),
                accepted,
                messages,
                recipients.Count,
                duplicates,
                states[(byte)MessageState.Waiting],
                states[(byte)MessageState.Delivered],
                states[(byte)MessageState.Cancelled],
                states[(byte)MessageState.Bounced] + states[(byte)MessageState.Blocked],
                states[(byte)MessageState.Dropped] + states[(byte)MessageState.Expired],
                counts.ToDictionary(k => k.Key, k => k.Count, StringComparer.Ordinal));
        }
    }

    private KeyCount CountOf(PersonalizationPart part, ReadOnlySpan<byte> body)
    {
        if (keys.TryGetValue(part.KeyHash, out var count))
            return count;
        if (keys.Count >= MaxKeys)
            return others;

        count = new KeyCount(Encoding.UTF8.GetString(body.Slice(part.KeyStart, part.KeyLength)));
        keys.Add(part.KeyHash, count);
        return count;
    }
}
