using System.Globalization;
using DigestFunctions.Core.Schedule;

namespace DigestFunctions.Core.Operations.Importing;

/// <param name="IsDryRun">Reads and counts, and writes nothing.</param>
/// <param name="AsksByMail">Whether those without evidence of consent are asked by mail; else they are refused.</param>
/// <param name="Zone">Of rows that name none.</param>
internal sealed record ImportOptions(bool IsDryRun, bool AsksByMail, TimeZoneId? Zone = null)
{
    /// <summary>With more rows than this, nothing is looked at, nor imported.</summary>
    public int? MostRows { get; init; }

    public ImportHints Hints { get; init; } = ImportHints.CommandLine;
}

/// <summary>How one says, where the file is given, what a file lacks.</summary>
/// <param name="Zone">The time zone of all who have none in the file.</param>
/// <param name="Ask">That those without evidence are asked by mail.</param>
internal sealed record ImportHints(string Zone, string Ask)
{
    public static readonly ImportHints CommandLine = new("--timezone Europe/Paris", "--ask");
    public static readonly ImportHints Page = new("in the field below", "tick the box below");
    public static readonly ImportHints Program = new("the field timezone, such as Europe/Paris", "ask=yes");
}

/// <summary>How many are written at once: by default enough to fill half of a transaction of every partition.</summary>
internal sealed record ImportLimits(int Window = ImportJournal.Most);

/// <summary>What becomes of a row.</summary>
internal enum RowOutcome
{
    Added,
    Asked,
    AlreadyActive,
    AlreadyAsked,
    Left,
    Suppressed,
    Duplicate,
    NotSubscribed,
    Refused,
}

/// <summary>How many rows came to what.</summary>
internal sealed class ImportCounts
{
    private readonly long[] counts = new long[Enum.GetValues<RowOutcome>().Length];

    public long this[RowOutcome outcome] => counts[(int)outcome];

    public long Rows => counts.Sum();

    public void Count(RowOutcome outcome) => Interlocked.Increment(ref counts[(int)outcome]);

    /// <summary>Each outcome that there was, in words.</summary>
    public IEnumerable<(string What, long Count)> InWords() =>
        Enum.GetValues<RowOutcome>().Where(outcome => this[outcome] > 0).Select(outcome => (Words(outcome), this[outcome]));

    public override string ToString() =>
        string.Join(", ", Enum.GetValues<RowOutcome>().Select(outcome => string.Create(CultureInfo.InvariantCulture, $"{outcome} {this[outcome]}")));

    private static string Words(RowOutcome outcome) => outcome switch
    {
        RowOutcome.Added => "imported: active, and get the next digest that is due",
        RowOutcome.Asked => "asked by mail, and active when they confirm",
        RowOutcome.AlreadyActive => "active already, left as they are",
        RowOutcome.AlreadyAsked => "asked already, and still to confirm",
        RowOutcome.Left => "have left, and stay out",
        RowOutcome.Suppressed => "suppressed, and stay so",
        RowOutcome.Duplicate => "more than once in the file: the first row counts",
        RowOutcome.NotSubscribed => "not subscribed, by the file's column state",
        _ => "refused",
    };
}

/// <summary>What is wrong with a line. The reason holds nothing of what stands there.</summary>
internal sealed record LineProblem(long Line, string Why);

/// <param name="Notes">What was noticed of the file as a whole.</param>
/// <param name="Problems">The first of the lines that are refused, by line.</param>
/// <param name="LinesDone">Up to which line all is written; in a dry run, read.</param>
internal sealed record ImportReport(
    bool IsDryRun, ImportCounts Counts, IReadOnlyList<string> Notes, IReadOnlyList<LineProblem> Problems, long LinesDone);

/// <summary>What came of an import.</summary>
internal abstract record ImportOutcome
{
    private ImportOutcome()
    {
    }

    /// <summary>Nothing was written: the file as a whole can't be taken.</summary>
    internal sealed record NotTaken(string Why) : ImportOutcome;

    internal sealed record Done(ImportReport Report) : ImportOutcome;

    /// <summary>Nothing was written: the file is longer than it may be here.</summary>
    internal sealed record TooManyRows(int Most) : ImportOutcome;

    /// <summary>It was stopped, or the store was away; run again, it goes on from here.</summary>
    internal sealed record Stopped(ImportReport Report, bool StoreIsAway) : ImportOutcome;
}

internal enum ImportStage
{
    Checking,
    Looking,

    /// <summary>What another import was cut short of.</summary>
    Finishing,
    Writing,
}

/// <param name="Of">How many there are, once that is known.</param>
internal readonly record struct ImportProgress(ImportStage Stage, long Done, long? Of);
