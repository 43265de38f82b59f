using SendGridEmulator.Reading;

namespace SendGridEmulator.Mail;

/// <summary>The account's global suppressions: mail to these addresses is accepted and dropped.</summary>
internal sealed class Suppressions(Journal journal)
{
    private readonly Lock gate = new();
    private readonly Dictionary<ulong, string> addresses = [];

    public bool Has(ulong addressHash)
    {
        lock (gate)
            return addresses.ContainsKey(addressHash);
    }

    public bool Has(string email) => Has(TextHash.OfAddress(email));

    public void Add(string email) => Set(email, suppressed: true);

    public bool Remove(string email) => Set(email, suppressed: false);

    private bool Set(string email, bool suppressed)
    {
        lock (gate)
        {
            var changed = Keep(new SuppressionSet(email, suppressed));
            if (changed)
                journal.Append(new SuppressionSet(email, suppressed));
            return changed;
        }
    }

    public void Replay(JournalEntry entry)
    {
        lock (gate)
        {
            if (entry is SuppressionSet change)
                Keep(change);
        }
    }

    private bool Keep(SuppressionSet change)
    {
        var hash = TextHash.OfAddress(change.Email);
        return change.Suppressed ? addresses.TryAdd(hash, change.Email) : addresses.Remove(hash);
    }
}
