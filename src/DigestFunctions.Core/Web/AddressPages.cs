using DigestFunctions.Core.Subscribers;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web;

/// <summary>
/// Where the mail to a new address leads. Whoever has that mailbox may be anybody: nothing is said of her name or of
/// the address that she had. Opening it changes nothing; the button does.
/// </summary>
internal sealed class AddressPages(Answering answering, SubscriptionPages pages, LinkTokens tokens, PageStamp stamps, AddressChanges changes)
{
    public Task<IResult> Show(HttpContext context, string token) => AnswerAsync(context, token, changes.FindAsync);

    // What comes sooner than a person can press, or without the page, gets the page again.
    public Task<IResult> Confirm(HttpContext context, string token) => AnswerAsync(context, token, async (link, cancellation) =>
        stamps.IsGood((await RequestBody.ReadAsync(context.Request) as BodyReading.Fields)?[PageStamp.Field], StampedPage.Address, token)
            ? await changes.ConfirmAsync(link, cancellation)
            : await changes.FindAsync(link, cancellation));

    private Task<IResult> AnswerAsync(
        HttpContext context, string token, Func<LinkToken, CancellationToken, Task<ChangeOutcome>> act) =>
        answering.AnswerAsync(context, Privacy.Token, async cancellation => tokens.Read(token, LinkPurpose.Address) switch
        {
            TokenReading.Good(var link) => Say(context.Request, token, await act(link, cancellation)),
            // Whoever confirmed in time sees how things stand.
            TokenReading.Expired(var link) => Say(context.Request, token, await changes.FindAsync(link, cancellation), isOver: true),
            _ => pages.BadLink(context.Request),
        });

    private IResult Say(HttpRequest request, string token, ChangeOutcome outcome, bool isOver = false) => outcome switch
    {
        ChangeOutcome.Asked(var subscriber, var to) when !isOver =>
            pages.Say(request, subscriber, Asking("address", token) with { Places = [("address", to.ToString())] }),
        ChangeOutcome.Done(var subscriber, var to) =>
            pages.Say(request, subscriber, new Note("address_done") { Places = [("address", to.ToString())], Link = "/archive" }),
        ChangeOutcome.Subscribed(var subscriber) => pages.Say(request, subscriber, new Note("address_taken") { Link = "/" }),
        ChangeOutcome.NotMailed(var subscriber) => pages.Say(request, subscriber, new Note("address_not_mailed") { Link = "/" }),
        ChangeOutcome.Later(var subscriber) => pages.Say(request, subscriber, Asking("address_later", token)),
        _ => pages.Say(request, subscriber: null, new Note("address_gone", StatusCodes.Status410Gone) { Link = "/link" }),
    };

    private Note Asking(string key, string token) => new(key) { Button = "confirm", Stamp = stamps.New(StampedPage.Address, token) };
}
