using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web;

/// <summary>What pages say of one person's subscription, in her language unless she switched.</summary>
internal sealed class SubscriptionPages(Pages pages, Readers readers, Texts texts, LocalTimes times, Subscriptions subscriptions)
{
    public IResult BadLink(HttpRequest request) =>
        pages.Say(request, new Note("bad_link", StatusCodes.Status404NotFound) { Link = "/link", Other = "/" });

    public IResult Expired(HttpRequest request, Subscriber? subscriber) =>
        Say(request, subscriber, new Note("expired", StatusCodes.Status410Gone) { Link = "/", Other = "/link" });

    public IResult AskToConfirm(HttpRequest request, Subscriber subscriber) => Say(request, subscriber, new Note("confirm")
    {
        Facts = Chosen(subscriber.Preferences, LanguageOf(request, subscriber)),
        Consent = subscriber.Consent.Asked,
        Button = "confirm",
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
    public IResult Left(HttpRequest request, Subscriber subscriber) => subscriptions.CanRejoin(subscriber)
        ? Say(request, subscriber, new Note("left") { Button = "undo" })
        : LeftBefore(request, subscriber);

    public IResult LeftBefore(HttpRequest request, Subscriber subscriber) =>
        Say(request, subscriber, new Note("left_before") { Link = "/" });

    public IResult StillToConfirm(HttpRequest request, Subscriber subscriber) =>
        Say(request, subscriber, new Note("still_to_confirm"));

    public IResult Suppressed(HttpRequest request, Subscriber subscriber) =>
        Say(request, subscriber, new Note("suppressed") { Link = "/" });

    public IResult NoSubscription(HttpRequest request) => pages.Say(request, new Note("no_subscription") { Link = "/" });

    public IResult Say(HttpRequest request, Subscriber? subscriber, Note note) =>
        pages.Say(request, note, subscriber?.Preferences.Language);

    private Fact[] Chosen(Preferences chosen, Language language) =>
    [
        new(texts[language, "page.facts.when"], times.Weekly(language, chosen.Weekday, chosen.Time, chosen.Zone)),
        new(texts[language, "page.facts.language"], texts[chosen.Language, "page.language_name"]),
        new(texts[language, "page.facts.focus"], Focus(chosen.Tips.Focus, language)),
        new(texts[language, "page.facts.energy"], texts[language, $"page.energies.{chosen.Tips.Energy.ToKey()}"]),
    ];

    private string Focus(Focus focus, Language language) => focus == Tips.Focus.Everything
        ? texts[language, "page.form.everything"]
        : string.Join(", ", focus.Areas.Select(area => texts[language, $"mail.areas.{area.ToKey()}"]));

    private Fact NextDigest(string label, HttpRequest request, Subscriber subscriber)
    {
        var language = LanguageOf(request, subscriber);
        var next = subscriptions.NextDigest(subscriber);
        return new Fact(texts[language, $"page.facts.{label}"], times.Moment(language, next, subscriber.Preferences.Zone));
    }

    public Language LanguageOf(HttpRequest request, Subscriber subscriber) =>
        readers.Chosen(request) ?? subscriber.Preferences.Language;
}
