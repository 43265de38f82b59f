using Azure.Data.Tables;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Tips;

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
    public TipChoice Tips { get; init; } = TipChoice.Usual;

    public static ScheduleEntry Of(Subscriber subscriber, Placement placement) => new(
        subscriber.Id,
        subscriber.Address,
        subscriber.Preferences.Name,
        subscriber.Preferences.Language,
        subscriber.Generation,
        placement.FirstIssue,
        placement.LastIssue)
    {
        Tips = subscriber.Preferences.Tips,
    };

    /// <summary>What <see cref="Read"/> reads.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["RowKey", "Email", "Name", "Language", "Focus", "Energy", "Generation", "FirstIssue", "LastIssue"];

    /// <summary>In which language, and about what.</summary>
    public string Reads => $"{Language}|{Tips.Focus}|{Tips.Energy.ToKey()}";

    public bool IsFor(IssueId issue) => FirstIssue <= issue && (LastIssue is not { } last || issue <= last);

    public TableEntity Write(Slot slot) => new(slot.ToString(), Id.ToString())
    {
        ["Email"] = Address.ToString(),
        ["Name"] = Name.IsEmpty ? null : Name.ToString(),
        ["Language"] = Language.ToString(),
        // Nothing, where it is the usual: most rows are read every week.
        ["Focus"] = Tips.Focus == Focus.Everything ? null : Tips.Focus.ToString(),
        ["Energy"] = Tips.Energy == TipChoice.Usual.Energy ? null : Tips.Energy.ToKey(),
        ["Generation"] = (int)Generation,
        ["FirstIssue"] = FirstIssue.ToString(),
        ["LastIssue"] = LastIssue?.ToString(),
    };

    /// <summary>Reads an entry from what its columns hold.</summary>
    /// <exception cref="FormatException">It holds what can't be; the message names the column and not the value.</exception>
    public static ScheduleEntry Read(
        string? id, string? email, string? name, string? language, string? focus, string? energy, int? generation, string? firstIssue, string? lastIssue) => new(
            SubscriberId.TryParse(id, out var readId) ? readId : throw Unreadable("RowKey"),
            string.IsNullOrEmpty(email) ? throw Unreadable("Email") : EmailAddress.FromStore(email),
            PersonName.FromStore(name),
            Language.TryParse(language, out var readLanguage) ? readLanguage : throw Unreadable("Language"),
            generation is >= 0 and <= ushort.MaxValue ? (ushort)generation : throw Unreadable("Generation"),
            IssueId.TryParse(firstIssue, out var first) ? first : throw Unreadable("FirstIssue"),
            lastIssue is null ? null : IssueId.TryParse(lastIssue, out var last) ? last : throw Unreadable("LastIssue"))
        {
            Tips = focus is null && energy is null ? TipChoice.Usual : TipChoice.FromStore(focus, energy),
        };

    private static FormatException Unreadable(string column) => new($"The column {column} of an entry can't be read.");
}
