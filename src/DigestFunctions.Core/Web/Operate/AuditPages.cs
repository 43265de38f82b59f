using System.Globalization;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Subscribers;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web.Operate;

/// <summary>Who did what when.</summary>
internal sealed class AuditPages(AuditLog audit, OperatePage page) : IOperatePages
{
    private const int Shown = 200;
    private const string Home = "/operate/audit";

    public IEnumerable<OperateRoute> Routes =>
    [
        new("GET", "audit", ShowAsync)
        {
            Summary = "Entries of the audit log, newest first, 200 at a time; looks=yes for those of looking and signing in too, and older is the address of those before.",
            Query = ["looks", "before"],
        },
    ];

    private async Task<IResult> ShowAsync(OperateVisit visit, CancellationToken cancellation)
    {
        var query = visit.Request.Query;
        if (!AuditKey.TryParse(query["before"], out var before) && query.ContainsKey("before"))
            return page.Say(visit, "There is no such entry", "Begin at the newest.", Home, StatusCodes.Status404NotFound);
        var withLooks = query["looks"] == "yes";
        var part = await audit.ReadAsync(query.ContainsKey("before") ? before : null, withLooks, Shown, cancellation);
        return page.Show(visit, "audit.html", new
        {
            Title = "Audit log",
            Entries = part.Entries.Select(Of).ToList(),
            WithLooks = withLooks,
            Older = part.Last is { } last ? $"{Home}?{(withLooks ? "looks=yes&" : "")}before={Uri.EscapeDataString(last.ToString())}" : "",
        });
    }

    private static Line Of(AuditEntry entry) => new(
        entry.At.ToString("uuuu-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture), entry.By, Words(entry.Action), entry.About, SubscriberId.TryParse(entry.About, out _), entry.Detail);

    private static string Words(AuditAction action) => action switch
    {
        AuditAction.SignedIn => "signed in",
        AuditAction.Imported => "imported",
        AuditAction.Exported => "exported",
        AuditAction.Suppressed => "suppressed",
        AuditAction.Released => "released",
        AuditAction.Erased => "erased",
        AuditAction.SentAnew => "sent anew",
        AuditAction.LetBe => "let be",
        AuditAction.SentTest => "sent a test",
        AuditAction.PausedAll => "paused all sending",
        AuditAction.ResumedAll => "went on sending",
        AuditAction.RebuiltSchedule => "rebuilt the schedule",
        AuditAction.LookedAt => "looked at",
        _ => action.ToString(),
    };

    private sealed record Line(string At, string By, string Action, string About, bool IsSubscriber, string Detail);
}
