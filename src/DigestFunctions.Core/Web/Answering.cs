using System.Security.Cryptography;
using DigestFunctions.Core.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DigestFunctions.Core.Web;

/// <summary>
/// What every answer has in common: its headers, how long it may take, and what is said when storage
/// doesn't answer. Each handler answers through it, so that both entry points have it.
/// </summary>
internal sealed partial class Answering(Pages pages, TimeProvider time, ILogger<Answering> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <param name="handle">
    /// Gets a token that ends with our patience and not with the connection: who asks to leave and hangs
    /// up, as mail providers do, has left.
    /// </param>
    public async Task<IResult> AnswerAsync(HttpContext context, Privacy privacy, Func<CancellationToken, Task<IResult>> handle)
    {
        ResponseHeaders.Set(context, privacy);
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            return await handle(patience.Token);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return Results.Empty;
        }
        catch (Exception failure) when (StoreFaults.IsAway(failure))
        {
            return Away(context, failure);
        }
    }

    private IResult Away(HttpContext context, Exception failure)
    {
        var reference = RandomNumberGenerator.GetString("23456789BCDFGHJKMNPQRSTVWXZ", 8);
        StorageAway(context.Request.Method, Place(context.Request.Path), reference, failure);
        context.Response.Headers.RetryAfter = "120";
        return pages.Say(context.Request, new Note("away", StatusCodes.Status503ServiceUnavailable)
        {
            Places = [("reference", reference)],
            Link = "/",
        });
    }

    // The rest of a path can be a token.
    private static string Place(PathString path) => "/" + (path.Value ?? "").Split('/', 3).ElementAtOrDefault(1);

    [LoggerMessage(500, LogLevel.Error, "The store is away: {Method} {Place} was answered so, with reference {Reference}.")]
    private partial void StorageAway(string method, string place, string reference, Exception failure);
}
