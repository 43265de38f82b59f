using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace WorkerHost;

/// <summary>The app's own process, started as the host starts it. Killed when disposed, if it hasn't ended.</summary>
internal sealed class WorkerProcess : IDisposable
{
    // What the host allows, and says to its workers.
    private const int MaxMessageBytes = 128 * 1024 * 1024;

    private readonly Process process;
    private readonly long since = Stopwatch.GetTimestamp();
    private readonly ConcurrentQueue<string> errors = new();
    private readonly ConcurrentQueue<string> output = new();

    private WorkerProcess(ProcessStartInfo start)
    {
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Keep(output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Exited = ExitAsync();
    }

    public int Id => process.Id;

    /// <summary>Its exit status, when it has ended and all that it said has been read.</summary>
    public Task<int> Exited { get; }

    /// <summary>What it wrote to standard error, by lines.</summary>
    public IReadOnlyCollection<string> Errors => errors;

    public IReadOnlyCollection<string> Output => output;

    /// <summary>Since it was started.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(since);

    /// <summary>Of all its threads.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <param name="host">Where the host listens for the worker's stream.</param>
    public static WorkerProcess Start(string app, IReadOnlyDictionary<string, string?> settings, Uri host)
    {
        var description = JsonNode.Parse(File.ReadAllText(Path.Combine(app, "worker.config.json")))!["description"]!;
        var id = Guid.NewGuid().ToString();
        var start = new ProcessStartInfo((string)description["defaultExecutablePath"]!,
        [
            Path.Combine(app, (string)description["defaultWorkerPath"]!),
            "--functions-uri", host.ToString(),
            "--functions-worker-id", id,
            "--functions-request-id", id,
            "--functions-grpc-max-message-length", MaxMessageBytes.ToString(CultureInfo.InvariantCulture),
        ])
        { WorkingDirectory = app, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["FUNCTIONS_WORKER_DIRECTORY"] = app;
        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = app;
        foreach (var (name, value) in settings)
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        return new WorkerProcess(start);
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }

    private async Task<int> ExitAsync()
    {
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
            lines.Enqueue(line);
    }
}
