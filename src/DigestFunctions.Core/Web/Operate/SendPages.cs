using DigestFunctions.Core.Email;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using Microsoft.AspNetCore.Http;
using NodaTime;

namespace DigestFunctions.Core.Web.Operate;

/// <summary>What an operator does before mail goes: look whether all is ready, send a test, and, if it must be, pause everything.</summary>
internal sealed class SendPages(
    SendingSwitch sending, Preflight preflight, TestMails tests, TipLibrary tips, AuditLog audit, TimeProvider time, OperatePage page) : IOperatePages
{
    private const int LongestReason = 200;
    private const int IssuesOffered = 5;

    public IEnumerable<OperateRoute> Routes =>
    [
        new("GET", "send", ShowAsync) { Summary = "Whether all sending is paused." },
        new("POST", "send/pause", PauseAsync) { Summary = "Pauses all sending, and says why.", Fields = ["reason"], Statuses = [409, 422] },
        new("POST", "send/resume", ResumeAsync) { Summary = "Goes on sending.", Statuses = [409] },
        new("POST", "send/test", TestAsync) { Summary = "Sends one mail to an address, as one who chose so gets it.", Fields = ["email", "issue", "kind", "language", "focus", "energy"], Statuses = [409, 422, 502] },
        new("GET", "preflight", PreflightAsync) { Summary = "Whether this and the coming week's mail can be sent." },
    ];

    private async Task<IResult> ShowAsync(OperateVisit visit, CancellationToken cancellation)
    {
        var pause = await sending.FindAsync(cancellation);
        return page.Show(visit, "send.html", new
        {
            Title = "Send",
            IsPaused = pause is not null,
            PausedBy = pause?.By ?? "",
            PausedSince = pause is { Since: var since } ? OperatorWords.Moment(since) : "",
            PausedWhy = Sentence.Ended(pause?.Why ?? ""),
            Issues = Enumerable.Range(0, IssuesOffered).Select(week => IssueId.Of(time.Now, DateTimeZone.Utc).Plus(week).ToString()).ToList(),
            Languages = tips.Languages.Select(language => language.ToString()).ToList(),
            Areas = EnumKeys.Of<Area>().ToList(),
            Energies = EnumKeys.Of<Energy>().ToList(),
        });
    }

    private async Task<IResult> PauseAsync(OperateVisit visit, CancellationToken cancellation)
    {
        var why = visit.Field("reason");
        if (why.Length is 0 or > LongestReason || why.Contains('@', StringComparison.Ordinal))
        {
            return page.Say(
                visit, "Say why", $"The others will want to know why nothing is sent. Give a reason of at most {LongestReason} characters, without addresses.", "/operate/send",
                StatusCodes.Status422UnprocessableEntity);
        }

        if (await sending.FindAsync(cancellation) is not null)
            return PausedAlready(visit);
        await audit.AddAsync(visit.By, AuditAction.PausedAll, "", why, cancellation);
        return await sending.PauseAsync(visit.By.ToString(), why, cancellation)
            ? Done(visit, "All sending is paused", "It holds within half a minute on every instance.")
            : PausedAlready(visit);
    }

    private async Task<IResult> ResumeAsync(OperateVisit visit, CancellationToken cancellation)
    {
        if (await sending.FindAsync(cancellation) is null)
            return NotPaused(visit);
        await audit.AddAsync(visit.By, AuditAction.ResumedAll, "", "", cancellation);
        return await sending.ResumeAsync(cancellation)
            ? Done(visit, "Sending goes on", "What had waited goes within some minutes; what is over a day late is skipped.")
            : NotPaused(visit);
    }

    private async Task<IResult> TestAsync(OperateVisit visit, CancellationToken cancellation)
    {
        if (!EmailAddress.TryParse(visit.Field("email"), out var address))
            return Unfit(visit, "That is no e-mail address.");
        if (!IssueId.TryParse(visit.Field("issue"), out var issue) || !Language.TryParse(visit.Field("language"), out var language) || !tips.Languages.Contains(language))
            return Unfit(visit, $"Choose a week such as 2026-W48, and one of the languages {string.Join(", ", tips.Languages)}.");
        if (!Focus.TryParse(visit.Field("focus"), out var focus) || !EnumKeys.TryParse(visit.Field("energy"), out Energy energy) || !EnumKeys.TryParse(visit.Field("kind"), out SlotKind kind))
            return Unfit(visit, "Choose a kind, areas and an energy of those that are offered.");
        return await tests.SendAsync(new TestMail(kind, issue, language, new TipChoice(focus, energy)), address, visit.By, cancellation) switch
        {
            TestOutcome.Sent => page.Say(visit, "The test is on its way", "SendGrid has taken it. The links in it are good for nothing.", "/operate/send"),
            TestOutcome.Suppressed => page.Say(visit, "Nothing was sent", "That address is suppressed: SendGrid wouldn't deliver to it, and trying would cost our good name.", "/operate/send", StatusCodes.Status409Conflict),
            TestOutcome.NotSent(var why) => page.Say(visit, "Nothing was sent", why, "/operate/send", StatusCodes.Status502BadGateway),
            var other => throw new InvalidOperationException($"Unknown outcome {other.GetType().Name}."),
        };
    }

    private async Task<IResult> PreflightAsync(OperateVisit visit, CancellationToken cancellation)
    {
        var checks = await preflight.RunAsync(cancellation);
        return page.Show(visit, "preflight.html", new
        {
            Title = "Preflight",
            Issues = preflight.Issues.Select(issue => issue.ToString()).ToList(),
            IsReady = checks.All(check => check.Result != CheckResult.Bad),
            IsSure = checks.All(check => check.Result is CheckResult.Good),
            Verdict = Preflight.Verdict(checks),
            Checks = checks.Select(check => new { check.Name, Result = check.Result.ToKey(), check.Words }).ToList(),
        });
    }

    private IResult PausedAlready(OperateVisit visit) =>
        page.Say(visit, "It was paused already", "By whom and why, the page Send says. Nothing was changed.", "/operate/send", StatusCodes.Status409Conflict);

    private IResult NotPaused(OperateVisit visit) => page.Say(
        visit, "It wasn't paused", "Somebody else went on before you pressed, or nobody had paused. Nothing was changed.", "/operate/send", StatusCodes.Status409Conflict);

    private IResult Unfit(OperateVisit visit, string what) =>
        page.Say(visit, "Nothing was sent", what, "/operate/send", StatusCodes.Status422UnprocessableEntity);

    private IResult Done(OperateVisit visit, string title, string text) => visit.IsProgram ? page.Say(visit, title, text) : new SeeOther("/operate/send");
}
