using System.Globalization;
using System.IO.Compression;
using DigestFunctions.Core.Operations.Importing;
using DigestFunctions.Core.Schedule;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DigestFunctions.Core.Web.Operate;

/// <summary>
/// Imports a file by the browser: it is checked first, and the page that says how it stands carries the file along, so
/// that nothing of it is kept here until a person has looked and pressed. Small files only; the command takes the rest.
/// </summary>
internal sealed class ImportPages(Import import, OperateGate gate, OperatePage page, TimeProvider time) : IOperatePages
{
    public const int LargestFile = 1024 * 1024;
    public const int MostRows = KnownPeople.Few;

    private const string Home = "/operate/people/import";

    private const string Otherwise = "Divide it into several, or import it on the command line: the runbook says how.";

    // A request takes 20 seconds at the most; what isn't done by then goes on with the next press.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);

    // The file as it is, or packed and as text: never longer than this.
    private static readonly FormOptions Limits = new()
    {
        ValueCountLimit = 8,
        KeyLengthLimit = 64,
        ValueLengthLimit = 2 * LargestFile,
        MultipartBodyLengthLimit = LargestFile,
        MultipartBoundaryLengthLimit = 128,
        BufferBodyLengthLimit = 4 * LargestFile,
        MemoryBufferThreshold = 2 * LargestFile,
    };

    public IEnumerable<OperateRoute> Routes =>
    [
        new("GET", "people/import", (visit, _) => Task.FromResult(page.Show(visit, "import.html", new { Title = "Import", Fault = "" }))),
        new("POST", "people/import", ActAsync, TakesFile: true)
        {
            Summary = "Imports a CSV file of at most 1 MB and 5,000 rows; ask may be yes, and action is check for a dry run, or import.",
            Fields = ["file", "ask", "timezone", "action"],
            Statuses = [422],
        },
    ];

    private async Task<IResult> ActAsync(OperateVisit visit, CancellationToken cancellation)
    {
        var (form, isTooLarge) = await ReadAsync(visit.Request, cancellation);
        if (form is null)
        {
            return isTooLarge
                ? Refuse(visit, "The file is larger than 1 MB. " + Otherwise, StatusCodes.Status413PayloadTooLarge)
                : Refuse(visit, "The file couldn't be read: it broke off, or didn't come as a form with a file. Choose it again.", StatusCodes.Status400BadRequest);
        }

        if (!OperateGate.IsOwnForm(visit, form[OperateGate.FormToken]))
        {
            gate.TellForeign();
            return page.Say(visit, "This form is no longer good", "Nothing was changed. Load the page anew, and choose the file again.", Home, StatusCodes.Status403Forbidden);
        }

        var zone = form["timezone"].ToString().Trim();
        if (!TimeZoneId.TryParse(zone, out var named) && zone.Length > 0)
            return Refuse(visit, "That is no time zone of the IANA database, such as Europe/Paris.");
        if (await FileAsync(form, cancellation) is not { } file)
            return Refuse(visit, "Choose a file first.");

        var options = new ImportOptions(IsDryRun: true, AsksByMail: form["ask"] == "yes", zone.Length > 0 ? named : null)
        {
            MostRows = MostRows,
            Hints = visit.IsProgram ? ImportHints.Program : ImportHints.Page,
        };
        var outcome = await import.RunAsync(new MemoryStream(file), options, visit.By, progress: null, cancellation);
        if (outcome is ImportOutcome.Done && form["action"] == "import")
            outcome = await ImportAsync(visit, file, options with { IsDryRun = false }, cancellation);
        return outcome switch
        {
            ImportOutcome.NotTaken(var why) => Refuse(visit, why),
            ImportOutcome.TooManyRows(var most) => Refuse(visit, string.Create(CultureInfo.InvariantCulture, $"The file has more than {most:N0} rows. {Otherwise}"), StatusCodes.Status413PayloadTooLarge),
            ImportOutcome.Stopped(var report, var isAway) => Show(visit, report, file, options, zone, isAway ? "The store was away. All up to here is done, and nothing is lost: press again." : "Not all of it is done yet: press again, and it goes on."),
            ImportOutcome.Done(var report) => Show(visit, report, file, options, zone, stopped: ""),
            _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
        };
    }

    private async Task<ImportOutcome> ImportAsync(OperateVisit visit, byte[] file, ImportOptions options, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        return await import.RunAsync(new MemoryStream(file), options, visit.By, progress: null, either.Token);
    }

    private IResult Show(OperateVisit visit, ImportReport report, byte[] file, ImportOptions options, string zone, string stopped)
    {
        var isToDo = report.IsDryRun || stopped.Length > 0;
        return page.Show(visit, "imported.html", new
        {
            Title = report.IsDryRun ? "This would be imported" : stopped.Length > 0 ? "Imported in part" : "Imported",
            report.IsDryRun,
            Stopped = stopped,
            report.Counts.Rows,
            Counts = report.Counts.InWords().Select(each => new { each.What, each.Count }).ToList(),
            report.Notes,
            report.Problems,
            Untold = Math.Max(0, report.Counts[RowOutcome.Refused] - report.Problems.Count),
            CanImport = isToDo && (stopped.Length > 0 || report.Counts[RowOutcome.Added] + report.Counts[RowOutcome.Asked] > 0),
            Carried = isToDo && !visit.IsProgram ? Pack(file) : "",
            Ask = options.AsksByMail ? "yes" : "",
            Timezone = zone,
        });
    }

    private IResult Refuse(OperateVisit visit, string why, int status = StatusCodes.Status422UnprocessableEntity) => visit.IsProgram
        ? page.Say(visit, "Nothing was imported", why, status: status)
        : page.Show(visit, "import.html", new { Title = "Import", Fault = why }, status);

    private static async Task<(IFormCollection? Form, bool IsTooLarge)> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength > 2 * LargestFile)
            return (null, IsTooLarge: true);
        if (!request.HasFormContentType || request.ContentLength is null)
            return (null, IsTooLarge: false);
        try
        {
            return (await new FormFeature(request, Limits).ReadFormAsync(cancellation), IsTooLarge: false);
        }
        catch (InvalidDataException)
        {
            // Of a limit it says no other than of what is broken; a file that is within the limit makes no such form.
            return (null, request.ContentLength > LargestFile);
        }
        catch (Exception unreadable) when (unreadable is IOException or BadHttpRequestException)
        {
            return (null, IsTooLarge: false);
        }
    }

    // The one that was chosen, which may be empty, or the one that the page before carried along. Null if there is neither.
    private static async Task<byte[]?> FileAsync(IFormCollection form, CancellationToken cancellation)
    {
        using var bytes = new MemoryStream();
        if (form.Files["file"] is { } chosen)
            await chosen.CopyToAsync(bytes, cancellation);
        else if (!await UnpackAsync(form["carried"].ToString(), bytes, cancellation) || bytes.Length == 0)
            return null;
        return bytes.ToArray();
    }

    private static string Pack(byte[] file)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(file);
        return Convert.ToBase64String(packed.ToArray());
    }

    // No more than a file may have, whatever it says that it unpacks to.
    private static async Task<bool> UnpackAsync(string carried, MemoryStream into, CancellationToken cancellation)
    {
        var packed = new byte[carried.Length];
        if (!Convert.TryFromBase64String(carried, packed, out var length))
            return false;
        try
        {
            await using var gzip = new GZipStream(new MemoryStream(packed, 0, length), CompressionMode.Decompress);
            var buffer = new byte[LargestFile + 1];
            var read = await gzip.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
            into.Write(buffer, 0, read);
            return read <= LargestFile;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
