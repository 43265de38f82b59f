using System.Diagnostics;

namespace DigestFunctions.Local;

/// <summary>The machine's own Chromium, which takes pictures of pages.</summary>
internal sealed class Chromium(string path)
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

    /// <summary>Where it is, on the PATH or in the usual place; null where there is none.</summary>
    public static string? FindPath() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Append("/usr/bin")
        .SelectMany(folder => Names.Select(name => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name)))
        .FirstOrDefault(File.Exists);

    public static Chromium? Find() => FindPath() is { } path ? new Chromium(path) : null;

    /// <summary>What it has to be told where its sandbox refuses to run: as root.</summary>
    public static IEnumerable<string> SandboxArguments => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess ? ["--no-sandbox"] : [];

    /// <summary>In light and in dark, into <c>NAME.light.png</c> and <c>NAME.dark.png</c>.</summary>
    public async Task PictureAsync(Uri page, string name, int width, int height, CancellationToken cancellation)
    {
        await PictureAsync(page, $"{name}.light.png", scheme: 1, width, height, cancellation);
        await PictureAsync(page, $"{name}.dark.png", scheme: 0, width, height, cancellation);
    }

    private async Task PictureAsync(Uri page, string file, int scheme, int width, int height, CancellationToken cancellation)
    {
        string[] arguments =
        [
            "--headless", "--disable-gpu", "--no-first-run", "--hide-scrollbars", "--allow-file-access-from-files",
            .. SandboxArguments,
            $"--blink-settings=preferredColorScheme={scheme}",
            $"--window-size={width},{height}",
            $"--screenshot={file}",
            page.AbsoluteUri,
        ];
        using var running = Process.Start(new ProcessStartInfo(path, arguments)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        await Task.WhenAll(running.StandardError.ReadToEndAsync(cancellation), running.StandardOutput.ReadToEndAsync(cancellation));
        await running.WaitForExitAsync(cancellation);
    }
}
