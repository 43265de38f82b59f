using System.CommandLine;
using DigestFunctions.Core.Operations;
using Spectre.Console;

namespace DigestFunctions.Local;

/// <summary><c>status</c>: how all is, as the page Today says it.</summary>
internal static class StatusCommand
{
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

        if (today.LastCount is { } count)
        {
            var people = count.People;
            await output.WriteLineAsync($"\nSubscribers, counted {count.TakenAt}: {people.Active} active, {people.Paused} paused, {people.Pending} not yet confirmed, {people.Left} left, {people.Suppressed} suppressed.");
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (today.Runs.Count > 0)
        {
            var runs = new Table().AddColumns("Run", "State", "Taken", "Delivered", "Bounced", "Held", "Blocked", "Late");
            foreach (var run in today.Runs.Take(20))
            {
                var mails = run.Mails;
                runs.AddRow([.. new object[] { run.Run, run.State, mails.Accepted, mails.Delivered, mails.Bounced, mails.Held, mails.Blocked, mails.Late }.Select(cell => Markup.Escape($"{cell}"))]);
            }

            console.Write(runs);
        }

        var queues = new Table().AddColumns("Queue", "Messages", "Poisoned");
        foreach (var queue in today.Queues)
            queues.AddRow([.. new object[] { queue.Name, queue.Messages, queue.Poisoned }.Select(cell => Markup.Escape($"{cell}"))]);
        console.Write(queues);
    }
}
