using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;
using CsvHelper;

namespace DigestFunctions.Core.Operations.Importing;

/// <summary>A CSV file, open behind its first line, which names the columns. Read once, and a line at a time.</summary>
internal sealed class ImportFile : IAsyncDisposable
{
    /// <summary>In bytes of UTF-8. What is longer is no row of ours.</summary>
    public const int LongestLine = 16 * 1024;

    private readonly CsvReader csv;
    private readonly Queue<LineProblem> malformed;
    private readonly ImportHeader header;

    private ImportFile(CsvReader csv, Queue<LineProblem> malformed, ImportHeader header) =>
        (this.csv, this.malformed, this.header) = (csv, malformed, header);

    public IReadOnlyList<string> IgnoredColumns => header.Ignored;

    /// <summary>Opens a file from its start; what is wrong with its first line is said, as a sentence, and NotUtf8 by none.</summary>
    public static async Task<(ImportFile? File, string Fault)> OpenAsync(Stream file, Encoding encoding, ImportOptions options, CancellationToken cancellation)
    {
        file.Position = 0;
        var utf8 = encoding is UTF8Encoding ? file : Encoding.CreateTranscodingStream(file, encoding, Encoding.UTF8, leaveOpen: true);
        var skipped = new Queue<LineProblem>();
        var reader = CsvReader.Create(new LineGuard(utf8, LongestLine), Options(skipped));
        await reader.ReadHeaderAsync(cancellation);
        var (names, fault) = reader.Headers is { Count: > 0 } first
            ? ImportHeader.Read([.. first.Select(name => name.Trim().TrimStart('\uFEFF'))], options)
            : (null, "The first line can't be read. It has to name the columns, with commas, semicolons or tabs between them.");
        if (names is not null)
            return (new ImportFile(reader, skipped, names), "");
        await reader.DisposeAsync();
        return (null, fault);
    }

    /// <summary>All rows, and the lines that are none; empty lines are passed over.</summary>
    public async IAsyncEnumerable<ImportLine> LinesAsync(RowReader rows, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string Field(ImportColumn column) => header.PlaceOf(column) is { } place ? csv.GetString(place).Trim() : "";
        while (await csv.ReadAsync(cancellation))
        {
            while (malformed.TryDequeue(out var problem))
                yield return new ImportLine(problem.Line, new RowReading.Refused(problem.Why));
            yield return new ImportLine(csv.LineNumber, Unreadable() ?? rows.Read(Field));
        }

        while (malformed.TryDequeue(out var problem))
            yield return new ImportLine(problem.Line, new RowReading.Refused(problem.Why));
    }

    public ValueTask DisposeAsync() => csv.DisposeAsync();

    // A line break in quotes would be right, but no field of ours has one: so one quotation mark too many costs a line, and not the rest of the file.
    private static CsvReaderOptions Options(Queue<LineProblem> skipped) => new()
    {
        AllowLineBreaksInQuotes = false,
        TrackLineNumbers = true,
        IncludeValuesInExceptions = false,
        MalformedData = CsvMalformedDataHandling.Skip,
        OnMalformedRecord = record => skipped.Enqueue(new LineProblem(record.LineNumber, Encoding.UTF8.GetByteCount(record.RawRecord) >= LongestLine ? TooLong : Quotes(record.Reason))),
    };

    private RowReading? Unreadable()
    {
        if (csv.RawRecord.Length >= LongestLine)
            return new RowReading.Refused(TooLong);
        if (!Utf8.IsValid(csv.RawRecord))
            return RowReading.NotUtf8.Row;
        return csv.FieldCount == csv.Headers.Count ? null : new RowReading.Refused("has another number of fields than the first line names");
    }

    private const string TooLong = "is longer than 16 KB, which no row can be";

    private static string Quotes(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.StrayQuote => "has a quotation mark inside a field that isn't in quotation marks",
        CsvMalformedReason.TextAfterClosingQuote => "has text behind a closing quotation mark",
        _ => "opens a quotation mark and doesn't close it on the same line",
    };
}
