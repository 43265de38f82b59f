using Spectre.Console;

namespace DigestFunctions.Local;

/// <summary>
/// Says on standard error how far something is: on a terminal by a line that changes, else by one now and then. At
/// Ctrl-C it says at once what becomes of it.
/// </summary>
internal static class ProgressLine
{
    /// <param name="words">How far it is, as a sentence.</param>
    /// <param name="stopping">What is said at Ctrl-C, since what is under way may take seconds.</param>
    /// <param name="run">Does it.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    public static async Task<T> ShowAsync<TProgress, T>(
        Func<TProgress, string> words, string stopping, Func<IProgress<TProgress>, Task<T>> run, CancellationToken cancellation)
    {
        if (Console.IsErrorRedirected)
            return await RunAsync(new Lines(Console.Error, TimeProvider.System));
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await terminal.Status().StartAsync("…", status => RunAsync(new Line(status)));

        async Task<T> RunAsync(ILine line)
        {
            await using var told = cancellation.UnsafeRegister(_ => line.End(stopping), state: null);
            return await run(new Progress<TProgress>(line, words));
        }
    }

    internal interface ILine
    {
        void Say(string words);

        /// <summary>The last that is said.</summary>
        void End(string words);
    }

    /// <summary>For a log or another program: a line every few seconds, and none of what is soon over.</summary>
    internal sealed class Lines(TextWriter output, TimeProvider time) : ILine
    {
        public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

        private readonly Lock gate = new();
        private DateTimeOffset last = time.GetUtcNow();
        private bool isOver;

        public void Say(string words)
        {
            lock (gate)
            {
                if (isOver || time.GetUtcNow() - last < Pause)
                    return;
                last = time.GetUtcNow();
                output.WriteLine(words);
            }
        }

        public void End(string words)
        {
            lock (gate)
            {
                isOver = true;
                output.WriteLine(words);
            }
        }
    }

    private sealed class Line(StatusContext status) : ILine
    {
        private volatile bool isOver;

        public void Say(string words)
        {
            if (!isOver)
                status.Status(Markup.Escape(words));
        }

        public void End(string words)
        {
            isOver = true;
            status.Status(Markup.Escape(words));
            status.Refresh();
        }
    }

    // Not System.Progress, whose reports come late and in any order.
    private sealed class Progress<TProgress>(ILine line, Func<TProgress, string> words) : IProgress<TProgress>
    {
        public void Report(TProgress value) => line.Say(words(value));
    }
}
