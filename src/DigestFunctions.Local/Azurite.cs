using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;

namespace DigestFunctions.Local;

/// <summary>An Azurite that listens on this machine. One that we started, or took over, ends with us.</summary>
internal sealed class Azurite : IAsyncDisposable
{
    private const int UsualBlobPort = 10000;

    // The account and key that Azurite documents: https://github.com/Azure/Azurite#default-storage-account
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(60);
    private const int MostTries = 3;

    private readonly Running running;
    private readonly string? stateFile;

    private Azurite(Running running, string? stateFile) => (this.running, this.stateFile) = (running, stateFile);

    /// <summary>Whether we started it, or took it over; else it is somebody's who lets us use it.</summary>
    public bool IsOurs => stateFile is not null;

    public string ConnectionString => string.Create(
        CultureInfo.InvariantCulture,
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};QueueEndpoint=http://127.0.0.1:{running.BlobPort + 1}/{Account};TableEndpoint=http://127.0.0.1:{running.BlobPort + 2}/{Account};");

    /// <summary>The one that a crash left, else the one that listens on the usual ports, else a new one.</summary>
    public static async Task<Azurite> FindOrStartAsync(
        NodeTools tools, string folder, Action<string> say, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        if (ReadLeft(StateFile(folder)) is { } left && await AnswersAsync(left.BlobPort, cancellation))
        {
            say("Taking over the Azurite that was left.");
            return new Azurite(left, StateFile(folder));
        }

        if (await AnswersAsync(UsualBlobPort, cancellation))
            return new Azurite(new Running(Pid: 0, DateTime.MinValue, UsualBlobPort), stateFile: null);
        return await StartAsync(tools, folder, PortsFree(UsualBlobPort) ? UsualBlobPort : FreePorts(), heapMb: null, say, cancellation);
    }

    /// <summary>A new one of its own on free ports.</summary>
    /// <param name="heapMb">Where it is to keep all in memory, in a heap of this size, and nothing on disk.</param>
    public static async Task<Azurite> StartAsync(
        NodeTools tools, string folder, Action<string> say, CancellationToken cancellation, int? heapMb = null)
    {
        for (var left = MostTries; ; left--)
        {
            try
            {
                return await StartAsync(tools, folder, FreePorts(), heapMb, say, cancellation);
            }
            catch (LocalProblemException) when (left > 0)
            {
                // Ports that were free a moment ago, and now are another's.
            }
        }
    }

    private static async Task<Azurite> StartAsync(
        NodeTools tools, string folder, int blobPort, int? heapMb, Action<string> say, CancellationToken cancellation)
    {
        await tools.EnsureInstalledAsync(say, cancellation);
        cancellation.ThrowIfCancellationRequested();
        Directory.CreateDirectory(folder);

        // Not cut short: one that nobody knows of would stay.
        var pid = await SpawnAsync(tools.AzuriteScript, folder, blobPort, heapMb);
        var started = new Running(pid, StartOf(pid) ?? DateTime.MinValue, blobPort);
        await File.WriteAllTextAsync(StateFile(folder), JsonSerializer.Serialize(started), CancellationToken.None);
        var azurite = new Azurite(started, StateFile(folder));
        try
        {
            await WaitAsync(started, folder, cancellation);
            return azurite;
        }
        catch
        {
            await azurite.DisposeAsync();
            throw;
        }
    }

    private static async Task WaitAsync(Running started, string folder, CancellationToken cancellation)
    {
        var waited = Stopwatch.StartNew();
        while (!await AnswersAsync(started.BlobPort, cancellation))
        {
            if (!IsAlive(started) || waited.Elapsed > StartPatience)
                throw new LocalProblemException($"Azurite did not start; what it said is in {Path.Combine(folder, "azurite.log")}.");
            await Task.Delay(50, cancellation);
        }
    }

    /// <summary>Ends the one that is ours, in its own time: killed, it would lose what it has acknowledged.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!IsOurs)
            return;
        Processes.Terminate(running.Pid);
        for (var waited = Stopwatch.StartNew(); IsAlive(running) && waited.Elapsed < EndPatience;)
            await Task.Delay(50);
        File.Delete(stateFile!);
    }

    // Detached, in a process group of its own: Ctrl-C is for us, and we end it when our work is stored.
    private static async Task<int> SpawnAsync(string script, string folder, int blobPort, int? heapMb)
    {
        const string Detach = """
            const [log, script, ...args] = process.argv.slice(1);
            const out = require('fs').openSync(log, 'w');
            const child = require('child_process').spawn(process.execPath, [script, ...args], { detached: true, stdio: ['ignore', out, out] });
            console.log(child.pid);
            child.unref();
            """;
        string Port(int offset) => (blobPort + offset).ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("node",
        [
            "-e", Detach, Path.Combine(folder, "azurite.log"), script,
            "--silent", "--skipApiVersionCheck", "--disableTelemetry",
            .. (string[])(heapMb is null ? ["--location", folder] : ["--inMemoryPersistence"]),
            "--blobPort", Port(0), "--queuePort", Port(1), "--tablePort", Port(2),
        ])
        { RedirectStandardOutput = true, UseShellExecute = false };
        if (heapMb is { } heap)
            start.Environment["NODE_OPTIONS"] = string.Create(CultureInfo.InvariantCulture, $"--max-old-space-size={heap}");
        using var node = NodeTools.Start(start);
        var pid = await node.StandardOutput.ReadLineAsync();
        await node.WaitForExitAsync();
        return int.Parse(pid!, CultureInfo.InvariantCulture);
    }

    private static string StateFile(string folder) => Path.Combine(folder, "azurite.json");

    private static Running? ReadLeft(string stateFile)
    {
        try
        {
            var left = JsonSerializer.Deserialize<Running>(File.ReadAllText(stateFile));
            return left is not null && IsAlive(left) ? left : null;
        }
        catch (Exception none) when (none is IOException or JsonException)
        {
            return null;
        }
    }

    // The three services answer a plain GET with Azurite's own header, whatever they say.
    private static async Task<bool> AnswersAsync(int blobPort, CancellationToken cancellation)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        try
        {
            foreach (var port in (int[])[blobPort + 1, blobPort + 2])
            {
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/{Account}"), cancellation);
                if (!answer.Headers.Server.ToString().StartsWith("Azurite", StringComparison.Ordinal))
                    return false;
            }

            return true;
        }
        catch (Exception none) when (none is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private static bool PortsFree(int first)
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToHashSet();
        return !taken.Contains(first) && !taken.Contains(first + 1) && !taken.Contains(first + 2);
    }

    private static int FreePorts()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            listener.Stop();
            if (port < 65_000 && PortsFree(port))
                return port;
        }
    }

    // By its time of start, too: after a reboot, the same number is another process's.
    private static bool IsAlive(Running running) =>
        StartOf(running.Pid) is { } start && (start - running.StartedAt).Duration() < TimeSpan.FromSeconds(5);

    private static DateTime? StartOf(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.HasExited ? null : process.StartTime.ToUniversalTime();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private sealed record Running(int Pid, DateTime StartedAt, int BlobPort);
}
