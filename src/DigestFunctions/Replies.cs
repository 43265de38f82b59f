using Microsoft.AspNetCore.Http;

namespace DigestFunctions;

internal static class Replies
{
    /// <summary>Sends what the handler answers, and returns nothing more to send.</summary>
    // Whatever a function returns, the worker also serialises to JSON for the host. A page would
    // travel twice and a stream would fail after it was sent, so the answer is sent here.
    internal static async Task<IResult> ReplyAsync(this HttpRequest request, Func<HttpContext, Task<IResult>> handle)
    {
        var result = await handle(request.HttpContext);
        await result.ExecuteAsync(request.HttpContext);
        return Results.Empty;
    }
}
