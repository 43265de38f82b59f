using System.Diagnostics;
using System.Text.Json;

namespace DigestFunctions.Benchmarks.Rendering;

/// <summary>What a process spends on the library that has done nothing before: most of it is the compiler's.</summary>
/// <param name="CpuMs">Of all its threads, the compiler's included: what it takes on a machine that has something else to do.</param>
internal sealed record ColdFigures(double Ms, double CpuMs);

/// <summary>Loads the library in a new process, which times it by itself.</summary>
internal static class ColdStart
{
    public const string Command = "cold";

    public static async Task<ColdFigures> MeasureAsync(CancellationToken cancellation)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(ColdStart).Assembly.Location, Command])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var said = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<ColdFigures>(said)!
            : throw new InvalidOperationException("The measured process failed; what it said is above.");
    }

    /// <summary>The other process's side.</summary>
    public static void Run()
    {
        var (since, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        LibraryBenchmarks.LoadAll();
        var (took, used) = (Stopwatch.GetElapsedTime(since), Environment.CpuUsage.TotalTime - cpu);
        Console.WriteLine(JsonSerializer.Serialize(new ColdFigures(took.TotalMilliseconds, used.TotalMilliseconds)));
    }
}
