using System.CommandLine;
using System.Globalization;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Operations.Importing;
using DigestFunctions.Core.Schedule;

namespace DigestFunctions.Local;

/// <summary><c>import FILE</c>: brings in subscribers from a CSV file.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "A CSV file whose first line names its columns, as an export has them." };
        file.AcceptExistingOnly();
        var dryRun = new Option<bool>("--dry-run") { Description = "Read, count and say what is wrong, line by line; write nothing. Best done first." };
        var ask = new Option<bool>("--ask") { Description = "Ask those by mail of whom the file has no evidence of consent. Without it they are refused, unless they are known already." };
        var zone = new Option<string?>("--timezone") { Description = "The time zone of those without one in the file, such as Europe/Paris." };
        zone.Validators.Add(result =>
        {
            if (!TimeZoneId.TryParse(result.GetValueOrDefault<string?>(), out _))
                result.AddError("--timezone takes a zone of the IANA database, such as Europe/Paris.");
        });
        return StoreCommand.Create(
            "import", "Brings in subscribers from a CSV file. Who is known already stays as she is. Stopped by Ctrl-C or a crash, it goes on when it is run again.", [file, dryRun, ask, zone],
            (session, parsed, cancellation) => RunAsync(
                session,
                parsed.GetValue(file)!.FullName,
                new ImportOptions(parsed.GetValue(dryRun), parsed.GetValue(ask), TimeZoneId.TryParse(parsed.GetValue(zone), out var named) ? named : null),
                cancellation));
    }

    public static async Task<int> RunAsync(CommandSession session, string path, ImportOptions options, CancellationToken cancellation)
    {
        await using var file = Open(path);
        ImportOutcome outcome;
        try
        {
            outcome = await ProgressLine.ShowAsync<ImportProgress, ImportOutcome>(
                Words, "Stopping: what is under way is finished.", progress => session.Get<Import>().RunAsync(file, options, CommandSession.By, progress, cancellation), cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped before anything was written.");
            return ExitStatus.Stopped;
        }

        return outcome switch
        {
            ImportOutcome.NotTaken(var why) => throw new LocalProblemException("Nothing was imported. " + why),
            ImportOutcome.TooManyRows(var most) => throw new LocalProblemException(string.Create(CultureInfo.InvariantCulture, $"Nothing was imported. The file has more than {most:N0} rows.")),
            ImportOutcome.Stopped(var report, var isAway) => await StopAsync(session, report, isAway),
            ImportOutcome.Done(var report) => await SayAsync(session, report, "done"),
            _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
        };
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 64 * 1024 });
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new LocalProblemException("The file can't be read: " + unreadable.Message);
        }
    }

    private static async Task<int> StopAsync(CommandSession session, ImportReport report, bool isAway)
    {
        await SayAsync(session, report, "stopped");
        await Console.Error.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{(isAway ? "The store is away" : "Stopped")}: all up to line {report.LinesDone} is done, and nothing is lost. Run the same command again, and it goes on."));
        return isAway ? ExitStatus.Failed : ExitStatus.Stopped;
    }

    private static async Task<int> SayAsync(CommandSession session, ImportReport report, string status)
    {
        var counts = Enum.GetValues<RowOutcome>().ToDictionary(outcome => JsonName(outcome.ToString()), outcome => report.Counts[outcome]);
        await session.Output.AnswerAsync(
            new { status, report.IsDryRun, report.Counts.Rows, counts, report.Notes, report.Problems, report.LinesDone },
            output => TellAsync(output, report));
        return report.Counts[RowOutcome.Refused] > 0 ? ExitStatus.Attention : ExitStatus.Done;
    }

    private static async Task TellAsync(TextWriter output, ImportReport report)
    {
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{report.Counts.Rows:N0} rows{(report.IsDryRun ? "; a dry run, nothing was written. They would be:" : ":")}"));
        foreach (var (what, count) in report.Counts.InWords())
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{count,12:N0}  {what}"));
        foreach (var note in report.Notes)
            await output.WriteLineAsync(note);
        foreach (var problem in report.Problems)
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"line {problem.Line}: {problem.Why}"));
        if (report.Counts[RowOutcome.Refused] > report.Problems.Count)
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"… and {report.Counts[RowOutcome.Refused] - report.Problems.Count:N0} lines more."));
    }

    private static string Words(ImportProgress progress) => progress.Stage switch
    {
        ImportStage.Checking => string.Create(CultureInfo.InvariantCulture, $"Reading the file: {progress.Done:N0} rows"),
        ImportStage.Looking => $"Looking who is here: {OperatorWords.People(progress.Done)}",
        ImportStage.Finishing => string.Create(CultureInfo.InvariantCulture, $"Finishing what another import was cut short of: {progress.Done:N0} of {OperatorWords.People(progress.Of ?? 0)}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"Importing: {progress.Done:N0} of {progress.Of:N0} rows"),
    };

    private static string JsonName(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
