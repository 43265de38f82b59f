using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using DigestFunctions.Benchmarks.Measuring;

namespace DigestFunctions.Benchmarks.Rendering;

/// <param name="Ratio">The digest's time by that of Scriban alone.</param>
internal sealed record RenderingFigures(
    int Variants,
    double DigestMs,
    double DigestKb,
    double DigestMostKb,
    double ScribanMs,
    double ScribanKb,
    double Ratio,
    int ColdStarts,
    double LoadColdMs,
    double LoadColdShortestMs,
    double LoadColdCpuMs,
    double LoadWarmMs,
    double LoadWarmKb);

/// <summary>Rendering a digest, and reading the library at start.</summary>
internal static class RenderingCommand
{
    public static async Task<RenderingFigures> RunAsync(int coldStarts, CancellationToken cancellation)
    {
        var cold = new List<ColdFigures>();
        for (var start = 0; start < coldStarts; start++)
            cold.Add(await ColdStart.MeasureAsync(cancellation));

        var rendering = Measure<DigestBenchmarks>();
        var (digest, plain) = (rendering[nameof(DigestBenchmarks.Service)], rendering[nameof(DigestBenchmarks.Plain)]);
        var load = Measure<LibraryBenchmarks>()[nameof(LibraryBenchmarks.Load)];
        var all = new DigestBenchmarks();
        all.Prepare();
        return new RenderingFigures(
            all.Variants, digest.Ms, digest.Kb, all.MostBytes() / 1_000.0, plain.Ms, plain.Kb, digest.Ms / plain.Ms,
            coldStarts, cold.Select(start => start.Ms).Median(), cold.Min(start => start.Ms), cold.Select(start => start.CpuMs).Median(), load.Ms, load.Kb);
    }

    private static Dictionary<string, (double Ms, double Kb)> Measure<T>()
    {
        var folder = Directory.CreateTempSubdirectory("benchmark");
        try
        {
            // In this process: it has the runtime settings that the service has, and a project that is generated would have to be restored.
            var config = ManualConfig.CreateEmpty()
                .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance))
                .AddDiagnoser(MemoryDiagnoser.Default)
                .AddColumnProvider(DefaultColumnProviders.Instance)
                .AddLogger(NullLogger.Instance)
                .WithArtifactsPath(folder.FullName);
            var summary = BenchmarkRunner.Run<T>(config);
            return summary.Reports.ToDictionary(report => report.BenchmarkCase.Descriptor.WorkloadMethod.Name, FiguresOf);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (double Ms, double Kb) FiguresOf(BenchmarkReport report) =>
        (report.ResultStatistics!.Median / 1e6, report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase)!.Value / 1e3);
}
