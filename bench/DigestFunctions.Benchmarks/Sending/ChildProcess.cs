using System.Diagnostics;
using System.Text.Json;

namespace DigestFunctions.Benchmarks.Sending;

/// <summary>
/// This program again, in a process of its own, so that what it uses is what the measured thing uses.
/// It says "ready", is told "go" and "stop", and answers with its figures.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    public const string Command = "child";
    public const string Ready = "ready";
    public const string Go = "go";
    public const string Stop = "stop";

    private readonly Process process;

    private ChildProcess(Process process, string said) => (this.process, Said) = (process, said);

    /// <summary>What it added to "ready".</summary>
    public string Said { get; }

    public static async Task<ChildProcess> StartAsync(ChildTask task, CancellationToken cancellation)
    {
        var started = Process.Start(new ProcessStartInfo("dotnet", [typeof(ChildProcess).Assembly.Location, Command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        await started.StandardInput.WriteLineAsync(task.ToLine());
        var said = await started.StandardOutput.ReadLineAsync(cancellation);
        return said?.StartsWith(Ready, StringComparison.Ordinal) == true
            ? new ChildProcess(started, said[Ready.Length..].Trim())
            : throw new InvalidOperationException("The measured process ended before it was ready; what it said is above.");
    }

    public Task GoAsync() => process.StandardInput.WriteLineAsync(Go);

    public async Task<ChildFigures> StopAsync(CancellationToken cancellation)
    {
        await process.StandardInput.WriteLineAsync(Stop);
        var line = await process.StandardOutput.ReadLineAsync(cancellation);
        return JsonSerializer.Deserialize<ChildFigures>(line ?? throw new InvalidOperationException("The measured process ended; what it said is above."))!;
    }

    public async ValueTask DisposeAsync()
    {
        // It ends when there is nothing more to read.
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }
}
