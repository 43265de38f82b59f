using Azure.Data.Tables;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;

namespace DigestFunctions.Core.Subscribers;

/// <summary>Exactly what a send needs to know of one subscriber in one slot. Derived; can be rebuilt.</summary>
/// <param name="LastIssue">The last issue that this entry is good for, when it is to end.</param>
internal sealed record ScheduleEntry(
    SubscriberId Id,
    EmailAddress Address,
    PersonName Name,
    Language Language,
    ushort Generation,
    IssueId FirstIssue,
    IssueId? LastIssue)
{
    public static ScheduleEntry Of(Subscriber subscriber, Placement placement) => new(
        subscriber.Id,
        subscriber.Address,
        subscriber.Preferences.Name,
        subscriber.Preferences.Language,
        subscriber.Generation,
        placement.FirstIssue,
        placement.LastIssue);

    /// <summary>What <see cref="Read"/> reads.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["RowKey", "Email", "Name", "Language", "Generation", "FirstIssue", "LastIssue"];

    public bool IsFor(IssueId issue) => FirstIssue <= issue && (LastIssue is not { } last || issue <= last);

    public TableEntity Write(Slot slot) => new(slot.ToString(), Id.ToString())
    {
        ["Email"] = Address.ToString(),
        ["Name"] = Name.IsEmpty ? null : Name.ToString(),
        ["Language"] = Language.ToString(),
        ["Generation"] = (int)Generation,
        ["FirstIssue"] = FirstIssue.ToString(),
        ["LastIssue"] = LastIssue?.ToString(),
    };

    public static ScheduleEntry Read(TableEntity row) => new(
        SubscriberId.Parse(row.RowKey),
        EmailAddress.FromStore(row.GetString("Email")),
        PersonName.FromStore(row.GetString("Name")),
        row.ReadAs<Language>("Language", Language.TryParse),
        (ushort)row.GetInt32("Generation")!.Value,
        row.ReadAs<IssueId>("FirstIssue", IssueId.TryParse),
        IssueId.TryParse(row.GetString("LastIssue"), out var last) ? last : null);
}
