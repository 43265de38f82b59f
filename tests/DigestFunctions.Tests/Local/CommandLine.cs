using System.Diagnostics;
using DigestFunctions.Local;
using Xunit;

namespace DigestFunctions.Tests.Local;

/// <summary>The local run's program, as a process of its own.</summary>
internal static class CommandLine
{
    public static Task<(int Status, string Output, string Errors)> RunAsync(params string[] arguments) => RunAsync(arguments, []);

    public static async Task<(int Status, string Output, string Errors)> RunAsync(string[] arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(LocalService).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        return (process.ExitCode, await output, await errors);
    }
}
