using DigestFunctions.Core.Operations.Explaining;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web.Operate;

/// <summary>Why one person got, or didn't get, each issue. Her address is in no address of ours: it is posted, and what leads on is her id.</summary>
internal sealed class SubscriberPages(Explain explain, Identities identities, OperatePage page) : IOperatePages
{
    public IEnumerable<OperateRoute> Routes =>
    [
        new("POST", "subscriber", FindAsync) { Summary = "Explains a subscriber, by her address.", Fields = ["email"] },
        new("GET", "subscriber/{id}", (visit, cancellation) => ShowAsync(visit, newest: null, cancellation)) { Summary = "Explains a subscriber, by her id." },
        new("GET", "subscriber/{id}/{issue}", ShowOlderAsync) { Summary = "The same, of an issue and those before it." },
    ];

    private async Task<IResult> FindAsync(OperateVisit visit, CancellationToken cancellation)
    {
        if (!EmailAddress.TryParse(visit.Field("email"), out var address))
            return page.Say(visit, "That is no e-mail address", "Type the whole address, such as reader@example.com.", "/operate/people", StatusCodes.Status422UnprocessableEntity);
        var id = identities.Of(address);
        return visit.IsProgram
            ? page.Show(visit, "subscriber.html", Model(await explain.RunAsync(id, newest: null, cancellation)))
            : new SeeOther($"/operate/subscriber/{id}");
    }

    private Task<IResult> ShowOlderAsync(OperateVisit visit, CancellationToken cancellation) =>
        IssueId.TryParse(visit.Values["issue"], out var issue) ? ShowAsync(visit, issue, cancellation) : Task.FromResult(Unknown(visit));

    private async Task<IResult> ShowAsync(OperateVisit visit, IssueId? newest, CancellationToken cancellation) =>
        SubscriberId.TryParse(visit.Values["id"], out var id)
            ? page.Show(visit, "subscriber.html", Model(await explain.RunAsync(id, newest, cancellation)))
            : Unknown(visit);

    private static object Model(Explanation explanation) => new
    {
        Title = "Subscriber",
        Id = explanation.Id.ToString(),
        Address = explanation.Subscriber?.Address.ToString() ?? "",
        Name = explanation.Subscriber?.Preferences.Name.ToString() ?? "",
        IsSubscribed = explanation.Subscriber is not null,
        IsSuppressed = explanation.Suppression?.Reason is not null,
        Now = ExplainWords.OfNow(explanation),
        Issues = explanation.Issues.Select(issue => new
        {
            Issue = issue.Issue.ToString(),
            Due = issue.Run is { } run ? ExplainWords.Due(run) : "",
            Batch = issue.Fate is Fate.InBatch batch ? batch.Name : "",
            Words = ExplainWords.Of(issue),
        }).ToList(),
        Older = explanation.Older is { } older ? $"/operate/subscriber/{explanation.Id}/{older}" : "",
    };

    private IResult Unknown(OperateVisit visit) =>
        page.Say(visit, "There is nobody here", "Look for her by her address.", "/operate/people", StatusCodes.Status404NotFound);
}
