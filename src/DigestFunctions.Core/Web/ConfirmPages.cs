using DigestFunctions.Core.Subscribers;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web;

/// <summary>Where the link of a confirmation mail leads. Opening it changes nothing; the button does.</summary>
internal sealed class ConfirmPages(
    Answering answering, SubscriptionPages pages, LinkTokens tokens, Subscriptions subscriptions)
{
    public Task<IResult> Show(HttpContext context, string token) => answering.AnswerAsync(context, Privacy.Token, async cancellation =>
        tokens.Read(token, LinkPurpose.Confirm) switch
        {
            TokenReading.Good(var link) => Say(context.Request, await subscriptions.FindAsync(link, cancellation)),
            TokenReading.Expired(var link) => SayExpired(context.Request, await subscriptions.FindAsync(link, cancellation)),
            _ => pages.BadLink(context.Request),
        });

    public Task<IResult> Confirm(HttpContext context, string token) => answering.AnswerAsync(context, Privacy.Token, async cancellation =>
        tokens.Read(token, LinkPurpose.Confirm) switch
        {
            TokenReading.Good(var link) => SayConfirmed(context.Request, await subscriptions.ConfirmAsync(link, cancellation)),
            TokenReading.Expired(var link) => SayExpired(context.Request, await subscriptions.FindAsync(link, cancellation)),
            _ => pages.BadLink(context.Request),
        });

    // Whoever presses a second time, when the welcome mail has gone, sees how things stand.
    private IResult SayConfirmed(HttpRequest request, Subscriber? subscriber) => subscriber?.Owed?.Kind switch
    {
        OwedMailKind.Welcome => pages.Welcome(request, subscriber),
        OwedMailKind.WelcomeBack => pages.Back(request, subscriber),
        _ => Say(request, subscriber),
    };

    // Whoever had confirmed in time sees how things stand, however old the link.
    private IResult SayExpired(HttpRequest request, Subscriber? subscriber) => subscriber switch
    {
        null or { State: SubscriberState.Pending } => pages.Expired(request, subscriber),
        _ => Say(request, subscriber),
    };

    private IResult Say(HttpRequest request, Subscriber? subscriber) => subscriber?.State switch
    {
        null => pages.Expired(request, subscriber: null),
        SubscriberState.Moved => pages.NoSubscription(request),
        SubscriberState.Pending => pages.AskToConfirm(request, subscriber),
        SubscriberState.Active => pages.Subscribed(request, subscriber),
        SubscriberState.Left => pages.LeftBefore(request, subscriber),
        _ => pages.Suppressed(request, subscriber),
    };
}
