using System.CommandLine;
using System.Globalization;
using DigestFunctions.Core.Operations.Importing;

namespace DigestFunctions.Local;

/// <summary><c>export [FILE]</c>: writes all subscribers as CSV.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo?>("file") { Description = "Where to; without it, to standard output.", Arity = ArgumentArity.ZeroOrOne };
        return StoreCommand.Create(
            "export", "Writes all subscribers as CSV, of the columns that an import reads.", [file],
            (session, parsed, cancellation) => RunAsync(session, parsed.GetValue(file)?.FullName, cancellation));
    }

    public static async Task<int> RunAsync(CommandSession session, string? path, CancellationToken cancellation)
    {
        if (path is not null)
            return await WriteAsync(session, path, cancellation);
        if (session.Output.IsJson)
            throw new LocalProblemException("--json goes with a file: without one, the CSV is what is written.");
        await using var output = Console.OpenStandardOutput();
        var counts = await RunAsync(session, output, cancellation);
        await TellAsync(Console.Error, counts);
        return StatusOf(counts);
    }

    // Under another name until all of it is there: half a list looks like a whole one.
    private static async Task<int> WriteAsync(CommandSession session, string path, CancellationToken cancellation)
    {
        if (File.Exists(path))
            throw new LocalProblemException("There is a file of that name. Name another, or take it away: nothing is overwritten.");
        var partial = path + ".partial";
        ExportCounts counts;
        try
        {
            await using (var output = new FileStream(partial, Private()))
                counts = await RunAsync(session, output, cancellation);
            File.Move(partial, path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new LocalProblemException("The file can't be written: " + failure.Message);
        }
        finally
        {
            File.Delete(partial);
        }

        await session.Output.AnswerAsync(new { file = path, counts.Subscribers, counts.Unreadable }, output => TellAsync(output, counts));
        return StatusOf(counts);
    }

    // For nobody else's eyes.
    private static FileStreamOptions Private()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    private static Task<ExportCounts> RunAsync(CommandSession session, Stream output, CancellationToken cancellation) => ProgressLine.ShowAsync<long, ExportCounts>(
        written => string.Create(CultureInfo.InvariantCulture, $"Exporting: {written:N0} subscribers"),
        "Stopping.",
        progress => session.Get<Export>().WriteAsync(output, CommandSession.By, progress, cancellation),
        cancellation);

    private static async Task TellAsync(TextWriter output, ExportCounts counts)
    {
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{counts.Subscribers:N0} subscribers."));
        if (counts.Unreadable > 0)
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{counts.Unreadable:N0} rows of the store can't be read, and aren't in the file; the log of the daily sweep names them."));
    }

    private static int StatusOf(ExportCounts counts) => counts.Unreadable > 0 ? ExitStatus.Attention : ExitStatus.Done;
}
