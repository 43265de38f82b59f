using System.Globalization;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Schedule;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web.Operate;

/// <summary>What waits for a decision, with what would come of each.</summary>
internal sealed class HeldPages(Troubles troubles, AuditLog audit, OperatePage page) : IOperatePages
{
    public IEnumerable<OperateRoute> Routes =>
    [
        new("GET", "held", ShowAsync) { Summary = "Batches that are held or blocked, and messages that failed at every try." },
        new("GET", "held/{run}/{batch}", ShowWhoAsync) { Summary = "The ids of those in a batch who wait." },
        new("POST", "held/anew", (visit, cancellation) => DecideAsync(visit, sendAnew: true, cancellation)) { Summary = "Sends a held batch anew, or lets a blocked run go on.", Fields = ["run", "batch", "attempts"], Statuses = [409, 422] },
        new("POST", "held/let-be", (visit, cancellation) => DecideAsync(visit, sendAnew: false, cancellation)) { Summary = "Leaves a batch as it is.", Fields = ["run", "batch", "attempts"], Statuses = [409, 422] },
        new("POST", "held/poisoned/anew", (visit, cancellation) => EmptyAsync(visit, sendAnew: true, cancellation)) { Summary = "Moves up to 32 messages of each queue back that failed at every try; those that aren't ours stay." },
        new("POST", "held/poisoned/let-be", (visit, cancellation) => EmptyAsync(visit, sendAnew: false, cancellation)) { Summary = "Deletes up to 32 messages of each queue that failed at every try." },
    ];

    private async Task<IResult> ShowAsync(OperateVisit visit, CancellationToken cancellation)
    {
        var (found, poisoned) = (await troubles.ListAsync(cancellation), await troubles.PoisonedAsync(cancellation));
        return page.Show(visit, "held.html", new
        {
            Title = "Held",
            Batches = found.Batches.Select(Model).ToList(),
            found.HasMore,
            Poisoned = poisoned.Select(message => new { message.Queue, message.What, message.IsOurs, Since = message.Since is { } at ? OperatorWords.Moment(at) : "" }).ToList(),
            HasOurs = poisoned.Any(message => message.IsOurs),
        });
    }

    private async Task<IResult> ShowWhoAsync(OperateVisit visit, CancellationToken cancellation)
    {
        if (!RunId.TryParse(visit.Values["run"], out var run) || await troubles.WhoAsync(run, visit.Values["batch"], cancellation) is not { } who)
            return page.Say(visit, "There is no such batch", "Or it waits no more. Look at the page Held anew.", "/operate/held", StatusCodes.Status404NotFound);
        await audit.AddAsync(visit.By, AuditAction.LookedAt, $"{run} {visit.Values["batch"]}", "who waits", cancellation);
        return page.Show(visit, "who.html", new { Title = "Who waits", Run = run.ToString(), Batch = visit.Values["batch"], Ids = who.Select(id => id.ToString()).ToList() });
    }

    private static object Model(Trouble trouble) => new
    {
        Who = $"/operate/held/{Uri.EscapeDataString(trouble.Run.ToString())}/{Uri.EscapeDataString(trouble.Batch)}",
        Since = trouble.Since is { } since ? OperatorWords.Moment(since) : "",
        Run = trouble.Run.ToString(),
        trouble.Batch,
        trouble.Attempts,
        CanBeLetBe = trouble.IsHeld || !trouble.CanBeSent,
        trouble.IsHeld,
        trouble.Why,
        trouble.CanBeSent,
        What = $"{TodayWords.Of(trouble.Run.Slot)}, {trouble.Run.Issue}: {OperatorWords.People(trouble.People)}",
        Anew = trouble.IsHeld
            ? $"If you send it anew, {OperatorWords.People(trouble.People)} may get it twice, and nobody will miss it."
            : $"If the cause is mended, {OperatorWords.People(trouble.People)} and the rest of the run get it. If it isn't, it is blocked again, and nothing is lost.",
        LetBe = trouble.IsHeld
            ? $"If you let it be, {OperatorWords.People(trouble.People)} may miss it, and nobody gets it twice."
            : $"If you let it be, {OperatorWords.People(trouble.People)} will miss it.",
    };

    private async Task<IResult> DecideAsync(OperateVisit visit, bool sendAnew, CancellationToken cancellation)
    {
        if (!RunId.TryParse(visit.Field("run"), out var run) || !int.TryParse(visit.Field("attempts"), NumberStyles.None, CultureInfo.InvariantCulture, out var attempts))
            return page.Say(visit, "There is no such batch", "Nothing was changed.", "/operate/held", StatusCodes.Status422UnprocessableEntity);
        var decided = sendAnew
            ? await troubles.SendAnewAsync(run, visit.Field("batch"), attempts, visit.By, cancellation)
            : await troubles.LetBeAsync(run, visit.Field("batch"), attempts, visit.By, cancellation);
        return decided switch
        {
            Decided.Done => page.Say(visit, sendAnew ? "It is sent anew" : "It is let be", sendAnew ? "It goes within some minutes; what came of it, the page Today says." : "It is written down, and no trouble any more.", "/operate/held"),
            Decided.Already => page.Say(visit, "That was decided already", "Somebody else pressed, or it came out by itself. Nothing was done twice.", "/operate/held", StatusCodes.Status409Conflict),
            Decided.TooLate => page.Say(visit, "It is too late to send it", "Its time was too long ago: a digest a day late comes on the wrong day. You can let it be.", "/operate/held", StatusCodes.Status409Conflict),
            Decided.TooEarly => page.Say(visit, "It can still be sent", "Let be, it would keep the rest of its run from being sent. Mend the cause and let the run go on.", "/operate/held", StatusCodes.Status409Conflict),
            _ => throw new InvalidOperationException($"Unknown outcome {decided}."),
        };
    }

    private async Task<IResult> EmptyAsync(OperateVisit visit, bool sendAnew, CancellationToken cancellation)
    {
        var (handled, notOurs) = await troubles.EmptyPoisonedAsync(sendAnew, visit.By, cancellation);
        return page.Say(
            visit, $"{Messages(handled)} {(sendAnew ? "moved back" : "deleted")}",
            handled + notOurs == 0 ? "There was none: somebody else pressed before you."
            : !sendAnew ? "Nothing hung on them: what they named is in the ledger."
            : notOurs > 0 ? $"If they fail again, they are back here in some minutes. {Messages(notOurs)} not of ours stayed: nothing makes them better, so delete them."
            : "If they fail again, they are back here in some minutes.",
            "/operate/held");
    }

    private static string Messages(int number) => $"{number} {(number == 1 ? "message" : "messages")}";
}
