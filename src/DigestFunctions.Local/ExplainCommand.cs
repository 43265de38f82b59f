using System.CommandLine;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Operations.Explaining;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using Spectre.Console;

namespace DigestFunctions.Local;

/// <summary><c>explain</c>: why one person got, or didn't get, each issue.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var address = new Argument<string>("address") { Description = "Her e-mail address." };
        var from = new Option<string?>("--from") { Description = $"The newest issue to look at, such as 2026-W40; without it, the coming one. {Explain.Issues} at a time." };
        var reminders = new Option<bool>("--reminders") { Description = "The reminders of one week instead; without --from, of this one." };
        return StoreCommand.Create("explain", "Says why one person got or didn't get each issue.", [address, from, reminders], (session, parsed, cancellation) =>
            RunAsync(session, parsed.GetValue(address)!, parsed.GetValue(from), parsed.GetValue(reminders), cancellation));
    }

    /// <returns>1 if nobody is subscribed with the address.</returns>
    public static async Task<int> RunAsync(CommandSession session, string addressText, string? from, bool isReminders, CancellationToken cancellation)
    {
        if (!EmailAddress.TryParse(addressText, out var address))
            throw new LocalProblemException($"'{addressText}' is not an e-mail address.");
        IssueId? newest = from is null ? null : IssueId.TryParse(from, out var issue) ? issue : throw new LocalProblemException($"'{from}' is not a week such as 2026-W48.");
        var (explain, id) = (session.Get<Explain>(), session.Get<Identities>().Of(address));
        await session.Get<AuditLog>().AddAsync(CommandSession.By, AuditAction.LookedAt, id.ToString(), isReminders ? "reminders" : "digests", cancellation);
        var explanation = isReminders ? await explain.RemindersAsync(id, newest, cancellation) : await explain.RunAsync(id, newest, cancellation);
        var (now, runs) = (ExplainWords.OfNow(explanation), explanation.Runs);
        await session.Output.AnswerAsync(
            new
            {
                Id = explanation.Id.ToString(),
                IsSubscribed = explanation.Subscriber is not null,
                Now = now,
                Issues = runs.Select(each => new { Issue = each.Run.Issue.ToString(), Run = each.Run.ToString(), Words = ExplainWords.Of(each) }),
                Older = explanation.Older?.ToString(),
            },
            async output =>
            {
                foreach (var line in now)
                    await output.WriteLineAsync(line);
                var table = new Table().AddColumns("Issue", "What became of it", "Due");
                foreach (var each in runs)
                    table.AddRow(each.Run.Issue.ToString(), Markup.Escape(ExplainWords.Of(each)), Markup.Escape(ExplainWords.Due(each.Run)));
                if (runs.Count > 0)
                    AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) }).Write(table);
                if (explanation.Older is { } older)
                    await output.WriteLineAsync($"Older: {(isReminders ? "--reminders " : "")}--from {older}");
            });
        return explanation.Subscriber is null ? ExitStatus.Failed : ExitStatus.Done;
    }
}
