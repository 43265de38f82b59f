using Azure;
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

    /// <summary>Of a reminder: by how many weeks its practice is older than the week that it comes in. Null of a digest.</summary>
    public int? WeeksBack { get; init; }

    /// <summary>The last of hers.</summary>
    public CheckIns CheckIns { get; init; }

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
        WeeksBack = placement.WeeksBack,
        CheckIns = subscriber.CheckIns.Recent,
    };

    /// <summary>In which language, about what, and what she said of it.</summary>
    public string Reads => $"{Language}|{Tips.Focus}|{Tips.Energy.ToKey()}|{CheckIns}";

    /// <summary>To whom mail goes by it, and whose links are in that: a number to compare, in this process only.</summary>
    public int Addressee => AddresseeOf(Address.ToString(), Name.ToString(), Generation);

    public static int AddresseeOf(string? address, string? name, int? generation) => HashCode.Combine(address ?? "", name ?? "", generation ?? -1);

    /// <summary>The issue whose practice she has from a run of this one.</summary>
    public IssueId PracticeOf(IssueId issue) => WeeksBack is { } weeks and > 0 ? issue.Plus(-weeks) : issue;

    /// <summary>Whether a run of an issue is for her.</summary>
    public bool IsFor(IssueId issue)
    {
        var practice = PracticeOf(issue);
        return FirstIssue <= practice
            && (LastIssue is not { } last || practice <= last)
            && !(WeeksBack is not null && CheckIns.IsDoneWith(practice));
    }

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
        ["WeeksBack"] = WeeksBack,
        ["CheckIns"] = CheckIns.IsEmpty ? null : CheckIns.ToString(),
    };

    /// <summary>Only what she said, into a row that is there.</summary>
    public TableEntity WriteCheckIns(Slot slot) => new(slot.ToString(), Id.ToString())
    {
        ["CheckIns"] = CheckIns.ToString(),
        ETag = ETag.All,
    };

    /// <summary>An entry from what its columns hold; null where that can't be.</summary>
    public static ScheduleEntry? TryRead(in EntryColumns row) =>
        SubscriberId.TryParse(row.RowKey, out var id)
        && !string.IsNullOrEmpty(row.Email)
        && Language.TryParse(row.Language, out var language)
        && TipChoice.TryParse(row.Focus, row.Energy, out var tips)
        && row.Generation is >= 0 and <= ushort.MaxValue
        && IssueId.TryParse(row.FirstIssue, out var first)
        && TryParse(row.LastIssue, out var last)
        && row.WeeksBack is null or >= 0
        && CheckIns.TryParse(row.CheckIns ?? "", out var checkIns)
            ? new ScheduleEntry(
                id, EmailAddress.FromStore(row.Email), PersonName.FromStore(row.Name), language, (ushort)row.Generation, first, last)
            {
                Tips = tips,
                WeeksBack = row.WeeksBack,
                CheckIns = checkIns,
            }
            : null;

    private static bool TryParse(string? text, out IssueId? issue)
    {
        issue = IssueId.TryParse(text, out var read) ? read : null;
        return text is null || issue is not null;
    }
}

/// <summary>The columns of an entry's row, before it is known whether they make one.</summary>
internal struct EntryColumns
{
    public static IReadOnlyList<string> All { get; } =
        ["RowKey", "Email", "Name", "Language", "Focus", "Energy", "Generation", "FirstIssue", "LastIssue", "WeeksBack", "CheckIns"];

    public string? RowKey, Email, Name, Language, Focus, Energy, FirstIssue, LastIssue, CheckIns;
    public int? Generation, WeeksBack;
}
