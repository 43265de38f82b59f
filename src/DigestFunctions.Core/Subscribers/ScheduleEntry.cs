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

    /// <summary>What <see cref="TryRead"/> reads.</summary>
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

    /// <summary>An entry from what its columns hold; null where that can't be.</summary>
    public static ScheduleEntry? TryRead(
        string? idText, string? email, string? name, string? languageText, string? focus, string? energy, int? generation, string? firstIssue, string? lastIssue) =>
        SubscriberId.TryParse(idText, out var id)
        && !string.IsNullOrEmpty(email)
        && Language.TryParse(languageText, out var language)
        && TipChoice.TryParse(focus, energy, out var tips)
        && generation is >= 0 and <= ushort.MaxValue
        && IssueId.TryParse(firstIssue, out var first)
        && TryParse(lastIssue, out var last)
            ? new ScheduleEntry(
                id, EmailAddress.FromStore(email), PersonName.FromStore(name), language, (ushort)generation, first, last)
            {
                Tips = tips,
            }
            : null;

    private static bool TryParse(string? text, out IssueId? issue)
    {
        issue = IssueId.TryParse(text, out var read) ? read : null;
        return text is null || issue is not null;
    }
}
