using System.CommandLine;
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
        var from = new Option<string?>("--from") { Description = "The newest issue to look at, such as 2026-W40; without it, the coming one. Nine at a time." };
        return StoreCommand.Create("explain", "Says why one person got or didn't get each issue.", [address, from], (session, parsed, cancellation) =>
            RunAsync(session, parsed.GetValue(address)!, parsed.GetValue(from), cancellation));
    }

    /// <returns>1 if nobody is subscribed with the address.</returns>
    public static async Task<int> RunAsync(CommandSession session, string addressText, string? from, CancellationToken cancellation)
    {
        if (!EmailAddress.TryParse(addressText, out var address))
            throw new LocalProblemException($"'{addressText}' is not an e-mail address.");
        IssueId? newest = from is null ? null : IssueId.TryParse(from, out var issue) ? issue : throw new LocalProblemException($"'{from}' is not a week such as 2026-W48.");
        var explanation = await session.Get<Explain>().RunAsync(session.Get<Identities>().Of(address), newest, cancellation);
        var (now, issues) = (ExplainWords.OfNow(explanation), explanation.Issues);
        await session.Output.AnswerAsync(
            new
            {
                Id = explanation.Id.ToString(),
                IsSubscribed = explanation.Subscriber is not null,
                Now = now,
                Issues = issues.Select(each => new { Issue = each.Issue.ToString(), Run = each.Run.ToString(), Words = ExplainWords.Of(each) }),
                Older = explanation.Older?.ToString(),
            },
            async output =>
            {
                foreach (var line in now)
                    await output.WriteLineAsync(line);
                var table = new Table().AddColumns("Issue", "What became of it", "Due");
                foreach (var each in issues)
                    table.AddRow(each.Issue.ToString(), Markup.Escape(ExplainWords.Of(each)), Markup.Escape(each.Run is { } run ? ExplainWords.Due(run) : ""));
                if (issues.Count > 0)
                    AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) }).Write(table);
                if (explanation.Older is { } older)
                    await output.WriteLineAsync($"Older issues: --from {older}");
            });
        return explanation.Subscriber is null ? ExitStatus.Failed : ExitStatus.Done;
    }
}
