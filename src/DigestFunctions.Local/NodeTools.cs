using System.ComponentModel;
using System.Diagnostics;

namespace DigestFunctions.Local;

/// <summary>The pinned tools of package.json: Node runs them, npm installs them.</summary>
internal sealed class NodeTools(Workplace workplace)
{
    public string AzuriteScript { get; } = Path.Combine(workplace.NodeModules, "azurite", "dist", "src", "azurite.js");

    /// <summary>Installs the packages, if they aren't as package-lock.json says.</summary>
    public async Task EnsureInstalledAsync(Action<string> say, CancellationToken cancellation)
    {
        if (IsCurrent())
            return;

        // Two that start at once must not install over each other.
        await using var alone = await Exclusive.EnterAsync(workplace.InData("npm.lock"), cancellation);
        if (IsCurrent())
            return;
        say("Installing the pinned tools (npm ci), once: about half a minute.");
        var (exitCode, output) = await RunAsync("npm", ["ci", "--no-audit", "--no-fund"], cancellation);
        if (exitCode != 0)
            throw new LocalProblemException($"npm ci failed:{Environment.NewLine}{output}");
    }

    /// <summary>Runs npm or node in the repository to its end. The output is what it wrote, errors included.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(
        string program, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        // npm is a script on Windows.
        var start = OperatingSystem.IsWindows() && program == "npm"
            ? new ProcessStartInfo("cmd.exe", ["/c", "npm", .. arguments])
            : new ProcessStartInfo(program, arguments);
        start.WorkingDirectory = workplace.Root;
        start.UseShellExecute = false;
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Start(start);
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output + await errors);
    }

    /// <summary>Starts a process, or says that Node is missing.</summary>
    public static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new LocalProblemException(
                "Node.js 20 or newer is needed for Azurite, the local store: install it from https://nodejs.org, or give a store by the setting Data (a connection string).");
        }
    }

    // npm writes what it installed to node_modules/.package-lock.json, last; with --omit=dev, MJML isn't among it.
    private bool IsCurrent()
    {
        var installed = new FileInfo(Path.Combine(workplace.NodeModules, ".package-lock.json"));
        return installed.Exists && Directory.Exists(Path.Combine(workplace.NodeModules, "mjml"))
            && installed.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(workplace.Root, "package-lock.json"));
    }
}
