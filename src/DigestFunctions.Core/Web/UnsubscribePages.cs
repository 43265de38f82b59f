using DigestFunctions.Core.Subscribers;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web;

/// <summary>
/// Where every mail's link to leave leads, for people and for mail programs (RFC 8058). Leaving makes nobody wait; coming
/// back does, for a moment, so that what presses every button it finds doesn't bring back who has left.
/// </summary>
internal sealed class UnsubscribePages(Answering answering, SubscriptionPages pages, LinkTokens tokens, PageStamp stamps, Subscriptions subscriptions)
{
    public Task<IResult> Show(HttpContext context, string token) => answering.AnswerAsync(context, Privacy.Token, async cancellation =>
        tokens.Read(token, LinkPurpose.Mail) is TokenReading.Good(var link)
            ? Say(context.Request, await subscriptions.FindAsync(link, cancellation), pages.AskToLeave, pages.AskToLeave)
            : pages.BadLink(context.Request));

    public Task<IResult> Leave(HttpContext context, string token) => answering.AnswerAsync(context, Privacy.Token, async cancellation =>
    {
        var request = context.Request;
        if (tokens.Read(token, LinkPurpose.Mail) is not TokenReading.Good(var link))
            return pages.BadLink(request);

        var fields = await FieldsAsync(request);
        if (fields?["action"] == "undo")
        {
            return stamps.IsGood(fields[PageStamp.Field], StampedPage.Left, token)
                ? Say(request, await subscriptions.RejoinAsync(link, cancellation), pages.Back, pages.StillToConfirm)
                : SayAgain(request, await subscriptions.FindAsync(link, cancellation));
        }

        var left = await subscriptions.LeaveAsync(link, cancellation);
        return IsPerson(request, fields)
            ? Say(request, left, pages.AskToLeave, pages.AskToLeave)
            : Results.Text(left is { State: SubscriberState.Left or SubscriberState.Suppressed }
                ? "Unsubscribed. You get no more mail from us."
                : "There is no subscription for this link any more. It was erased, or has moved to another address, where each mail has a link to leave.");
    });

    private IResult SayAgain(HttpRequest request, Subscriber? subscriber) => subscriber is { State: SubscriberState.Left }
        ? pages.Left(request, subscriber, again: true)
        : Say(request, subscriber, pages.AskToLeave, pages.AskToLeave);

    private IResult Say(
        HttpRequest request,
        Subscriber? subscriber,
        Func<HttpRequest, Subscriber, IResult> active,
        Func<HttpRequest, Subscriber, IResult> pending) => subscriber?.State switch
        {
            SubscriberState.Active => active(request, subscriber),
            SubscriberState.Pending => pending(request, subscriber),
            _ => pages.NotActive(request, subscriber),
        };

    // Leaving never fails for the form of the request, nor because who asked hung up: what can't be read isn't an undo.
    private static async Task<BodyReading.Fields?> FieldsAsync(HttpRequest request)
    {
        try
        {
            return await RequestBody.ReadAsync(request) as BodyReading.Fields;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static bool IsPerson(HttpRequest request, BodyReading.Fields? fields) =>
        fields?["List-Unsubscribe"] is null
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
