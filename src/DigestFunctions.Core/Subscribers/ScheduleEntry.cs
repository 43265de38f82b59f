using Azure.Data.Tables;
using DigestFunctions.Core.Schedule;

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

    /// <summary>Reads an entry from what its columns hold.</summary>
    /// <exception cref="FormatException">It holds what can't be; the message names the column and not the value.</exception>
    public static ScheduleEntry Read(
        string? id, string? email, string? name, string? language, int? generation, string? firstIssue, string? lastIssue) => new(
            SubscriberId.TryParse(id, out var readId) ? readId : throw Unreadable("RowKey"),
            string.IsNullOrEmpty(email) ? throw Unreadable("Email") : EmailAddress.FromStore(email),
            PersonName.FromStore(name),
            Language.TryParse(language, out var readLanguage) ? readLanguage : throw Unreadable("Language"),
            generation is >= 0 and <= ushort.MaxValue ? (ushort)generation : throw Unreadable("Generation"),
            IssueId.TryParse(firstIssue, out var first) ? first : throw Unreadable("FirstIssue"),
            lastIssue is null ? null : IssueId.TryParse(lastIssue, out var last) ? last : throw Unreadable("LastIssue"));

    private static FormatException Unreadable(string column) => new($"The column {column} of an entry can't be read.");
}
