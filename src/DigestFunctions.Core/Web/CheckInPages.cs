using System.Globalization;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web;

/// <summary>Where she says what became of a week's practice, or asks to be reminded of it. Opening it says nothing yet.</summary>
internal sealed class CheckInPages(
    Answering answering, SubscriptionPages pages, LinkTokens tokens, Subscriptions subscriptions, CheckingIn checking, TipModels models, LocalTimes times, Texts texts)
{
    private const string Gentle = "gentle";

    // In how many days she may be reminded.
    private static readonly string[] Days = ["1", "3"];

    public Task<IResult> Show(HttpContext context, string token, string issue) => AnswerAsync(
        context,
        token,
        issue,
        async (link, week, cancellation) => Ask(context.Request, await subscriptions.FindAsync(link, cancellation), week));

    public Task<IResult> CheckIn(HttpContext context, string token, string issue) => AnswerAsync(context, token, issue, async (link, week, cancellation) =>
    {
        var request = context.Request;
        var action = (await RequestBody.ReadAsync(request) as BodyReading.Fields)?["action"];
        if (EnumKeys.TryParse(action, out CheckInAnswer answer))
            return Thank(request, await checking.CheckInAsync(link, week, answer, cancellation), week, answer);
        if (action == Gentle)
            return Say(request, await checking.GoGentlyAsync(link, cancellation), week, _ => new Note("gentle"));
        return action is not null && Days.Contains(action, StringComparer.Ordinal)
            ? Say(request, await checking.RemindAsync(link, week, int.Parse(action, CultureInfo.InvariantCulture), cancellation), week, known => Reminded(request, known))
            : Ask(request, await subscriptions.FindAsync(link, cancellation), week);
    });

    private Task<IResult> AnswerAsync(
        HttpContext context, string token, string issue, Func<LinkToken, IssueId, CancellationToken, Task<IResult>> handle) =>
        answering.AnswerAsync(context, Privacy.Token, cancellation =>
            tokens.Read(token, LinkPurpose.Mail) is TokenReading.Good(var link) && IssueId.TryParse(issue, out var week)
                ? handle(link, week, cancellation)
                : Task.FromResult(pages.BadLink(context.Request)));

    // With one button for the answer of the link, or all of them where it has none.
    private IResult Ask(HttpRequest request, Subscriber? subscriber, IssueId week) => Say(request, subscriber, week, known =>
    {
        var answer = request.Query["answer"].ToString();
        if (answer == CheckIns.Remind)
            return new Note("checkin_remind") { Choices = Reminding(request, known) };
        return EnumKeys.TryParse(answer, out CheckInAnswer said)
            ? new Note($"checkin_{said.ToKey()}") { Button = said.ToKey() }
            : new Note("checkin") { Choices = [.. EnumKeys.Of<CheckInAnswer>().Select(each => new Choice(each, Text(request, known, $"mail.check_in.{each}")))] };
    });

    private IResult Thank(HttpRequest request, Subscriber? subscriber, IssueId week, CheckInAnswer answer) => Say(request, subscriber, week, known =>
        new Note($"checked_{answer.ToKey()}")
        {
            Places = [("streak", Text(request, known, $"mail.streak.{known.CheckIns.PractisedBefore(week.Plus(1))}"))],
            Choices = answer switch
            {
                CheckInAnswer.NotYet => Reminding(request, known),
                CheckInAnswer.TooMuch when known.Preferences.Tips.Energy != Energy.Gentle => [new Choice(Gentle, Text(request, known, "page.gentle.action"))],
                _ => [],
            },
        });

    private Note Reminded(HttpRequest request, Subscriber subscriber) => new("reminded")
    {
        Facts = subscriber.RemindOnce is { } once
            ? [new Fact(Text(request, subscriber, "page.facts.reminder"), times.Moment(pages.LanguageOf(request, subscriber), subscriber.Preferences.ReminderDue(once.Date), subscriber.Preferences.Zone))]
            : [],
    };

    private Choice[] Reminding(HttpRequest request, Subscriber subscriber) =>
        [.. Days.Select(days => new Choice(days, Text(request, subscriber, $"page.checkin_remind.in_{days}")))];

    private IResult Say(HttpRequest request, Subscriber? subscriber, IssueId week, Func<Subscriber, Note> note) => subscriber switch
    {
        { State: SubscriberState.Active } when checking.CanCheckIn(subscriber, week) =>
            pages.Say(request, subscriber, WithWeek(note(subscriber), pages.LanguageOf(request, subscriber), week)),
        { State: SubscriberState.Active } => pages.Say(request, subscriber, new Note("checkin_past") { Link = "/archive" }),
        _ => pages.NotActive(request, subscriber),
    };

    private Note WithWeek(Note note, Language language, IssueId week) =>
        note with { Places = [.. note.Places, ("week", models.Week(language, week))] };

    private string Text(HttpRequest request, Subscriber subscriber, string key) => texts[pages.LanguageOf(request, subscriber), key];
}
