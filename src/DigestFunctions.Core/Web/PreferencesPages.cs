using DigestFunctions.Core.Subscribers;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web;

/// <summary>
/// Where she sees and changes what she prefers, pauses and goes on. What was changed since she opened the page isn't
/// overwritten: she sees both, and decides. What one press changes takes a person's pace; what she typed and hasn't
/// saved outlives it.
/// </summary>
internal sealed class PreferencesPages(
    Answering answering,
    Pages pages,
    SubscriptionPages notes,
    PreferencesPage page,
    SubscriptionFacts facts,
    Readers readers,
    LinkTokens tokens,
    PageStamp stamps,
    Subscriptions subscriptions)
{
    public Task<IResult> Show(HttpContext context, string token) => AnswerAsync(context, token, async (link, cancellation) =>
        Say(context.Request, await subscriptions.FindAsync(link, cancellation), subscriber => Shown(context.Request, token, subscriber)));

    public Task<IResult> Change(HttpContext context, string token) => AnswerAsync(context, token, async (link, cancellation) =>
        await RequestBody.ReadAsync(context.Request) switch
        {
            BodyReading.Refused refused => pages.Say(context.Request, refused.Say($"/preferences/{token}")),
            BodyReading.Fields fields => await ChangeAsync(new Posted(context.Request, token, link, fields), cancellation),
            _ => throw new System.Diagnostics.UnreachableException(),
        });

    private Task<IResult> AnswerAsync(HttpContext context, string token, Func<LinkToken, CancellationToken, Task<IResult>> handle) =>
        answering.AnswerAsync(context, Privacy.Token, cancellation =>
            tokens.Read(token, LinkPurpose.Mail) is TokenReading.Good(var link)
                ? handle(link, cancellation)
                : Task.FromResult(notes.BadLink(context.Request)));

    private async Task<IResult> ChangeAsync(Posted posted, CancellationToken cancellation)
    {
        var subscriber = await subscriptions.FindAsync(posted.Link, cancellation);
        if (subscriber is not { State: SubscriberState.Active })
            return notes.NotActive(posted.Request, subscriber);
        return posted.Action switch
        {
            "save" => await SaveAsync(posted, subscriber, cancellation),
            "pause" or "resume" when !stamps.IsGood(posted.Fields[PageStamp.Field], StampedPage.Preferences, posted.Token) =>
                page.Show(posted.Request, Shown(posted.Request, posted.Token, subscriber) with { Done = "again", Typed = posted.Typed, Seen = posted.Seen }),
            "pause" => await PauseAsync(posted, subscriber, cancellation),
            "resume" => await GoOnAsync(posted, subscriber, cancellation),
            _ => page.Show(posted.Request, Shown(posted.Request, posted.Token, subscriber)),
        };
    }

    private async Task<IResult> SaveAsync(Posted posted, Subscriber before, CancellationToken cancellation)
    {
        var known = before.Preferences;
        var faults = new List<FieldFault>();
        if (Read(posted, known, faults) is not { } wanted)
            return page.Show(posted.Request, Faulty(posted, before, faults));
        return Say(posted.Request, await subscriptions.ChangeAsync(posted.Link, wanted, posted.Seen, cancellation), now =>
        {
            var shown = Shown(posted.Request, posted.Token, now);
            return now.Preferences == wanted
                ? shown with { Done = "saved", Language = wanted.Language == known.Language ? shown.Language : wanted.Language }
                : Conflict(shown, posted.Fields, facts.Otherwise(now.Preferences, wanted, shown.Language));
        });
    }

    // Null where something is wrong, which is added to the faults.
    private Preferences? Read(Posted posted, Preferences known, List<FieldFault> faults)
    {
        var wanted = PreferenceFields.Read(posted.Fields, new Unsaid(known.Name, known.Language, known.Tips.Energy), readers, faults);
        var reminders = PreferenceFields.ReadReminders(posted.Fields, faults);
        return faults.Count == 0 ? wanted! with { Reminders = reminders } : null;
    }

    private async Task<IResult> PauseAsync(Posted posted, Subscriber before, CancellationToken cancellation)
    {
        var faults = new List<FieldFault>();
        if (PauseFields.Read(posted.Fields, subscriptions.Today(before), faults) is not { } until)
            return page.Show(posted.Request, Faulty(posted, before, faults));
        return Say(posted.Request, await subscriptions.PauseAsync(posted.Link, until, posted.Seen, cancellation), now =>
            subscriptions.PausedUntil(now) == until ? Acted(posted, before, now, "paused") : NotActed(posted, now, PauseFields.Write(until)));
    }

    private async Task<IResult> GoOnAsync(Posted posted, Subscriber before, CancellationToken cancellation) =>
        Say(posted.Request, await subscriptions.PauseAsync(posted.Link, subscriptions.Today(before), posted.Seen, cancellation), now =>
            subscriptions.PausedUntil(now) is null ? Acted(posted, before, now, "resumed") : NotActed(posted, now, ""));

    // What she typed on a page that didn't show what held is no change that she wants.
    private ShownPreferences Acted(Posted posted, Subscriber before, Subscriber now, string done)
    {
        var typed = posted.Seen == subscriptions.Seen(before) ? posted.Typed : null;
        return Shown(posted.Request, posted.Token, now) with
        {
            Done = done,
            Typed = typed is null ? null : WithUntil(typed, ""),
            IsUnsaved = typed is not null && Read(posted, now.Preferences, []) != now.Preferences,
        };
    }

    private ShownPreferences NotActed(Posted posted, Subscriber now, string until)
    {
        var shown = Shown(posted.Request, posted.Token, now);
        return Conflict(
            shown,
            WithUntil(posted.Typed ?? PreferenceFields.Write(now.Preferences), until),
            posted.Typed is not null && Read(posted, now.Preferences, []) is { } wanted ? facts.Otherwise(now.Preferences, wanted, shown.Language) : []);
    }

    private IResult Say(HttpRequest request, Subscriber? subscriber, Func<Subscriber, ShownPreferences> show) =>
        subscriber is { State: SubscriberState.Active }
            ? page.Show(request, show(subscriber))
            : notes.NotActive(request, subscriber);

    private ShownPreferences Shown(HttpRequest request, string token, Subscriber subscriber) =>
        new(subscriber, notes.LanguageOf(request, subscriber), token);

    private ShownPreferences Faulty(Posted posted, Subscriber subscriber, IReadOnlyList<FieldFault> faults) =>
        Shown(posted.Request, posted.Token, subscriber) with
        {
            Status = StatusCodes.Status422UnprocessableEntity,
            Typed = posted.Typed ?? WithUntil(PreferenceFields.Write(subscriber.Preferences), posted.Fields[PauseFields.Until] ?? ""),
            Faults = faults,
            Seen = posted.Seen,
        };

    private static ShownPreferences Conflict(ShownPreferences shown, BodyReading.Fields typed, IReadOnlyList<Fact> meanwhile) => shown with
    {
        Status = StatusCodes.Status409Conflict,
        Typed = typed,
        Meanwhile = meanwhile,
    };

    private static BodyReading.Fields WithUntil(BodyReading.Fields fields, string until) =>
        new(new Dictionary<string, string>(fields.Values, StringComparer.Ordinal) { [PauseFields.Until] = until });

    private sealed record Posted(HttpRequest Request, string Token, LinkToken Link, BodyReading.Fields Fields)
    {
        public SeenPreferences Seen { get; } = SeenPreferences.Read(Fields["seen"]);

        /// <summary>A button for weeks says no more than how many.</summary>
        public string Action => Fields["action"] ?? (Fields[PauseFields.Weeks] is null ? "save" : "pause");

        /// <summary>The form as it stood; null where only an action was posted.</summary>
        public BodyReading.Fields? Typed => Fields[PreferenceFields.Weekday] is null ? null : Fields;
    }
}
