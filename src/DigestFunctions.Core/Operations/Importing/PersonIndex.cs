using System.Runtime.InteropServices;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Operations.Importing;

/// <summary>How one who stands in a file is known here.</summary>
internal enum KnownAs : byte
{
    Nobody,
    Active,

    /// <summary>Asked, never confirmed.</summary>
    Pending,

    /// <summary>Was here before, and hasn't confirmed anew.</summary>
    PendingAgain,
    Left,
    Suppressed,
}

/// <summary>
/// Everybody in a file, by id: whether there is evidence of consent, or else she is to be asked, and how she is known here. A byte and an id for
/// each, in as many parts as there are partitions, so that it grows in small steps: some 40 MB for a million.
/// </summary>
internal sealed class PersonIndex
{
    private const byte Seen = 1;
    private const byte Evidence = 2;
    private const byte Asks = 4;
    private const byte SeenWithout = 8;
    private const int KnownShift = 4;

    private readonly Dictionary<Key, byte>[] parts = [.. Enumerable.Range(0, 256).Select(_ => new Dictionary<Key, byte>())];

    public int Count { get; private set; }

    public IEnumerable<SubscriberId> Ids => parts.SelectMany(part => part.Keys).Select(key => new SubscriberId(new UInt128(key.High, key.Low)));

    /// <summary>False if she is there already, and this row adds nothing: the first that can be imported counts.</summary>
    public bool TryAdd(ImportedPerson person)
    {
        var mark = MarkOf(person);
        ref var there = ref CollectionsMarshal.GetValueRefOrAddDefault(Part(person.Id), Key.Of(person.Id), out var isThere);
        if (isThere && (there != 0 || mark == 0))
            return false;
        there = mark;
        Count += isThere ? 0 : 1;
        return true;
    }

    /// <summary>Notes how somebody is known, if she stands in the file; what is stronger stays.</summary>
    public void Note(SubscriberId id, KnownAs known)
    {
        ref var mark = ref CollectionsMarshal.GetValueRefOrNullRef(Part(id), Key.Of(id));
        if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref mark) && known > Of(mark))
            mark = (byte)((mark & ~(-1 << KnownShift)) | ((int)known << KnownShift));
    }

    /// <summary>What becomes of each, were all imported now.</summary>
    public IEnumerable<RowOutcome> Forecast() => parts.SelectMany(part => part.Values).Select(OutcomeOf);

    /// <summary>What becomes of a row without what it takes to import it, and whether a later one has that, and counts.</summary>
    public (RowOutcome Outcome, bool IsForLater) ForecastWithout(SubscriberId id)
    {
        var mark = Part(id)[Key.Of(id)];
        return (OutcomeWithout(mark), (mark & (Evidence | Asks)) != 0);
    }

    /// <summary>What is to become of her row, and how she is known; of another row, that it is one too many. Null if she wasn't there before.</summary>
    public (RowOutcome Outcome, KnownAs Known)? Take(ImportedPerson person)
    {
        ref var mark = ref CollectionsMarshal.GetValueRefOrNullRef(Part(person.Id), Key.Of(person.Id));
        if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref mark))
            return null;
        // Of two alike the first counts, but for one without what the other has.
        var isForLater = MarkOf(person) == 0 && (mark & (Evidence | Asks)) != 0;
        var seen = isForLater ? (byte)(Seen | SeenWithout) : Seen;
        if ((mark & seen) != 0)
            return (RowOutcome.Duplicate, Of(mark));
        mark |= isForLater ? SeenWithout : Seen;
        return (isForLater ? OutcomeWithout(mark) : OutcomeOf(mark), Of(mark));
    }

    public static RowOutcome OutcomeOf(KnownAs known, bool hasEvidence, bool asks) => known switch
    {
        KnownAs.Suppressed => RowOutcome.Suppressed,
        KnownAs.Left => RowOutcome.Left,
        KnownAs.Active => RowOutcome.AlreadyActive,
        // Evidence from before she left would bring her back against her will.
        KnownAs.PendingAgain => RowOutcome.AlreadyAsked,
        _ when hasEvidence => RowOutcome.Added,
        KnownAs.Pending => RowOutcome.AlreadyAsked,
        _ => asks ? RowOutcome.Asked : RowOutcome.Refused,
    };

    private static RowOutcome OutcomeOf(byte mark) => OutcomeOf(Of(mark), (mark & Evidence) != 0, (mark & Asks) != 0);

    private static RowOutcome OutcomeWithout(byte mark) => OutcomeOf(Of(mark), hasEvidence: false, asks: false);

    private static byte MarkOf(ImportedPerson person) => person.Consent is not null ? Evidence : person.Unproven is null ? Asks : (byte)0;

    private static KnownAs Of(byte mark) => (KnownAs)(mark >> KnownShift);

    private Dictionary<Key, byte> Part(SubscriberId id) => parts[(int)(id.Value >> 120)];

    // A UInt128 stands on sixteen bytes, and would make each entry half as large again. All of its bits are by chance.
    private readonly record struct Key(ulong High, ulong Low)
    {
        public static Key Of(SubscriberId id) => new((ulong)(id.Value >> 64), (ulong)id.Value);

        public override int GetHashCode() => (int)Low;
    }
}
