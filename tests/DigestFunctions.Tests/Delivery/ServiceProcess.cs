using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DigestFunctions.Local;
using Xunit;

namespace DigestFunctions.Tests.Delivery;

/// <summary>A real process of the local service. Killed when disposed, whatever happened.</summary>
internal sealed class ServiceProcess : IDisposable
{
    private const int MostTries = 3;

    private readonly Process process;
    private readonly ConcurrentQueue<string?> said = new();

    private ServiceProcess(Process process, int port)
    {
        this.process = process;
        Http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}")) };
    }

    public HttpClient Http { get; }

    public int ExitCode => process.ExitCode;

    /// <summary>What it has said so far, line by line.</summary>
    public IEnumerable<string> Said => said.OfType<string>();

    /// <summary>Starts one and waits until it says where its form is.</summary>
    public static async Task<ServiceProcess> StartAsync(IReadOnlyDictionary<string, string?> settings, CancellationToken cancellation, params string[] options)
    {
        for (var tried = 1; ; tried++)
        {
            var service = Launch(settings, options);
            try
            {
                await service.UpAsync(cancellation);
                return service;
            }
            catch when (tried < MostTries && service.HasLostItsPort)
            {
                service.Dispose();
            }
            catch
            {
                service.Dispose();
                throw;
            }
        }
    }

    /// <summary>SIGKILL: nothing is finished, nothing is said.</summary>
    public Task KillAsync(CancellationToken cancellation)
    {
        process.Kill();
        return process.WaitForExitAsync(cancellation);
    }

    /// <summary>SIGTERM: it finishes what is under way, for which it has 75 seconds.</summary>
    public Task StopAsync(CancellationToken cancellation)
    {
        Processes.Terminate(process.Id);
        return process.WaitForExitAsync(cancellation).WaitAsync(TestApp.Patience, cancellation);
    }

    /// <summary>One of its figures, summed over those of its lines that have a tag.</summary>
    public async Task<double> FigureAsync(string name, string tag, CancellationToken cancellation) =>
        (await Http.GetStringAsync(new Uri("metrics", UriKind.Relative), cancellation)).Split('\n')
        .Where(line => line.StartsWith(name + '{', StringComparison.Ordinal) && line.Contains(tag, StringComparison.Ordinal))
        .Sum(line => double.Parse(line[(line.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture));

    public void Dispose()
    {
        Http.Dispose();
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    private static ServiceProcess Launch(IReadOnlyDictionary<string, string?> settings, string[] options)
    {
        var port = FreePort();
        var start = new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "DigestFunctions.Local.dll"),
            "--port", port.ToString(CultureInfo.InvariantCulture),
            .. options,
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in settings)
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;

        return new ServiceProcess(Process.Start(start)!, port);
    }

    // The port was free when it was chosen, and was another's when the service came to it.
    private bool HasLostItsPort => process.HasExited && Said.Any(line => line.Contains("is in use", StringComparison.Ordinal));

    private async Task UpAsync(CancellationToken cancellation)
    {
        var up = new TaskCompletionSource();
        void Hear(object sender, DataReceivedEventArgs line)
        {
            said.Enqueue(line.Data);
            if (line.Data?.StartsWith("The form:", StringComparison.Ordinal) == true)
                up.TrySetResult();
        }

        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Task.WhenAny(up.Task, process.WaitForExitAsync(cancellation), Task.Delay(TestApp.Patience, cancellation));
        Assert.True(up.Task.IsCompletedSuccessfully, $"The service did not start; it said:\n{string.Join('\n', said)}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
