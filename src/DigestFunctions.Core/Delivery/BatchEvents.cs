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
