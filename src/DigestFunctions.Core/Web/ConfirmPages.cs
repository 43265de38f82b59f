using DigestFunctions.Core.Subscribers;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web;

/// <summary>
/// Where the link of a confirmation mail leads. Opening it changes nothing; the button does, unless it comes sooner
/// than a person can press it: some mail scanners press buttons too.
/// </summary>
internal sealed class ConfirmPages(
    Answering answering, SubscriptionPages pages, LinkTokens tokens, PageStamp stamps, Subscriptions subscriptions)
{
    public Task<IResult> Show(HttpContext context, string token) => answering.AnswerAsync(context, Privacy.Token, async cancellation =>
        tokens.Read(token, LinkPurpose.Confirm) switch
        {
            TokenReading.Good(var link) => Say(context.Request, await subscriptions.FindAsync(link, cancellation), stamps.New(StampedPage.Confirm, token)),
            TokenReading.Expired(var link) => SayExpired(context.Request, await subscriptions.FindAsync(link, cancellation)),
            _ => pages.BadLink(context.Request),
        });

    public Task<IResult> Confirm(HttpContext context, string token) => answering.AnswerAsync(context, Privacy.Token, async cancellation =>
        tokens.Read(token, LinkPurpose.Confirm) switch
        {
            TokenReading.Good(var link) when await IsPressedAsync(context.Request, token) =>
                SayConfirmed(context.Request, await subscriptions.ConfirmAsync(link, cancellation)),
            TokenReading.Good(var link) =>
                Say(context.Request, await subscriptions.FindAsync(link, cancellation), stamps.New(StampedPage.Confirm, token), again: true),
            TokenReading.Expired(var link) => SayExpired(context.Request, await subscriptions.FindAsync(link, cancellation)),
            _ => pages.BadLink(context.Request),
        });

    private async Task<bool> IsPressedAsync(HttpRequest request, string token) =>
        await RequestBody.ReadAsync(request) is BodyReading.Fields fields
        && stamps.IsGood(fields[PageStamp.Field], StampedPage.Confirm, token);

    // Whoever presses a second time, when the welcome mail has gone, sees how things stand.
    private IResult SayConfirmed(HttpRequest request, Subscriber? subscriber) => subscriber?.Owed?.Kind switch
    {
        OwedMailKind.Welcome => pages.Welcome(request, subscriber),
        OwedMailKind.WelcomeBack => pages.Back(request, subscriber),
        _ => Say(request, subscriber, stamp: null),
    };

    // Whoever had confirmed in time sees how things stand, however old the link.
    private IResult SayExpired(HttpRequest request, Subscriber? subscriber) => subscriber switch
    {
        null or { State: SubscriberState.Pending } => pages.Expired(request, subscriber),
        _ => Say(request, subscriber, stamp: null),
    };

    private IResult Say(HttpRequest request, Subscriber? subscriber, string? stamp, bool again = false) => subscriber?.State switch
    {
        null => pages.Expired(request, subscriber: null),
        SubscriberState.Moved => pages.NoSubscription(request),
        SubscriberState.Pending => pages.AskToConfirm(request, subscriber, stamp, again),
        SubscriberState.Active => pages.Subscribed(request, subscriber),
        SubscriberState.Left => pages.LeftBefore(request, subscriber),
        _ => pages.Suppressed(request, subscriber),
    };
}
