using DigestFunctions.Benchmarks.Scene;

namespace DigestFunctions.Benchmarks.Importing;

/// <param name="Ratio">The import's rows per second by the bare loop's.</param>
/// <param name="AgainSeconds">The same file once more, of which everybody is there.</param>
internal sealed record ImportingFigures(
    int Rows, double RowsPerSecond, double BareRowsPerSecond, double Ratio, double CpuSeconds, double PeakRssMb, double StorageOperationsPer1000, double AgainSeconds,
    int DryRows, double DryRowsPerSecond, double DryPeakRssMb);

/// <summary>Imports a file, beside the bare loop; and goes through a longer one for its dry run alone.</summary>
internal static class ImportCommand
{
    public static async Task<ImportingFigures> RunAsync(int rows, int dryRows, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("digest-bench-").FullName;
        try
        {
            var (file, longer) = (Path.Combine(folder, "people.csv"), Path.Combine(folder, "more.csv"));
            await PeopleFile.WriteAsync(file, rows, cancellation);
            await PeopleFile.WriteAsync(longer, dryRows, cancellation);
            var bare = await AloneAsync(ImportKind.Bare, file, cancellation);
            await using var azurite = await BenchStore.StartAsync(cancellation);
            var import = await ImportChild.MeasureAsync(ImportKind.Import, azurite.ConnectionString, file, cancellation);
            var again = await ImportChild.MeasureAsync(ImportKind.Import, azurite.ConnectionString, file, cancellation);
            if (import.Added != bare.Added)
                throw new InvalidOperationException($"The import added {import.Added} people, the bare loop {bare.Added}.");
            var dry = await ImportChild.MeasureAsync(ImportKind.DryRun, azurite.ConnectionString, longer, cancellation);
            return new ImportingFigures(
                rows, import.Rows / import.Seconds, bare.Rows / bare.Seconds, bare.Seconds / import.Seconds, import.CpuSeconds, import.PeakRssMb,
                import.StorageOperations * 1_000.0 / rows, again.Seconds, dryRows, dry.Rows / dry.Seconds, dry.PeakRssMb);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<ImportFigures> AloneAsync(ImportKind kind, string file, CancellationToken cancellation)
    {
        await using var azurite = await BenchStore.StartAsync(cancellation);
        return await ImportChild.MeasureAsync(kind, azurite.ConnectionString, file, cancellation);
    }
}
