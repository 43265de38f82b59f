using Azure.Data.Tables;

namespace DigestFunctions.Core.Delivery;

/// <summary>What the provider reported of a batch's members: for each kind of event, whom it was reported of. Bits are only ever added.</summary>
internal sealed record BatchEvents(
    MemberSet Processed,
    MemberSet Delivered,
    MemberSet Deferred,
    MemberSet Bounced,
    MemberSet SoftBounced,
    MemberSet Dropped,
    MemberSet Complained,
    MemberSet Unsubscribed)
{
    public static BatchEvents None { get; } = new(
        MemberSet.None, MemberSet.None, MemberSet.None, MemberSet.None,
        MemberSet.None, MemberSet.None, MemberSet.None, MemberSet.None);

    public static IReadOnlyList<string> Columns { get; } =
    [
        nameof(Processed), nameof(Delivered), nameof(Deferred), nameof(Bounced),
        nameof(SoftBounced), nameof(Dropped), nameof(Complained), nameof(Unsubscribed),
    ];

    public bool Holds(BatchEvents other) => Sets.Zip(other.Sets).All(pair => pair.First.Holds(pair.Second));

    public BatchEvents Or(BatchEvents other) => new(
        Processed.Or(other.Processed),
        Delivered.Or(other.Delivered),
        Deferred.Or(other.Deferred),
        Bounced.Or(other.Bounced),
        SoftBounced.Or(other.SoftBounced),
        Dropped.Or(other.Dropped),
        Complained.Or(other.Complained),
        Unsubscribed.Or(other.Unsubscribed));

    /// <summary>Into columns of their own: nobody else writes them.</summary>
    public void WriteTo(TableEntity row)
    {
        foreach (var (column, members) in Columns.Zip(Sets).Where(pair => pair.Second.Count > 0))
            row[column] = members.Bits;
    }

    private IEnumerable<MemberSet> Sets => [Processed, Delivered, Deferred, Bounced, SoftBounced, Dropped, Complained, Unsubscribed];

    public static BatchEvents Read(TableEntity row) => new(
        row.ReadMembers(nameof(Processed)),
        row.ReadMembers(nameof(Delivered)),
        row.ReadMembers(nameof(Deferred)),
        row.ReadMembers(nameof(Bounced)),
        row.ReadMembers(nameof(SoftBounced)),
        row.ReadMembers(nameof(Dropped)),
        row.ReadMembers(nameof(Complained)),
        row.ReadMembers(nameof(Unsubscribed)));
}

internal static class MemberSets
{
    /// <summary>A column that holds some members; nobody where it isn't there.</summary>
    public static MemberSet ReadMembers(this TableEntity row, string column) =>
        row.GetBinary(column) is { Length: > 0 } bits ? new MemberSet(bits) : MemberSet.None;
}
