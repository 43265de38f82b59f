using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using Microsoft.AspNetCore.Http;
using Scriban.Runtime;

namespace DigestFunctions.Core.Web;

/// <summary>Her preferences as the page shows them: as they are, or as she typed them and why they aren't so yet.</summary>
/// <param name="Token">Of her link.</param>
internal sealed record ShownPreferences(Subscriber Subscriber, Language Language, string Token)
{
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>What has just been done: a key of <c>page.preferences.done</c>.</summary>
    public string? Done { get; init; }

    /// <summary>What she typed, where that isn't what holds.</summary>
    public BodyReading.Fields? Typed { get; init; }

    public IReadOnlyList<FieldFault> Faults { get; init; } = [];

    /// <summary>Whether what she typed still has to be saved, though something else was done.</summary>
    public bool IsUnsaved { get; init; }

    /// <summary>Of the page that she typed it on; of this one, if it shows her anew what holds.</summary>
    public SeenPreferences? Seen { get; init; }

    /// <summary>What was changed since, so that what she typed wasn't taken; null if nothing was.</summary>
    public IReadOnlyList<Fact>? Meanwhile { get; init; }
}

/// <summary>The page of one person's preferences.</summary>
internal sealed class PreferencesPage(
    Pages pages, FieldModels fields, SubscriptionFacts facts, Texts texts, LocalTimes times, Subscriptions subscriptions, PageStamp stamps, Assets assets)
{
    public IResult Show(HttpRequest request, ShownPreferences shown)
    {
        var (subscriber, language) = (shown.Subscriber, shown.Language);
        var today = subscriptions.Today(subscriber);
        var model = fields.Of(language, shown.Typed ?? PreferenceFields.Write(subscriber.Preferences), shown.Faults);
        model["script"] = assets.Address("form.js");
        model["token"] = shown.Token;
        model["stamp"] = stamps.New(StampedPage.Preferences, shown.Token);
        model["seen"] = (shown.Seen ?? subscriptions.Seen(subscriber)).ToString();
        model["done"] = shown.Done is { } done ? texts[language, $"page.preferences.done.{done}"] : "";
        model["unsaved"] = shown.IsUnsaved;
        model["conflict"] = shown.Meanwhile is not null;
        model["meanwhile"] = shown.Meanwhile ?? [];
        model["facts"] = facts.ToCome(subscriber, language);
        model["paused"] = subscriptions.PausedUntil(subscriber) is { } until ? times.Date(language, until) : "";
        model["pauses"] = PauseFields.WeekChoices
            .Select(weeks => new ScriptObject { ["weeks"] = weeks, ["label"] = texts[language, $"page.preferences.pause.weeks_{weeks}"] }).ToList();
        model["until_first"] = PauseFields.Write(PauseFields.First(today));
        model["until_last"] = PauseFields.Write(PauseFields.Last(today));
        return pages.Show(request, "pages/preferences.html", language, shown.Status, model);
    }
}
