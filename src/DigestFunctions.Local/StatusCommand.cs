using System.CommandLine;
using System.Globalization;
using DigestFunctions.Core.Operations;
using Spectre.Console;

namespace DigestFunctions.Local;

/// <summary><c>status</c>: how all is, as the page Today says it.</summary>
internal static class StatusCommand
{
    private const int RunsShown = 20;
    private const int NextShown = 8;

    public static Command Create() => StoreCommand.Create(
        "status", "Says how all is, and what wants to be looked at.", [], (session, _, cancellation) => RunAsync(session, cancellation));

    public static async Task<int> RunAsync(CommandSession session, CancellationToken cancellation)
    {
        var today = await session.Get<TodayReader>().ReadAsync(cancellation);
        var warnings = Warnings.Of(today);
        await session.Output.AnswerAsync(TodaySummary.Of(today), output => TellAsync(output, today, warnings));
        return warnings.Count > 0 ? ExitStatus.Attention : ExitStatus.Done;
    }

    private static async Task TellAsync(TextWriter output, Today today, IReadOnlyList<Warning> warnings)
    {
        if (warnings.Count == 0)
            await output.WriteLineAsync("All is well.");
        foreach (var warning in warnings)
            await output.WriteLineAsync($"! {warning.What} {warning.Remedy}");

        await output.WriteLineAsync($"\nStorage answers. SendGrid: {TodayWords.Of(today.Provider)}.");
        if (today.LastCount is { TakenAt: { } at, People: var people })
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"Subscribers, counted {OperatorWords.Moment(at)}: {people.Active:N0} active, {people.Paused:N0} paused, {people.Pending:N0} not yet confirmed, {people.Left:N0} left, {people.Suppressed:N0} suppressed."));
        }

        else
        {
            await output.WriteLineAsync("Subscribers: not counted yet; the daily sweep does that, at 03:17 UTC.");
        }

        await TellNextAsync(output, today);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (today.Runs.Count > 0)
        {
            Write(
                console, ["Run due", "Slot", "State", "Mails"],
                today.Runs.Take(RunsShown).Select(run => new[] { OperatorWords.Moment(run.Run.Due), TodayWords.Brief(run.Run.Slot), TodayWords.StateOf(run), Mails(run) }));
        }

        Write(console, ["Queue", "Messages", "Poisoned"], today.Queues.Select(queue => new[] { queue.Name, $"{queue.Messages}", $"{queue.Poisoned}" }));
    }

    private static async Task TellNextAsync(TextWriter output, Today today)
    {
        await output.WriteLineAsync(today.Next.Count > 0 ? "\nDue next:" : "\nNothing is due in the next day.");
        foreach (var run in today.Next.Take(NextShown))
            await output.WriteLineAsync($"  {OperatorWords.Moment(run.Due)}  {TodayWords.Brief(run.Slot)}");
        if (today.Next.Count > NextShown)
            await output.WriteLineAsync($"  and {today.Next.Count - NextShown}{(today.HasMore ? " or more" : "")} others in the next day");
    }

    // In words, for a column of each would leave none of them wide enough to be read; what isn't there isn't said.
    private static string Mails(RunToday run) => string.Join(", ", TodayWords.FiguresOf(run)
        .Where(figure => figure.Count > 0)
        .Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Count:N0} {figure.Name.ToLowerInvariant()}")));

    private static void Write(IAnsiConsole console, string[] columns, IEnumerable<string[]> rows)
    {
        var table = new Table().Border(TableBorder.Horizontal);
        foreach (var (at, column) in columns.Index())
            table.AddColumn(column, shown => shown.NoWrap = at == 0);
        foreach (var row in rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        console.WriteLine();
        console.Write(table);
    }
}
