using System.Globalization;
using DigestFunctions.Core.Operations;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web.Operate;

/// <summary>Who did what when.</summary>
internal sealed class AuditPages(AuditLog audit, OperatePage page) : IOperatePages
{
    private const int Shown = 200;

    public IEnumerable<OperateRoute> Routes => [new("GET", "audit", ShowAsync) { Summary = "The newest 200 entries of the audit log, newest first." }];

    private async Task<IResult> ShowAsync(OperateVisit visit, CancellationToken cancellation)
    {
        var entries = await audit.NewestAsync(Shown, cancellation)
            .Select(entry => new Line(
                entry.At.ToString("uuuu-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture), entry.By, Words(entry.Action), entry.About, entry.Detail))
            .ToListAsync(cancellation);
        return page.Show(visit, "audit.html", new { Title = "Audit log", Entries = entries });
    }

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

    private sealed record Line(string At, string By, string Action, string About, string Detail);
}
