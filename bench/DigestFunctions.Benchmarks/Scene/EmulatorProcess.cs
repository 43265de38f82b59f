using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using DigestFunctions.Local;

namespace DigestFunctions.Benchmarks.Scene;

/// <summary>An emulator that counts, in a process of its own: what it costs is no cost of the service's.</summary>
internal sealed class EmulatorProcess : IAsyncDisposable
{
    private readonly Process process;

    private EmulatorProcess(Process process, Uri address) => (this.process, Address) = (process, address);

    public Uri Address { get; }

    /// <param name="latency">How long it takes to answer a mail, on top of what that costs it.</param>
    public static async Task<EmulatorProcess> StartAsync(TimeSpan latency, CancellationToken cancellation)
    {
        var started = Process.Start(new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "SendGridEmulator.dll"), "--port", "0", "--count-only"])
        { RedirectStandardOutput = true, UseShellExecute = false })!;
        var said = await started.StandardOutput.ReadLineAsync(cancellation)
            ?? throw new InvalidOperationException("The emulator did not start.");
        var emulator = new EmulatorProcess(started, new Uri(said[said.IndexOf("http", StringComparison.Ordinal)..]));
        if (latency > TimeSpan.Zero)
        {
            using var http = new HttpClient();
            using var set = await http.PostAsJsonAsync(
                new Uri(emulator.Address, "emulator/faults"), new { path = "/v3/mail/send", delayMs = (int)latency.TotalMilliseconds }, cancellation);
            set.EnsureSuccessStatusCode();
        }

        return emulator;
    }

    public async ValueTask DisposeAsync()
    {
        Processes.Terminate(process.Id);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}

/// <summary>What an emulator has counted.</summary>
internal sealed record Counted(long Accepted, long Messages, long Recipients, long Duplicates)
{
    public static async Task<Counted> AskAsync(HttpClient http, Uri emulator, CancellationToken cancellation) =>
        (await http.GetFromJsonAsync<Counted>(new Uri(emulator, "inbox/stats"), cancellation))!;

    /// <summary>Waits until so many got one, or until nobody more does.</summary>
    public static async Task<Counted> UntilAsync(HttpClient http, Uri emulator, long recipients, CancellationToken cancellation)
    {
        var (last, since) = (-1L, Stopwatch.StartNew());
        while (true)
        {
            var counted = await AskAsync(http, emulator, cancellation);
            if (counted.Recipients >= recipients || since.Elapsed > Patience)
                return counted;
            if (counted.Recipients != last)
                (last, since) = (counted.Recipients, Stopwatch.StartNew());
            await Task.Delay(Pause, cancellation);
        }
    }

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Recipients} recipients, {Duplicates} duplicates");
}
