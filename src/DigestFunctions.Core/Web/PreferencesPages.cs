using DigestFunctions.Core.Subscribers;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web;

/// <summary>
/// Where she sees and changes what she prefers, pauses and goes on. What was changed since she opened the page isn't
/// overwritten: she sees both, and decides.
/// </summary>
internal sealed class PreferencesPages(
    Answering answering,
    Pages pages,
    SubscriptionPages notes,
    PreferencesPage page,
    SubscriptionFacts facts,
    Readers readers,
    LinkTokens tokens,
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
        // From the page that says that she has left.
        if (posted.Fields["action"] == "undo")
        {
            var back = await subscriptions.RejoinAsync(posted.Link, cancellation);
            return back is { State: SubscriberState.Active } ? notes.Back(posted.Request, back) : notes.NotActive(posted.Request, back);
        }

        var subscriber = await subscriptions.FindAsync(posted.Link, cancellation);
        if (subscriber is not { State: SubscriberState.Active })
            return notes.NotActive(posted.Request, subscriber);
        return posted.Fields["action"] switch
        {
            "save" or null => await SaveAsync(posted, subscriber, cancellation),
            "pause" => await PauseAsync(posted, subscriber, cancellation),
            "resume" => await GoOnAsync(posted, subscriber, cancellation),
            _ => page.Show(posted.Request, Shown(posted.Request, posted.Token, subscriber)),
        };
    }

    private async Task<IResult> SaveAsync(Posted posted, Subscriber before, CancellationToken cancellation)
    {
        var known = before.Preferences;
        var faults = new List<FieldFault>();
        var wanted = PreferenceFields.Read(posted.Fields, new Unsaid(known.Name, known.Language, known.Tips.Energy), readers, faults);
        var reminders = PreferenceFields.ReadReminders(posted.Fields, faults);
        if (faults.Count > 0)
            return page.Show(posted.Request, Faulty(posted, before, posted.Fields, faults));

        wanted = wanted! with { Reminders = reminders };
        return Say(posted.Request, await subscriptions.ChangeAsync(posted.Link, wanted, posted.Seen, cancellation), now =>
        {
            var shown = Shown(posted.Request, posted.Token, now);
            return now.Preferences == wanted
                ? shown with { Done = "saved", Language = wanted.Language == known.Language ? shown.Language : wanted.Language }
                : Conflict(shown, posted.Fields, facts.Otherwise(now.Preferences, wanted, shown.Language));
        });
    }

    private async Task<IResult> PauseAsync(Posted posted, Subscriber before, CancellationToken cancellation)
    {
        var faults = new List<FieldFault>();
        if (PauseFields.Read(posted.Fields, subscriptions.Today(before), faults) is not { } until)
            return page.Show(posted.Request, Faulty(posted, before, WithUntil(before, posted.Fields[PauseFields.Until]), faults));
        return Say(posted.Request, await subscriptions.PauseAsync(posted.Link, until, posted.Seen, cancellation), now =>
            Paused(posted, now, isSo: subscriptions.PausedUntil(now) == until, "paused", PauseFields.Write(until)));
    }

    private async Task<IResult> GoOnAsync(Posted posted, Subscriber before, CancellationToken cancellation) =>
        Say(posted.Request, await subscriptions.PauseAsync(posted.Link, subscriptions.Today(before), posted.Seen, cancellation), now =>
            Paused(posted, now, isSo: subscriptions.PausedUntil(now) is null, "resumed", ""));

    private ShownPreferences Paused(Posted posted, Subscriber now, bool isSo, string done, string until)
    {
        var shown = Shown(posted.Request, posted.Token, now);
        return isSo ? shown with { Done = done } : Conflict(shown, WithUntil(now, until), []);
    }

    private IResult Say(HttpRequest request, Subscriber? subscriber, Func<Subscriber, ShownPreferences> show) =>
        subscriber is { State: SubscriberState.Active }
            ? page.Show(request, show(subscriber))
            : notes.NotActive(request, subscriber);

    private ShownPreferences Shown(HttpRequest request, string token, Subscriber subscriber) =>
        new(subscriber, notes.LanguageOf(request, subscriber), token);

    private ShownPreferences Faulty(Posted posted, Subscriber subscriber, BodyReading.Fields typed, IReadOnlyList<FieldFault> faults) =>
        Shown(posted.Request, posted.Token, subscriber) with
        {
            Status = StatusCodes.Status422UnprocessableEntity,
            Typed = typed,
            Faults = faults,
            Seen = posted.Seen,
        };

    private static ShownPreferences Conflict(ShownPreferences shown, BodyReading.Fields typed, IReadOnlyList<Fact> meanwhile) => shown with
    {
        Status = StatusCodes.Status409Conflict,
        Typed = typed,
        Meanwhile = meanwhile,
    };

    private static BodyReading.Fields WithUntil(Subscriber subscriber, string? until) => new(
        new Dictionary<string, string>(PreferenceFields.Write(subscriber.Preferences).Values, StringComparer.Ordinal) { [PauseFields.Until] = until ?? "" });

    private sealed record Posted(HttpRequest Request, string Token, LinkToken Link, BodyReading.Fields Fields)
    {
        public SeenPreferences Seen { get; } = SeenPreferences.Read(Fields["seen"]);
    }
}
