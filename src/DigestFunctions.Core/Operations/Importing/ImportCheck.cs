using System.Text;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Operations.Importing;

/// <summary>A file, read from end to end before anything of it is written: who stands in it, and what is wrong.</summary>
internal sealed class ImportCheck
{
    /// <summary>How many lines are told of that are refused.</summary>
    public const int ProblemsTold = 200;

    private const int ColumnsTold = 20;
    private const int ProgressEvery = 5_000;

    private readonly List<string> notes = [];
    private readonly List<LineProblem> problems = [];

    // Whom nothing proves; some of them may be known already.
    private readonly List<(SubscriberId Id, LineProblem Problem)> unproven = [];

    static ImportCheck() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    private ImportCheck(Encoding encoding) => Encoding = encoding;

    public Encoding Encoding { get; }

    public PersonIndex Index { get; } = new();

    /// <summary>Of what the file alone decides.</summary>
    public ImportCounts Counts { get; } = new();

    public long Rows { get; private set; }

    public long LastLine { get; private set; }

    /// <summary>Reads it; what is wrong with it as a whole is said, as a sentence.</summary>
    // What isn't UTF-8 is what spreadsheets in the west wrote for thirty years.
    public static async Task<(ImportCheck? Check, string Fault)> RunAsync(
        Stream file, Encoding encoding, RowReader rows, ImportOptions options, IProgress<ImportProgress>? progress, CancellationToken cancellation)
    {
        if (await TryReadAsync(file, encoding, rows, options, progress, cancellation) is { } read)
            return read;
        var (check, fault) = (await TryReadAsync(file, Encoding.GetEncoding(1252), rows, options, progress, cancellation))!.Value;
        check?.notes.Add("The file isn't UTF-8, and was read as Windows-1252 (Latin-1). If letters such as é come out wrong, save it as “CSV UTF-8”.");
        return (check, fault);
    }

    public ImportReport Report(ImportCounts counts, bool isDryRun, long linesDone) =>
        new(isDryRun, counts, notes, problems, linesDone);

    /// <summary>Says of those whom nothing proves that they are refused, unless they are known by now.</summary>
    public void Settle()
    {
        foreach (var (id, problem) in unproven)
        {
            var (outcome, isForLater) = Index.ForecastWithout(id);
            if (outcome is RowOutcome.Refused)
                problems.Add(problem);
            if (isForLater)
                Counts.Count(outcome);
        }

        problems.Sort((one, other) => one.Line.CompareTo(other.Line));
        if (problems.Count > ProblemsTold)
            problems.RemoveRange(ProblemsTold, problems.Count - ProblemsTold);
    }

    // Null if it isn't of that encoding.
    private static async Task<(ImportCheck? Check, string Fault)?> TryReadAsync(
        Stream file, Encoding encoding, RowReader rows, ImportOptions options, IProgress<ImportProgress>? progress, CancellationToken cancellation)
    {
        var (opened, fault) = await ImportFile.OpenAsync(file, encoding, options, cancellation);
        if (opened is null)
            return (null, fault);
        await using var closing = opened;
        var check = new ImportCheck(encoding);
        if (opened.IgnoredColumns.Count > 0)
            check.notes.Add($"Columns that are of no use here, and ignored: {string.Join(", ", opened.IgnoredColumns.Take(ColumnsTold))}{(opened.IgnoredColumns.Count > ColumnsTold ? ", …" : "")}.");
        await foreach (var line in opened.LinesAsync(rows, cancellation))
        {
            if (line.Reading is RowReading.NotUtf8 && encoding is UTF8Encoding)
                return null;
            check.Add(line);
            if (check.Rows > options.MostRows)
                return (check, "");
            if (check.Rows % ProgressEvery == 0)
                progress?.Report(new ImportProgress(ImportStage.Checking, check.Rows, Of: null));
        }

        return check.Rows > 0 ? (check, "") : (null, "The file has no rows, only a line that names its columns.");
    }

    private void Add(ImportLine line)
    {
        (Rows, LastLine) = (Rows + 1, line.Line);
        switch (line.Reading)
        {
            case RowReading.Person(var person) when Index.TryAdd(person):
                if (person.Unproven is { } without)
                    unproven.Add((person.Id, new LineProblem(line.Line, without)));
                break;
            case RowReading.Person:
                Counts.Count(RowOutcome.Duplicate);
                break;
            case RowReading.NotSubscribed:
                Counts.Count(RowOutcome.NotSubscribed);
                break;
            default:
                Counts.Count(RowOutcome.Refused);
                if (problems.Count < ProblemsTold)
                    problems.Add(new LineProblem(line.Line, line.Reading is RowReading.Refused(var why) ? why : "isn't of the encoding that the file begins with"));
                break;
        }
    }
}
