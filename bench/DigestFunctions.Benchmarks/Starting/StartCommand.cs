using System.Diagnostics;
using DigestFunctions.Benchmarks.Scene;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Local;
using WorkerHost;
using WorkerHost.Messages;

namespace DigestFunctions.Benchmarks.Starting;

/// <summary>Starts the published Functions app's worker under the stand-in of the host, again and again, to its first answers.</summary>
internal static class StartCommand
{
    // The host's extensions are in a hidden folder.
    private static readonly EnumerationOptions AllFiles = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };

    /// <param name="published">The folder of an app that is published already; else it is published, once compiled ahead and once not.</param>
    public static async Task<Dictionary<string, double>> RunAsync(string? published, int starts, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("digest-start-").FullName;
        try
        {
            (string, string)[] apps = published is not null ? [("app", Path.GetFullPath(published))]
                : [("ahead", await PublishAsync(Path.Combine(folder, "ahead"), compiledAhead: true, cancellation)),
                    ("notAhead", await PublishAsync(Path.Combine(folder, "not"), compiledAhead: false, cancellation))];
            return await MeasureAsync(apps, starts, cancellation);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Dictionary<string, double>> MeasureAsync((string Name, string Folder)[] apps, int starts, CancellationToken cancellation)
    {
        await using var azurite = await BenchStore.StartAsync(cancellation);
        var settings = Settings.Of(azurite.ConnectionString, new Uri("http://localhost:1"), workers: 8);
        // Each once, uncounted: the tables are made, the files have been read.
        foreach (var (_, app) in apps)
            await StartAsync(app, settings, cancellation);
        var measured = apps.ToDictionary(app => app.Name, _ => new List<Start>());
        for (var number = 0; number < starts; number++)
        {
            foreach (var (name, app) in apps)
                measured[name].Add(await StartAsync(app, settings, cancellation));
        }

        var figures = measured.SelectMany(app => Start.Figures(app.Key, app.Value)).ToDictionary();
        foreach (var (name, app) in apps)
            figures[$"{name}Mb"] = Directory.EnumerateFiles(app, "*", AllFiles).Sum(file => new FileInfo(file).Length) / 1048576.0;
        if (measured.Count > 1)
            figures["ratio"] = figures["aheadTotalMs"] / figures["notAheadTotalMs"];
        return figures;
    }

    private static async Task<Start> StartAsync(string app, Dictionary<string, string?> settings, CancellationToken cancellation)
    {
        await using var host = await StandIn.StartAsync(app, settings, cancellation);
        using var http = new HttpClient { BaseAddress = host.Address };
        var page = await FormAsync(http, cancellation);
        var cpu = host.Worker.CpuTime;
        var warm = await FormAsync(http, cancellation);
        var since = Stopwatch.GetTimestamp();
        // Of somebody whom the store doesn't know: one look, and nothing to do.
        var message = await host.Deliver("SendMail", new MailMessage(default).ToString()).Ended;
        if (message.Status != StatusResult.Types.Status.Success)
            throw new InvalidOperationException($"The message failed: {message.Exception?.Message}");
        return new Start(host.Times, page, warm, Stopwatch.GetElapsedTime(since), cpu);
    }

    private static async Task<TimeSpan> FormAsync(HttpClient http, CancellationToken cancellation)
    {
        var since = Stopwatch.GetTimestamp();
        if (!(await http.GetStringAsync(new Uri("/", UriKind.Relative), cancellation)).Contains("<form", StringComparison.Ordinal))
            throw new InvalidOperationException("What is answered is not the form.");
        return Stopwatch.GetElapsedTime(since);
    }

    private static async Task<string> PublishAsync(string folder, bool compiledAhead, CancellationToken cancellation)
    {
        await Console.Error.WriteLineAsync($"Publishing the Functions app, {(compiledAhead ? "" : "not ")}compiled ahead.");
        var start = new ProcessStartInfo("dotnet",
        [
            "publish", "-c", "Release", Path.Combine(Workplace.Find().Root, "src", "DigestFunctions"), "-o", folder,
            "-nologo", "-v", "q", "-nodeReuse:false", "-p:RunAnalyzers=false", $"-p:PublishReadyToRun={compiledAhead}",
        ])
        { RedirectStandardOutput = true, UseShellExecute = false };
        using var publish = Process.Start(start)!;
        var said = await publish.StandardOutput.ReadToEndAsync(cancellation);
        await publish.WaitForExitAsync(cancellation);
        return publish.ExitCode == 0 ? folder : throw new LocalProblemException($"The Functions app can't be published here:\n{said}");
    }
}
