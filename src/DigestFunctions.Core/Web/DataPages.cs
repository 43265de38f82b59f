using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using Microsoft.AspNetCore.Http;
using Scriban.Runtime;

namespace DigestFunctions.Core.Web;

/// <summary>
/// Her data: a copy of it, another address, the end of it. By a fresh link that is mailed on request, since a mail with
/// the usual one is easily passed on.
/// </summary>
internal sealed class DataPages(
    Answering answering,
    Pages layout,
    SubscriptionPages pages,
    LinkTokens tokens,
    PageStamp stamps,
    Subscriptions subscriptions,
    MailedLinks links,
    Erasure erasure,
    DataExport export,
    Texts texts)
{
    private const string FileName = "empathy-digest.json";

    /// <summary>With a link of a mail: what there is, and a button that has the link for it mailed.</summary>
    public Task<IResult> Offer(HttpContext context, string token) => AnswerAsync(context, token, LinkPurpose.Mail, (link, cancellation) =>
        OfferAsync(context.Request, token, link, cancellation));

    public Task<IResult> Ask(HttpContext context, string token) => AnswerAsync(context, token, LinkPurpose.Mail, async (link, cancellation) =>
        IsPressed(await RequestBody.ReadAsync(context.Request) as BodyReading.Fields, token)
            ? await AskAsync(context.Request, link, cancellation)
            : await OfferAsync(context.Request, token, link, cancellation));

    /// <summary>With that link: the three things that can be done.</summary>
    public Task<IResult> Show(HttpContext context, string token) => AnswerAsync(context, token, LinkPurpose.Data, async (link, cancellation) =>
        await FindAsync(link, cancellation) is { } subscriber ? Page(context.Request, subscriber) : Nothing(context.Request));

    public Task<IResult> Act(HttpContext context, string token) => answering.AnswerAsync(context, Privacy.Token, async cancellation =>
    {
        var fields = await RequestBody.ReadAsync(context.Request) as BodyReading.Fields;
        return tokens.Read(token, LinkPurpose.Data) switch
        {
            TokenReading.Good(var link) => await ActAsync(context.Request, token, link, fields, cancellation),
            TokenReading.Expired(var link) when fields?["action"] == "again" && IsPressed(fields, token) => await AskAsync(context.Request, link, cancellation),
            TokenReading.Expired(var link) => SayExpired(context.Request, token, await FindAsync(link, cancellation)),
            _ => pages.BadLink(context.Request),
        };
    });

    // A mail that a program asks for would be opened by it again, and so on.
    private bool IsPressed(BodyReading.Fields? fields, string token) => stamps.IsGood(fields?[PageStamp.Field], StampedPage.Preferences, token);

    private async Task<IResult> OfferAsync(HttpRequest request, string token, LinkToken link, CancellationToken cancellation) =>
        await FindAsync(link, cancellation) is { } subscriber
            ? pages.Say(request, subscriber, new Note("data_ask") { Button = "send", Stamp = stamps.New(StampedPage.Preferences, token) })
            : Nothing(request);

    private async Task<IResult> ActAsync(HttpRequest request, string token, LinkToken link, BodyReading.Fields? fields, CancellationToken cancellation)
    {
        if (await FindAsync(link, cancellation) is not { } subscriber)
            return Nothing(request);
        switch (fields?["action"])
        {
            case "export":
                return Results.File(await export.WriteAsync(subscriber, pages.LanguageOf(request, subscriber), cancellation), "application/json", FileName);
            case "change":
                return await ChangeAsync(request, link, subscriber, fields["address"] ?? "", cancellation);
            case "erase-now" when stamps.IsGood(fields[PageStamp.Field], StampedPage.Erase, token):
                return await erasure.EraseAsync(link, cancellation)
                    ? pages.Say(request, subscriber, new Note("erased") { Link = "/" })
                    : Nothing(request);
            // What comes sooner than a person can press is asked again: some mail scanners press buttons too.
            case "erase" or "erase-now":
                return pages.Say(request, subscriber, new Note("erase")
                {
                    Facts = await WhatGoesAsync(subscriber, pages.LanguageOf(request, subscriber), cancellation),
                    Button = "erase-now",
                    Stamp = stamps.New(StampedPage.Erase, token),
                    Other = request.Path,
                });
            default:
                return Page(request, subscriber);
        }
    }

    private async Task<IResult> ChangeAsync(
        HttpRequest request, LinkToken link, Subscriber subscriber, string typed, CancellationToken cancellation)
    {
        if (!EmailAddress.TryParse(typed, out var address))
            return Page(request, subscriber, typed, SignUpFields.EmailFault(typed));
        if (address == subscriber.Address)
            return Page(request, subscriber, typed, "email_same");
        return await links.AskForAddressAsync(link, address, cancellation) is var answer && answer == LinkAnswer.OnItsWay
            ? pages.Say(request, subscriber, new Note("address_asked") { Places = [("address", address.ToString())] })
            : Say(request, subscriber, answer);
    }

    private async Task<IResult> AskAsync(HttpRequest request, LinkToken link, CancellationToken cancellation)
    {
        var subscriber = await FindAsync(link, cancellation);
        return Say(request, subscriber, await links.AskForDataAsync(link, cancellation));
    }

    private IResult Say(HttpRequest request, Subscriber? subscriber, LinkAnswer answer) => answer switch
    {
        LinkAnswer.OnItsWay => pages.Say(request, subscriber, new Note("data_sent")),
        LinkAnswer.Later => pages.Say(request, subscriber, new Note("data_later") { Link = request.Path }),
        LinkAnswer.TooOften => pages.Say(request, subscriber, new Note("data_often") { Link = "/" }),
        LinkAnswer.NotMailed => pages.Say(request, subscriber, new Note("data_not_mailed") { Link = "/" }),
        _ => Nothing(request),
    };

    private Task<IResult> AnswerAsync(
        HttpContext context, string token, LinkPurpose purpose, Func<LinkToken, CancellationToken, Task<IResult>> handle) =>
        answering.AnswerAsync(context, Privacy.Token, async cancellation => tokens.Read(token, purpose) switch
        {
            TokenReading.Good(var link) => await handle(link, cancellation),
            TokenReading.Expired(var link) => SayExpired(context.Request, token, await FindAsync(link, cancellation)),
            _ => pages.BadLink(context.Request),
        });

    // Of one who is being erased, or who moved, there is nothing here.
    private async Task<Subscriber?> FindAsync(LinkToken link, CancellationToken cancellation) =>
        await subscriptions.FindAsync(link, cancellation) is { State: not SubscriberState.Moved } subscriber ? subscriber : null;

    private IResult Nothing(HttpRequest request) => layout.Say(request, new Note("nothing_held") { Link = "/" });

    private IResult SayExpired(HttpRequest request, string token, Subscriber? subscriber) => subscriber is null
        ? Nothing(request)
        : pages.Say(request, subscriber, new Note("data_expired", StatusCodes.Status410Gone) { Button = "again", Stamp = stamps.New(StampedPage.Preferences, token) });

    private IResult Page(HttpRequest request, Subscriber subscriber, string typed = "", string? fault = null)
    {
        var language = pages.LanguageOf(request, subscriber);
        var isSubscribed = subscriber.State is SubscriberState.Active;
        return layout.Show(request, "pages/data.html", language, fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity, new ScriptObject
        {
            ["subscribed"] = isSubscribed,
            ["address"] = typed,
            ["faults"] = new ScriptObject { ["address"] = fault is null ? "" : texts[language, $"page.faults.{fault}"] },
            ["preferences"] = isSubscribed ? "/preferences/" + tokens.Write(new LinkToken(LinkPurpose.Mail, subscriber.Id, subscriber.Generation)) : null,
        });
    }

    private async Task<Fact[]> WhatGoesAsync(Subscriber subscriber, Language language, CancellationToken cancellation) =>
    [
        new(texts[language, "page.erase.goes"], texts[language, "page.erase.goes_all"]),
        new(texts[language, "page.erase.stays"], texts[language, $"page.erase.stays_{(await erasure.TraceAsync(subscriber, cancellation)).ToString().ToLowerInvariant()}"]),
    ];
}
