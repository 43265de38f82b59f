using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Operations.Importing;

/// <summary>The columns of a file, in the order in which an export writes them.</summary>
internal enum ImportColumn
{
    Email,
    Name,
    Language,
    Timezone,
    Weekday,
    Time,
    Focus,
    Energy,
    Reminders,
    ReminderTime,
    PausedUntil,
    Consent,
    ConsentSource,
    State,
}

/// <summary>Which column of a file holds what.</summary>
internal sealed class ImportHeader
{
    // By which other names the tools that people come from know them, without case, blanks and signs; the first that is there counts.
    private static readonly Dictionary<ImportColumn, string[]> Names = new()
    {
        [ImportColumn.Email] = ["email", "emailaddress", "mail", "address"],
        [ImportColumn.Name] = ["name", "firstname", "givenname", "fullname"],
        [ImportColumn.Language] = ["language", "lang", "locale"],
        [ImportColumn.Timezone] = ["timezone", "tz", "zone"],
        [ImportColumn.Weekday] = ["weekday", "day"],
        [ImportColumn.Time] = ["time", "localtime", "hour"],
        [ImportColumn.Focus] = ["focus", "areas"],
        [ImportColumn.Energy] = ["energy"],
        [ImportColumn.Reminders] = ["reminders", "reminderdays"],
        [ImportColumn.ReminderTime] = ["remindertime"],
        [ImportColumn.PausedUntil] = ["pauseduntil", "pauseuntil"],
        [ImportColumn.Consent] = ["consent", "consentat", "consentdate", "consentgiven", "confirmtime", "confirmedat", "optintime", "optinat", "optindate"],
        [ImportColumn.ConsentSource] = ["consentsource", "source", "optinsource", "consenthow"],
        [ImportColumn.State] = ["state", "status"],
    };

    private readonly int[] places = new int[Names.Count];

    private ImportHeader(IEnumerable<int> places) => this.places = [.. places];

    /// <summary>The names of the columns that nobody asks for, as the file has them.</summary>
    public IReadOnlyList<string> Ignored { get; private init; } = [];

    /// <summary>The name of a column, as an export writes it and a refusal says it.</summary>
    public static string NameOf(ImportColumn column) => column switch
    {
        ImportColumn.ReminderTime => "reminder_time",
        ImportColumn.PausedUntil => "paused_until",
        ImportColumn.ConsentSource => "consent_source",
        _ => column.ToString().ToLowerInvariant(),
    };

    /// <summary>The place of a column; null if the file hasn't got it.</summary>
    public int? PlaceOf(ImportColumn column) => places[(int)column] is >= 0 and var place ? place : null;

    /// <summary>Reads the names; what is missing or twice is said, as a sentence.</summary>
    public static (ImportHeader? Header, string Fault) Read(IReadOnlyList<string> names, ImportOptions options)
    {
        if (names.Any(name => EmailAddress.TryParse(name, out _)))
            return (null, "The first line holds an address. It has to name the columns: " + NamesWanted);
        var plain = names.Select(Plain).ToList();
        if (plain.Where(IsKnown).GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { Key: var twice })
            return (null, $"The first line names a column twice: {twice}. Take one of them out.");

        var header = new ImportHeader(Enum.GetValues<ImportColumn>().Select(column =>
            Names[column].Select(name => plain.IndexOf(name)).FirstOrDefault(place => place >= 0, -1)));
        List<string> missing = [.. Missing(header, options)];
        if (missing.Count > 0)
            return (null, "The first line lacks " + string.Join("; and ", missing) + ". It has to name the columns: " + NamesWanted);
        return (new ImportHeader(header.places) { Ignored = [.. names.Where((_, place) => !header.places.Contains(place))] }, "");
    }

    private static string NamesWanted => string.Join(", ", Enum.GetValues<ImportColumn>().Select(NameOf)) + ".";

    private static IEnumerable<string> Missing(ImportHeader header, ImportOptions options)
    {
        if (header.PlaceOf(ImportColumn.Email) is null)
            yield return "email";
        if (header.PlaceOf(ImportColumn.Timezone) is null && options.Zone is null)
            yield return $"timezone (or say one for all: {options.Hints.Zone})";
        if (options.AsksByMail)
            yield break;
        if (header.PlaceOf(ImportColumn.Consent) is null)
            yield return $"consent, when each gave it (or have them asked by mail: {options.Hints.Ask})";
        else if (header.PlaceOf(ImportColumn.ConsentSource) is null)
            yield return $"consent_source, how each gave it (or have them asked by mail: {options.Hints.Ask})";
    }

    private static bool IsKnown(string name) => Names.Values.Any(known => known.Contains(name));

    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
