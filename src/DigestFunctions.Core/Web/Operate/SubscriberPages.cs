using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Operations.Explaining;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web.Operate;

/// <summary>Why one person got, or didn't get, each issue. Her address is in no address of ours: it is posted, and what leads on is her id.</summary>
internal sealed class SubscriberPages(Explain explain, Identities identities, AuditLog audit, OperatePage page) : IOperatePages
{
    public IEnumerable<OperateRoute> Routes =>
    [
        new("POST", "subscriber", FindAsync) { Summary = "Explains a subscriber's digests, by her address.", Fields = ["email"], Statuses = [422] },
        new("GET", "subscriber/{id}", ShowAsync) { Summary = "Explains a subscriber's digests, by her id." },
        new("GET", "subscriber/{id}/reminders", ShowRemindersAsync) { Summary = "Explains the reminders of this week." },
        new("GET", "subscriber/{id}/reminders/{issue}", ShowRemindersAsync) { Summary = "The same, of an issue's week." },
        new("GET", "subscriber/{id}/{issue}", ShowAsync) { Summary = "Explains the digest of an issue and those before it." },
    ];

    private async Task<IResult> FindAsync(OperateVisit visit, CancellationToken cancellation)
    {
        if (!EmailAddress.TryParse(visit.Field("email"), out var address))
            return page.Say(visit, "That is no e-mail address", "Type the whole address, such as reader@example.com.", "/operate/people", StatusCodes.Status422UnprocessableEntity);
        var id = identities.Of(address);
        return visit.IsProgram ? await ShowAsync(visit, id, newest: null, cancellation) : new SeeOther($"/operate/subscriber/{id}");
    }

    private async Task<IResult> ShowAsync(OperateVisit visit, CancellationToken cancellation) =>
        SubscriberId.TryParse(visit.Values["id"], out var id) && TryReadIssue(visit, out var issue)
            ? await ShowAsync(visit, id, issue, cancellation)
            : Unknown(visit);

    private async Task<IResult> ShowAsync(OperateVisit visit, SubscriberId id, IssueId? newest, CancellationToken cancellation)
    {
        // Written first: nobody has seen what isn't in the log.
        await audit.AddAsync(visit.By, AuditAction.LookedAt, id.ToString(), "digests", cancellation);
        return page.Show(visit, "subscriber.html", Model(await explain.RunAsync(id, newest, cancellation), $"/operate/subscriber/{id}", isReminders: false));
    }

    private async Task<IResult> ShowRemindersAsync(OperateVisit visit, CancellationToken cancellation)
    {
        if (!SubscriberId.TryParse(visit.Values["id"], out var id) || !TryReadIssue(visit, out var week))
            return Unknown(visit);
        await audit.AddAsync(visit.By, AuditAction.LookedAt, id.ToString(), "reminders", cancellation);
        return page.Show(visit, "subscriber.html", Model(await explain.RemindersAsync(id, week, cancellation), $"/operate/subscriber/{id}/reminders", isReminders: true));
    }

    private static bool TryReadIssue(OperateVisit visit, out IssueId? issue)
    {
        var isIssue = IssueId.TryParse(visit.Values.GetValueOrDefault("issue"), out var read);
        issue = isIssue ? read : null;
        return isIssue || !visit.Values.ContainsKey("issue");
    }

    private static object Model(Explanation explanation, string here, bool isReminders) => new
    {
        Title = "Subscriber",
        Id = explanation.Id.ToString(),
        Address = explanation.Subscriber?.Address.ToString() ?? "",
        Name = explanation.Subscriber?.Preferences.Name.ToString() ?? "",
        IsSubscribed = explanation.Subscriber is not null,
        IsSuppressed = explanation.Suppression?.Reason is not null,
        Now = ExplainWords.OfNow(explanation),
        IsReminders = isReminders,
        Issues = explanation.Runs.Select(each => new
        {
            Issue = each.Run.Issue.ToString(),
            Due = ExplainWords.Due(each.Run),
            Batch = each.Fate is Fate.InBatch batch ? batch.Name : "",
            Words = ExplainWords.Of(each),
        }).ToList(),
        Older = explanation.Older is { } older ? $"{here}/{older}" : "",
    };

    private IResult Unknown(OperateVisit visit) =>
        page.Say(visit, "There is nobody here", "Look for her by her address.", "/operate/people", StatusCodes.Status404NotFound);
}
