using System.Security.Cryptography;
using DigestFunctions.Core.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DigestFunctions.Core.Web;

/// <summary>
/// What every answer has in common: its headers, how long it may take, and what is said when storage
/// doesn't answer, or what should not happen does. Each handler answers through it, so that both entry points have it.
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
        // A fault of ours, such as a row that can't be read. What a body has wrong, the server says itself.
        catch (Exception fault) when (fault is not BadHttpRequestException)
        {
            var reference = NewReference();
            // Its words may hold what was in the row.
            Failed(context.Request.Method, Place(context.Request.Path), reference, fault.GetType().Name, fault.StackTrace);
            return Say(context, "failed", StatusCodes.Status500InternalServerError, reference);
        }
    }

    private IResult Away(HttpContext context, Exception failure)
    {
        var reference = NewReference();
        StorageAway(context.Request.Method, Place(context.Request.Path), reference, failure);
        context.Response.Headers.RetryAfter = "120";
        return Say(context, "away", StatusCodes.Status503ServiceUnavailable, reference);
    }

    private IResult Say(HttpContext context, string key, int status, string reference) =>
        pages.Say(context.Request, new Note(key, status) { Places = [("reference", reference)], Link = "/" });

    private static string NewReference() => RandomNumberGenerator.GetString("23456789BCDFGHJKMNPQRSTVWXZ", 8);

    // The rest of a path can be a token.
    private static string Place(PathString path) => "/" + (path.Value ?? "").Split('/', 3).ElementAtOrDefault(1);

    [LoggerMessage(500, LogLevel.Error, "The store is away: {Method} {Place} was answered so, with reference {Reference}.")]
    private partial void StorageAway(string method, string place, string reference, Exception failure);

    [LoggerMessage(501, LogLevel.Error, "{Method} {Place} failed, and was answered so, with reference {Reference}: {Failure} {Where}")]
    private partial void Failed(string method, string place, string reference, string failure, string? where);
}
