using System.Globalization;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using NodaTime.Text;

namespace DigestFunctions.Core.Delivery;

/// <summary>Whom the next attempt at a batch goes to: its members, less those whose entry is gone and those who were refused.</summary>
internal sealed class BatchRecipients
{
    private readonly List<int> members;

    public BatchRecipients(Batch batch, RangeEntries entries, LinkTokens tokens)
    {
        var count = batch.Members.Count;
        var recipients = new List<Recipient>(count);
        var absent = new List<int>();
        members = new List<int>(count);
        var isDigest = batch.Run.Slot.Kind == SlotKind.Digest;
        var key = isDigest ? $"digest:{batch.Run.Issue}" : $"reminder:{LocalDatePattern.Iso.Format(batch.Run.Date)}";
        var reference = string.Create(CultureInfo.InvariantCulture, $"{batch.Run}/{batch.Key}/{batch.Attempts + 1}/");
        for (var index = 0; index < count; index++)
        {
            if (batch.Out[index])
                continue;
            if (!entries.TryFind(batch.Members[index], out var entry))
            {
                absent.Add(index);
                continue;
            }

            members.Add(index);
            recipients.Add(new Recipient(
                entry.Address,
                entry.Name,
                batch.Variant.Language,
                tokens.Write(new LinkToken(LinkPurpose.Mail, entry.Id, entry.Generation)),
                key,
                reference + index.ToString(CultureInfo.InvariantCulture))
            {
                Practised = isDigest ? entry.CheckIns.PractisedBefore(batch.Run.Issue) : null,
            });
        }

        All = recipients;
        Absent = MemberSet.Of(absent);
    }

    public IReadOnlyList<Recipient> All { get; }

    public MemberSet Absent { get; }

    /// <summary>The index among the batch's members of one of the call's recipients.</summary>
    public int MemberOf(int recipient) => members[recipient];
}
