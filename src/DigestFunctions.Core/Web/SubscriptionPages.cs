using DigestFunctions.Core.Subscribers;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web;

/// <summary>What pages say of one person's subscription, in her language unless she switched.</summary>
internal sealed class SubscriptionPages(
    Pages pages, Readers readers, SubscriptionFacts facts, Subscriptions subscriptions, LinkTokens tokens, PageStamp stamps)
{
    public IResult BadLink(HttpRequest request) =>
        pages.Say(request, new Note("bad_link", StatusCodes.Status404NotFound) { Link = "/link", Other = "/" });

    public IResult Expired(HttpRequest request, Subscriber? subscriber) =>
        Say(request, subscriber, new Note("expired", StatusCodes.Status410Gone) { Link = "/", Other = "/link" });

    /// <param name="again">Whether the button was pressed, and couldn't be counted.</param>
    public IResult AskToConfirm(HttpRequest request, Subscriber subscriber, string? stamp, bool again) => Say(request, subscriber, new Note("confirm")
    {
        Body = again ? "again" : "body",
        Facts = facts.Chosen(subscriber.Preferences, LanguageOf(request, subscriber)),
        Consent = subscriber.Consent.Asked,
        Button = "confirm",
        Stamp = stamp,
    });

    public IResult Welcome(HttpRequest request, Subscriber subscriber) =>
        Say(request, subscriber, new Note("welcome") { Facts = [NextDigest("first_digest", request, subscriber)] });

    public IResult Subscribed(HttpRequest request, Subscriber subscriber) =>
        Say(request, subscriber, new Note("subscribed") { Facts = [NextDigest("next_digest", request, subscriber)] });

    public IResult AskToLeave(HttpRequest request, Subscriber subscriber) =>
        Say(request, subscriber, new Note("leave") { Button = "leave" });

    public IResult Back(HttpRequest request, Subscriber subscriber) =>
        Say(request, subscriber, new Note("back") { Facts = [NextDigest("next_digest", request, subscriber)] });

    /// <summary>With an undo, where leaving can be undone; else she signs up, as anybody.</summary>
    /// <param name="again">Whether that was pressed, and couldn't be counted.</param>
    public IResult Left(HttpRequest request, Subscriber subscriber, bool again = false)
    {
        if (!subscriptions.CanRejoin(subscriber))
            return LeftBefore(request, subscriber);
        var token = tokens.Write(new LinkToken(LinkPurpose.Mail, subscriber.Id, subscriber.Generation));
        return Say(request, subscriber, new Note("left")
        {
            Body = again ? "again" : "body",
            Button = "undo",
            To = $"/unsubscribe/{token}",
            Stamp = stamps.New(StampedPage.Left, token),
        });
    }

    public IResult LeftBefore(HttpRequest request, Subscriber subscriber) =>
        Say(request, subscriber, new Note("left_before") { Link = "/" });

    public IResult StillToConfirm(HttpRequest request, Subscriber subscriber) =>
        Say(request, subscriber, new Note("still_to_confirm"));

    public IResult Suppressed(HttpRequest request, Subscriber subscriber) =>
        Say(request, subscriber, new Note("suppressed") { Link = "/" });

    public IResult NoSubscription(HttpRequest request) => pages.Say(request, new Note("no_subscription") { Link = "/" });

    /// <summary>For one who gets nothing: how that is.</summary>
    public IResult NotActive(HttpRequest request, Subscriber? subscriber) => subscriber?.State switch
    {
        null or SubscriberState.Moved => NoSubscription(request),
        SubscriberState.Pending => StillToConfirm(request, subscriber),
        SubscriberState.Left => Left(request, subscriber),
        _ => Suppressed(request, subscriber),
    };

    public IResult Say(HttpRequest request, Subscriber? subscriber, Note note) =>
        pages.Say(request, note, subscriber?.Preferences.Language);

    private Fact NextDigest(string label, HttpRequest request, Subscriber subscriber) =>
        facts.NextDigest(label, subscriber, LanguageOf(request, subscriber));

    public Language LanguageOf(HttpRequest request, Subscriber subscriber) =>
        readers.Chosen(request) ?? subscriber.Preferences.Language;
}
