using System.CommandLine;
using System.CommandLine.Invocation;

namespace DigestFunctions.Local;

/// <summary>What is wrong with a command as it was typed: said on standard error, with where the help is, and not all of the help.</summary>
internal static class UsageErrors
{
    /// <summary>Null if nothing is; else the exit status.</summary>
    public static async Task<int?> SayAsync(ParseResult parsed, TextWriter errors)
    {
        if (parsed.Action is not ParseErrorAction said)
            return null;
        said.ShowHelp = false;
        await parsed.InvokeAsync(new InvocationConfiguration { Output = errors, Error = errors });
        var names = parsed.CommandResult.Command is RootCommand ? [] : Names(parsed.CommandResult);
        await errors.WriteLineAsync($"What it takes: dotnet run --project src/DigestFunctions.Local -- {string.Join(' ', [.. names, "--help"])}");
        return ExitStatus.Failed;
    }

    private static IEnumerable<string> Names(System.CommandLine.Parsing.CommandResult result) => result.Parent is System.CommandLine.Parsing.CommandResult { Command: not RootCommand } above
        ? [.. Names(above), result.Command.Name]
        : [result.Command.Name];
}
