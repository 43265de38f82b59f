using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Storage;

namespace DigestFunctions.Local;

/// <summary>
/// <c>rebuild</c>: writes the schedule anew from the subscribers, of the store that <c>Data</c> names, else of the
/// local run's. The service may run meanwhile.
/// </summary>
internal static class RebuildCommand
{
    public static async Task RunAsync(CancellationToken cancellation)
    {
        var settings = await LocalSettings.DefaultsAsync(Workplace.Find(), LocalOptions.UsualPort, cancellation);
        settings[Names.Connection] = "UseDevelopmentStorage=true";
        await RunAsync(settings, fromEnvironment: true, Console.Out, cancellation);
    }

    public static async Task RunAsync(
        Dictionary<string, string?> settings, bool fromEnvironment, TextWriter output, CancellationToken cancellation)
    {
        // It sends nothing; the settings want an address all the same.
        settings.TryAdd("SendGrid:BaseUrl", "http://localhost");
        await using var service = LocalService.Build(port: 0, settings, fromEnvironment, detail: LogLevel.Warning);
        try
        {
            await service.Services.GetRequiredService<Store>().CreateAsync(cancellation);
            var counts = await service.Services.GetRequiredService<ScheduleRebuild>().RunAsync(cancellation);
            await output.WriteLineAsync($"Entries written anew of {counts.Written} subscribers, removed of {counts.Removed}; next run of {counts.Recomputed} slots put right.");
            if (counts.LeftAlone > 0)
                await output.WriteLineAsync($"{counts.LeftAlone} subscribers were left alone, since a run of a slot of theirs isn't settled: run it again later.");
        }
        catch (Exception away) when (StoreFaults.IsAway(away) && !cancellation.IsCancellationRequested)
        {
            throw new LocalProblemException("The store can't be reached. Start the local run, whose store this takes, or set Data to another's connection string.");
        }
    }
}
