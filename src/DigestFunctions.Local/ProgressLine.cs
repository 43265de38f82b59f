using Spectre.Console;

namespace DigestFunctions.Local;

/// <summary>Says on standard error how far something is, where a person looks at it.</summary>
internal static class ProgressLine
{
    public static async Task<T> ShowAsync<TProgress, T>(Func<TProgress, string> words, Func<IProgress<TProgress>?, Task<T>> run)
    {
        if (Console.IsErrorRedirected)
            return await run(null);
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await terminal.Status().StartAsync("…", status => run(new Line<TProgress>(status, words)));
    }

    // Not Progress, whose reports come late and in any order.
    private sealed class Line<TProgress>(StatusContext status, Func<TProgress, string> words) : IProgress<TProgress>
    {
        public void Report(TProgress value) => status.Status(Markup.Escape(words(value)));
    }
}
