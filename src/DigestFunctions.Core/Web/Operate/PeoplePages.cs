using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Operations.Importing;
using DigestFunctions.Core.Subscribers;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web.Operate;

/// <summary>
/// Finds one person by her address, and does by hand what she needs. In an address of ours she is only her id: what is
/// searched for is posted.
/// </summary>
internal sealed class PeoplePages(ByHand people, Subscriptions subscriptions, Export export, AuditLog audit, OperatePage page) : IOperatePages
{
    private const string Home = "/operate/people";

    public IEnumerable<OperateRoute> Routes =>
    [
        new("GET", "people", (visit, _) => Task.FromResult(page.Show(visit, "people.html", new { Title = "People" }))),
        new("POST", "people", FindAsync) { Summary = "Finds who has an address, and answers with the id.", Fields = ["address"], Statuses = [422] },
        new("POST", "people/export", ExportAsync) { Summary = "All subscribers as CSV.", MediaType = "text/csv" },
        new("GET", "people/{id}", ShowAsync) { Summary = "What is known of a subscriber." },
        new("POST", "people/{id}/suppress", SuppressAsync) { Summary = "Suppresses an address.", Fields = ["reason"], Statuses = [422] },
        new("POST", "people/{id}/release", ReleaseAsync) { Summary = "Lifts a suppression.", Fields = ["address", "reason"], Statuses = [409, 422] },
        new("POST", "people/{id}/erase", EraseAsync) { Summary = "Erases a subscriber; confirmed is yes.", Fields = ["confirmed"] },
    ];

    private async Task<IResult> FindAsync(OperateVisit visit, CancellationToken cancellation)
    {
        if (!EmailAddress.TryParse(visit.Field("address"), out var address))
            return page.Say(visit, "That is no e-mail address", "Look for a sign too many or one that is missing.", Home, StatusCodes.Status422UnprocessableEntity);
        var id = people.IdOf(address);
        return visit.IsProgram ? await ShowAsync(visit, id, cancellation) : new SeeOther(Of(id));
    }

    private async Task<IResult> ShowAsync(OperateVisit visit, CancellationToken cancellation) =>
        SubscriberId.TryParse(visit.Values["id"], out var id) ? await ShowAsync(visit, id, cancellation) : Unknown(visit);

    private async Task<IResult> ShowAsync(OperateVisit visit, SubscriberId id, CancellationToken cancellation)
    {
        // Written first: nobody has seen what isn't in the log.
        await audit.AddAsync(visit.By, AuditAction.LookedAt, id.ToString(), "person", cancellation);
        return page.Show(visit, "person.html", Model(await people.FindAsync(id, cancellation)));
    }

    private async Task<IResult> SuppressAsync(OperateVisit visit, CancellationToken cancellation)
    {
        if (!SubscriberId.TryParse(visit.Values["id"], out var id))
            return Unknown(visit);
        // Of one who is suppressed SendGrid is told once more, and why is known.
        if (!ByHand.IsReason(visit.Field("reason")) && await people.FindAsync(id, cancellation) is not { Suppression.IsHard: true })
            return AskWhy(visit, id);
        return await people.SuppressAsync(visit.By, id, visit.Field("reason"), cancellation) switch
        {
            { IsTold: false } => page.Say(visit, "SendGrid couldn't be told", "From now on nothing new is sent to that address, but what was handed over before may still arrive. Press again later: then SendGrid is told once more.", Of(id), StatusCodes.Status503ServiceUnavailable),
            (IsNew: true, IsTold: true) => page.Say(visit, "Suppressed", "From now on nothing is sent to that address. SendGrid was told too, for what is on its way.", Of(id)),
            (IsNew: true, _) => page.Say(visit, "Suppressed", "From now on nothing is sent to that address. Nobody is subscribed with it, so SendGrid needn't be told.", Of(id)),
            (_, IsTold: true) => page.Say(visit, "Suppressed already", "It was so before you pressed. SendGrid was told once more, for what is on its way.", Of(id)),
            _ => page.Say(visit, "Suppressed already", "It was so before you pressed. Nothing was changed.", Of(id)),
        };
    }

    private async Task<IResult> ReleaseAsync(OperateVisit visit, CancellationToken cancellation)
    {
        if (!SubscriberId.TryParse(visit.Values["id"], out var id))
            return Unknown(visit);
        if (!ByHand.IsReason(visit.Field("reason")))
            return AskWhy(visit, id);
        var known = await people.FindAsync(id, cancellation);
        var address = known.Subscriber?.Address ?? (EmailAddress.TryParse(visit.Field("address"), out var typed) ? typed : default);
        if (people.IdOf(address) != id)
            return page.Say(visit, "That is another address", "Give the one that you searched for: it isn't kept here, and SendGrid has to be told.", Of(id), StatusCodes.Status422UnprocessableEntity);
        return await people.ReleaseAsync(visit.By, address, visit.Field("reason"), cancellation) switch
        {
            ReleaseOutcome.Released => page.Say(visit, "Released", "Whoever has the address can sign up again. Nobody is subscribed by this.", Of(id)),
            ReleaseOutcome.NotSuppressed => page.Say(visit, "It isn't suppressed", "It was released before you pressed, or never suppressed. Nothing was changed.", Of(id)),
            ReleaseOutcome.ProviderIsAway => page.Say(visit, "SendGrid couldn't be told", "It would go on dropping mail to that address, so nothing was lifted. Try again later.", Of(id), StatusCodes.Status503ServiceUnavailable),
            _ => page.Say(visit, "Something was reported just now", "Of this address there is news that you haven't seen, so nothing was lifted. Look at it, then decide.", Of(id), StatusCodes.Status409Conflict),
        };
    }

    private async Task<IResult> EraseAsync(OperateVisit visit, CancellationToken cancellation)
    {
        if (!SubscriberId.TryParse(visit.Values["id"], out var id))
            return Unknown(visit);
        if (visit.Field("confirmed") != "yes")
            return page.Show(visit, "erase.html", new { Title = "Erase this person?", Id = id.ToString() });
        return await people.EraseAsync(visit.By, id, cancellation)
            ? page.Say(visit, "Erased", "Address, name, choices, consent and check-ins are gone. What may stay is that this id must not be mailed, which says nothing of the address.", Home)
            : page.Say(visit, "There is nobody to erase", "It was done before you pressed, or there never was anybody. Nothing was changed.", Home);
    }

    // Longer than a page may take, and so as a stream, which ends when the one who asked is gone.
    private Task<IResult> ExportAsync(OperateVisit visit, CancellationToken cancellation) => Task.FromResult(Results.Stream(
        output => export.WriteAsync(output, visit.By, progress: null, visit.Context.RequestAborted), "text/csv; charset=utf-8", "subscribers.csv"));

    private PersonModel Model(FoundPerson found) => new(
        found.Subscriber is null ? "Nobody is subscribed with this address" : found.Subscriber.Address.ToString(),
        found.Id.ToString(),
        IsKnown: found.Subscriber is not null,
        found.IsSuppressed,
        IsHard: found.Suppression?.IsHard == true,
        found.CanBeTold,
        [.. Facts(found).Where(fact => fact.Value.Length > 0)]);

    private IEnumerable<Fact> Facts(FoundPerson found)
    {
        if (found.Suppression is { Reason: { } reason } suppression)
        {
            yield return new("Suppressed", $"{Words(reason)}, since {OperatorWords.Moment(suppression.At)}");
            yield return new("Evidence", suppression.Evidence);
        }

        if (found.Subscriber is not { } subscriber)
            yield break;
        var chosen = subscriber.Preferences;
        yield return new("State", Words(subscriber));
        yield return new("Name", chosen.Name.ToString());
        yield return new("Slot", $"{chosen.Weekday} {chosen.Time}, {chosen.Zone}");
        yield return new("Language", chosen.Language.ToString());
        yield return new("Consent", subscriber.Consent.GivenAt is { } given ? $"given {OperatorWords.Moment(given)}" : $"asked {OperatorWords.Moment(subscriber.Consent.AskedAt)}, not given yet");
        yield return new("Imported", subscriber.Consent.ImportedAt is { } imported ? $"{OperatorWords.Moment(imported)}; {(subscriber.Consent.IsByFile ? $"consent by the file: {subscriber.Consent.Asked.Text}" : "consent asked by mail")}" : "");
    }

    private string Words(Subscriber subscriber) => subscriber.State switch
    {
        SubscriberState.Active when subscriptions.PausedUntil(subscriber) is { } until => $"active, paused until {until:uuuu-MM-dd}",
        SubscriberState.Active => $"active, next digest {OperatorWords.Moment(subscriptions.NextDigest(subscriber))}",
        SubscriberState.Pending => "asked, and not confirmed yet",
        SubscriberState.Left left => $"left {OperatorWords.Moment(left.At)}",
        SubscriberState.Suppressed suppressed => $"suppressed {OperatorWords.Moment(suppressed.At)}: {Words(suppressed.Reason)}",
        _ => "is moving to another address",
    };

    private static string Words(SuppressionReason reason) => reason switch
    {
        SuppressionReason.Bounced => "there is no such mailbox",
        SuppressionReason.Complained => "our mail was reported as spam",
        SuppressionReason.Unsubscribed => "left by a link of SendGrid's, or was erased while mail was on its way",
        SuppressionReason.Blocked => "the mail server refused several issues in a row",
        SuppressionReason.Refused => "SendGrid refuses the address",
        _ => "by an operator",
    };

    private static string Of(SubscriberId id) => $"{Home}/{id}";

    private IResult AskWhy(OperateVisit visit, SubscriberId id) => page.Say(
        visit, "Say why", $"The others will want to know. Give a reason of at most {ByHand.LongestReason} characters, without addresses.", Of(id), StatusCodes.Status422UnprocessableEntity);

    private IResult Unknown(OperateVisit visit) => page.Say(visit, "There is no such id", "Search by the address.", Home, StatusCodes.Status404NotFound);

    private sealed record Fact(string Name, string Value);

    private sealed record PersonModel(string Title, string Id, bool IsKnown, bool IsSuppressed, bool IsHard, bool CanBeTold, IReadOnlyList<Fact> Facts);
}
