using System.Diagnostics;
using Xunit;

namespace DigestFunctions.Tests.Email;

public sealed class MailSourcesTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public async Task The_checked_in_mails_are_what_their_MJML_compiles_to()
    {
        if (!Directory.Exists(Path.Combine(Root, "node_modules", "mjml")))
            await Run("npm", "ci", "--no-audit", "--no-fund");

        await Run("node", "build/mails.mjs", "--check");
    }

    private static async Task Run(string program, params string[] arguments)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var windows = OperatingSystem.IsWindows() && program == "npm";
        using var process = Start(new ProcessStartInfo(windows ? "npm.cmd" : program, arguments)
        {
            WorkingDirectory = Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} failed: {await output}{await errors}");
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new InvalidOperationException($"This test needs Node.js 20 or later: '{start.FileName}' didn't start ({exception.Message}).", exception);
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "DigestFunctions.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests don't run inside the repository.");
    }
}
