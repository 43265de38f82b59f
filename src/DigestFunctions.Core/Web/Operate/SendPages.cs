using System.Globalization;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Operations;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web.Operate;

/// <summary>The switch that pauses all sending.</summary>
internal sealed class SendPages(SendingSwitch sending, AuditLog audit, OperatePage page) : IOperatePages
{
    private const int LongestReason = 200;

    public IEnumerable<OperateRoute> Routes =>
    [
        new("GET", "send", ShowAsync) { Summary = "Whether all sending is paused." },
        new("POST", "send/pause", PauseAsync) { Summary = "Pauses all sending; field: reason." },
        new("POST", "send/resume", ResumeAsync) { Summary = "Goes on sending." },
    ];

    private async Task<IResult> ShowAsync(OperateVisit visit, CancellationToken cancellation)
    {
        var pause = await sending.FindAsync(cancellation);
        return page.Show(visit, "send.html", new
        {
            Title = "Send",
            IsPaused = pause is not null,
            PausedBy = pause?.By ?? "",
            PausedSince = pause?.Since.ToString("uuuu-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) ?? "",
            PausedWhy = pause?.Why ?? "",
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

        if (await sending.PauseAsync(visit.By.ToString(), why, cancellation))
            await audit.AddAsync(visit.By, AuditAction.PausedAll, "", why, cancellation);
        return Done(visit, "All sending is paused", "It holds within half a minute on every instance.");
    }

    private async Task<IResult> ResumeAsync(OperateVisit visit, CancellationToken cancellation)
    {
        if (await sending.ResumeAsync(cancellation))
            await audit.AddAsync(visit.By, AuditAction.ResumedAll, "", "", cancellation);
        return Done(visit, "Sending goes on", "What had waited goes within some minutes; what is over a day late is skipped.");
    }

    private IResult Done(OperateVisit visit, string title, string text) => visit.IsProgram ? page.Say(visit, title, text) : new SeeOther("/operate/send");
}
