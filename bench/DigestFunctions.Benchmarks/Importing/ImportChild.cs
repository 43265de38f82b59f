using System.Diagnostics;
using System.Text.Json;
using Azure.Core.Pipeline;
using DigestFunctions.Benchmarks.Measuring;
using DigestFunctions.Benchmarks.Scene;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Operations.Importing;
using DigestFunctions.Core.Storage;
using DigestFunctions.Local;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DigestFunctions.Benchmarks.Importing;

internal enum ImportKind
{
    Import,
    DryRun,

    /// <summary>The least that a correct program could do: the same rows of both tables, by transactions.</summary>
    Bare,
}

/// <param name="PeakRssMb">Of a process that has done nothing else.</param>
internal sealed record ImportFigures(double Seconds, long Rows, long Added, double CpuSeconds, double PeakRssMb, long StorageOperations);

/// <summary>This program again: imports a file, and says what that cost.</summary>
internal static class ImportChild
{
    public const string Command = "import-child";

    public static async Task<ImportFigures> MeasureAsync(ImportKind kind, string store, string file, CancellationToken cancellation)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(ImportChild).Assembly.Location, Command, kind.ToString(), store, file])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var said = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<ImportFigures>(said)!
            : throw new InvalidOperationException("The measured process failed; what it said is above.");
    }

    /// <summary>The other process's side.</summary>
    public static async Task RunAsync(ImportKind kind, string storage, string path, CancellationToken cancellation)
    {
        var counting = new CountingTransport(new HttpClientTransport(new HttpClient()));
        // Nobody is called.
        var settings = Settings.Of(storage, new Uri("http://127.0.0.1:1"), workers: 1);
        // The same ids the second time.
        settings["Identity:Secret"] = Convert.ToBase64String(new byte[32]);
        await using var service = LocalService.Build(port: 0, settings, fromEnvironment: false, counting, LogLevel.None);
        var store = service.Services.GetRequiredService<Store>();
        await store.CreateAsync(cancellation);
        var (before, since) = (counting.Calls, Stopwatch.GetTimestamp());
        var (rows, added) = kind == ImportKind.Bare
            ? await BareImport.RunAsync(store, path, cancellation)
            : await ImportAsync(service.Services.GetRequiredService<Import>(), kind, path, cancellation);
        Console.WriteLine(JsonSerializer.Serialize(new ImportFigures(
            Stopwatch.GetElapsedTime(since).TotalSeconds, rows, added, Cost.Now.CpuSeconds, Cost.PeakRssMb, (counting.Calls - before).All)));
    }

    private static async Task<(long Rows, long Added)> ImportAsync(Import import, ImportKind kind, string path, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        var outcome = await import.RunAsync(
            file, new ImportOptions(IsDryRun: kind == ImportKind.DryRun, AsksByMail: false), Operator.Unnamed, progress: null, cancellation);
        return outcome is ImportOutcome.Done(var report)
            ? (report.Counts.Rows, report.Counts[RowOutcome.Added])
            : throw new InvalidOperationException($"The import ended as {outcome}.");
    }
}
