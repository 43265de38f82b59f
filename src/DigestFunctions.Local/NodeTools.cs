using System.ComponentModel;
using System.Diagnostics;

namespace DigestFunctions.Local;

/// <summary>The pinned tools of package.json: Node runs them, npm installs them.</summary>
internal sealed class NodeTools(Workplace workplace)
{
    /// <summary>Azurite's entry point; installs the packages first if they aren't as package-lock.json says.</summary>
    public async Task<string> AzuriteAsync(Action<string> say, CancellationToken cancellation)
    {
        var script = Path.Combine(workplace.NodeModules, "azurite", "dist", "src", "azurite.js");
        if (IsCurrent() && File.Exists(script))
            return script;
        say("Installing Azurite (npm ci), once: this takes half a minute.");
        // Two that start at once must not install over each other.
        await using var installing = await Exclusive.EnterAsync(workplace.InData("npm.lock"), cancellation);
        if (!IsCurrent() || !File.Exists(script))
            await InstallAsync(cancellation);
        return script;
    }

    // npm writes what it installed to node_modules/.package-lock.json, last.
    private bool IsCurrent()
    {
        var installed = new FileInfo(Path.Combine(workplace.NodeModules, ".package-lock.json"));
        return installed.Exists && installed.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(workplace.Root, "package-lock.json"));
    }

    private async Task InstallAsync(CancellationToken cancellation)
    {
        // MJML, the development dependency, is for those who change the mails: theirs is "npm ci".
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", ["/c", "npm", "ci", "--omit=dev", "--no-audit", "--no-fund"])
            : new ProcessStartInfo("npm", ["ci", "--omit=dev", "--no-audit", "--no-fund"]);
        start.WorkingDirectory = workplace.Root;
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var npm = Start(start);
        var output = npm.StandardOutput.ReadToEndAsync(cancellation);
        var errors = npm.StandardError.ReadToEndAsync(cancellation);
        await npm.WaitForExitAsync(cancellation);
        if (npm.ExitCode != 0)
            throw new LocalProblemException($"npm ci failed:{Environment.NewLine}{await output}{await errors}");
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
}
