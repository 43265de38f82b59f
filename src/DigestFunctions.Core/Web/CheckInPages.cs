using System.Globalization;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web;

/// <summary>
/// Where she says what became of a week's practice, or asks to be reminded of it. Opening it says nothing yet, nor does
/// what presses its buttons at once.
/// </summary>
internal sealed class CheckInPages(
    Answering answering,
    SubscriptionPages pages,
    LinkTokens tokens,
    PageStamp stamps,
    Subscriptions subscriptions,
    CheckingIn checking,
    TipModels models,
    LocalTimes times,
    Texts texts)
{
    private const string Gentle = "gentle";

    // In how many days she may be reminded.
    private static readonly string[] Days = ["1", "3"];

    public Task<IResult> Show(HttpContext context, string token, string issue) => AnswerAsync(
        context, token, issue, async (asked, link, cancellation) => Ask(asked, await subscriptions.FindAsync(link, cancellation)));

    public Task<IResult> CheckIn(HttpContext context, string token, string issue) => AnswerAsync(context, token, issue, async (asked, link, cancellation) =>
    {
        var fields = await RequestBody.ReadAsync(context.Request) as BodyReading.Fields;
        var action = fields?["action"];
        if (action is null || LabelOf(action) is not { } label)
            return Ask(asked, await subscriptions.FindAsync(link, cancellation));
        if (!stamps.IsGood(fields![PageStamp.Field], StampedPage.CheckIn, token))
            return Say(asked, await subscriptions.FindAsync(link, cancellation), known => new Note("checkin_again") { Choices = [new Choice(action, Text(asked, known, label))] });
        if (EnumKeys.TryParse(action, out CheckInAnswer answer))
            return Thank(asked, await checking.CheckInAsync(link, asked.Week, answer, cancellation), answer);
        if (action == Gentle)
            return Say(asked, await checking.GoGentlyAsync(link, cancellation), _ => new Note("gentle"));
        var (subscriber, reminder) = await checking.RemindAsync(link, asked.Week, int.Parse(action, CultureInfo.InvariantCulture), cancellation);
        return Say(asked, subscriber, known => Reminded(asked, known, reminder));
    });

    private Task<IResult> AnswerAsync(
        HttpContext context, string token, string issue, Func<Asked, LinkToken, CancellationToken, Task<IResult>> handle) =>
        answering.AnswerAsync(context, Privacy.Token, cancellation =>
            tokens.Read(token, LinkPurpose.Mail) is TokenReading.Good(var link) && IssueId.TryParse(issue, out var week)
                ? handle(new Asked(context.Request, token, week), link, cancellation)
                : Task.FromResult(pages.BadLink(context.Request)));

    // With one button for the answer of the link, or all of them where it has none.
    private IResult Ask(Asked asked, Subscriber? subscriber) => Say(asked, subscriber, known =>
    {
        var answer = asked.Request.Query["answer"].ToString();
        if (answer == CheckIns.Remind)
            return new Note("checkin_remind") { Choices = Reminding(asked, known) };
        return EnumKeys.TryParse(answer, out CheckInAnswer said)
            ? new Note($"checkin_{said.ToKey()}") { Button = said.ToKey() }
            : new Note("checkin") { Choices = [.. EnumKeys.Of<CheckInAnswer>().Select(each => ChoiceOf(asked, known, each))] };
    });

    private IResult Thank(Asked asked, Subscriber? subscriber, CheckInAnswer answer) => Say(asked, subscriber, known =>
        new Note($"checked_{answer.ToKey()}")
        {
            Places = [("streak", Text(asked, known, $"mail.streak.{known.CheckIns.PractisedBefore(asked.Week.Plus(1))}"))],
            Choices = answer switch
            {
                CheckInAnswer.NotYet => Reminding(asked, known),
                CheckInAnswer.TooMuch when known.Preferences.Tips.Energy != Energy.Gentle => [ChoiceOf(asked, known, Gentle)],
                _ => [],
            },
        });

    private Note Reminded(Asked asked, Subscriber subscriber, ReminderAnswer answer) => answer == ReminderAnswer.Set && subscriber.RemindOnce is { } once
        ? new Note("reminded")
        {
            Facts = [new Fact(Text(asked, subscriber, "page.facts.reminder"), times.Moment(pages.LanguageOf(asked.Request, subscriber), subscriber.Preferences.ReminderDue(once.Date), subscriber.Preferences.Zone))],
        }
        : new Note("not_reminded") { Body = answer.ToKey() };

    private Choice[] Reminding(Asked asked, Subscriber subscriber) => [.. Days.Select(days => ChoiceOf(asked, subscriber, days))];

    private IResult Say(Asked asked, Subscriber? subscriber, Func<Subscriber, Note> note) => subscriber switch
    {
        { State: SubscriberState.Active } when checking.CanCheckIn(subscriber, asked.Week) =>
            pages.Say(asked.Request, subscriber, OfWeek(asked, subscriber, note(subscriber))),
        { State: SubscriberState.Active } => pages.Say(asked.Request, subscriber, new Note("checkin_past") { Link = "/archive" }),
        _ => pages.NotActive(asked.Request, subscriber),
    };

    private Note OfWeek(Asked asked, Subscriber subscriber, Note note) => note with
    {
        Places = [.. note.Places, ("week", models.Week(pages.LanguageOf(asked.Request, subscriber), asked.Week))],
        Stamp = stamps.New(StampedPage.CheckIn, asked.Token),
    };

    private Choice ChoiceOf(Asked asked, Subscriber subscriber, string action) => new(action, Text(asked, subscriber, LabelOf(action)!));

    // What is on a button; null for what is none.
    private static string? LabelOf(string action) => action switch
    {
        Gentle => "page.gentle.action",
        _ when EnumKeys.TryParse(action, out CheckInAnswer _) => $"mail.check_in.{action}",
        _ when Days.Contains(action, StringComparer.Ordinal) => $"page.checkin_remind.in_{action}",
        _ => null,
    };

    private string Text(Asked asked, Subscriber subscriber, string key) => texts[pages.LanguageOf(asked.Request, subscriber), key];

    private sealed record Asked(HttpRequest Request, string Token, IssueId Week);
}
