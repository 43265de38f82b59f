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

/// <param name="DigestMostKb">Of the variant that needs the most.</param>
/// <param name="Ratio">The digest's time by that of Scriban alone.</param>
/// <param name="LoadColdShortestMs">What a machine that had nothing else to do would come to.</param>
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
        var (folder, log) = (Directory.CreateTempSubdirectory("benchmark"), new AccumulationLogger());
        try
        {
            // In this process: it has the runtime settings that the service has, and a project made for it would have to be restored.
            var config = ManualConfig.CreateEmpty()
                .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithMaxIterationCount(30))
                .AddDiagnoser(MemoryDiagnoser.Default)
                .AddColumnProvider(DefaultColumnProviders.Instance)
                .AddLogger(log)
                .WithArtifactsPath(folder.FullName);
            var summary = BenchmarkRunner.Run<T>(config);
            return summary.Reports.Length > 0 && summary.Reports.All(report => report.Success)
                ? summary.Reports.ToDictionary(report => report.BenchmarkCase.Descriptor.WorkloadMethod.Name, FiguresOf)
                : throw new InvalidOperationException(log.GetLog());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (double Ms, double Kb) FiguresOf(BenchmarkReport report) =>
        (report.ResultStatistics!.Median / 1e6, report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase)!.Value / 1e3);
}
