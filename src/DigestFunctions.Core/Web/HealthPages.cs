using DigestFunctions.Core.Storage;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web;

/// <summary>For whoever watches the service: whether it lives, and whether it can work.</summary>
internal sealed class HealthPages(Answering answering, Store store, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public Task<IResult> Live(HttpContext context) =>
        answering.AnswerAsync(context, Privacy.Open, _ => Task.FromResult(Results.Json(new { status = "live" })));

    public Task<IResult> Ready(HttpContext context) => answering.AnswerAsync(context, Privacy.Open, async cancellation =>
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        await store.ProbeAsync(either.Token);
        return Results.Json(new { status = "ready" });
    });
}
