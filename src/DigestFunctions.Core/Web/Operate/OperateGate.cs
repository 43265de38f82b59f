using System.Security.Cryptography;
using System.Text;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Subscribers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DigestFunctions.Core.Web.Operate;

/// <summary>What came of asking to be let in.</summary>
internal abstract record Entrance
{
    private Entrance()
    {
    }

    internal sealed record Open(Operator By, string FormToken) : Entrance;

    /// <summary>Nobody has set a key.</summary>
    internal sealed record NoKey : Entrance;

    internal sealed record Stranger : Entrance;

    internal sealed record WrongKey : Entrance;

    internal sealed record TooManyTries : Entrance;
}

/// <summary>
/// Lets in who brings the key: a person by the sign-in page, whose cookie is read here, a program in each request
/// (<c>Authorization: Bearer KEY</c>).
/// </summary>
internal sealed partial class OperateGate(
    OperateKeys keys, OperatorTries tries, Identities identities, PublicAddress address, TimeProvider time, ILogger<OperateGate> logger)
{
    /// <summary>The field of every form that changes anything.</summary>
    public const string FormToken = "form_token";

    private const string Cookie = "operator";
    private const string Scheme = "Bearer ";

    public async Task<Entrance> EnterAsync(HttpContext context, CancellationToken cancellation)
    {
        if (!keys.IsSet)
            return new Entrance.NoKey();
        var authorization = context.Request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return await TryKeyAsync(context, authorization[Scheme.Length..], cancellation)
                ?? new Entrance.Open(Operator.TryParse(context.Request.Headers["Operator"], out var named) ? named : Operator.Unnamed, FormToken: "");
        }

        if (OperatorSession.Read(context.Request.Cookies[Cookie], keys, time.Now) is not { } session)
            return new Entrance.Stranger();
        if (session.Prolonged(time.Now) is { } prolonged)
            Write(context.Response, prolonged);
        return new Entrance.Open(session.By, session.FormToken(keys));
    }

    /// <summary>Null if the key is ours, else why nobody is let in by it.</summary>
    public async Task<Entrance?> RefuseAsync(HttpContext context, string key, CancellationToken cancellation) =>
        keys.IsSet ? await TryKeyAsync(context, key, cancellation) : new Entrance.NoKey();

    public void SignIn(HttpContext context, Operator by) => Write(context.Response, OperatorSession.Begin(by, time.Now));

    public void SignOut(HttpContext context) => context.Response.Cookies.Delete(Cookie, Options());

    /// <summary>Whether a form was posted by a page of this very session.</summary>
    public static bool IsOwnForm(OperateVisit visit, string? token) =>
        visit.FormToken.Length == 0
        || CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token ?? ""), Encoding.UTF8.GetBytes(visit.FormToken));

    /// <summary>Whether a browser says that a page of another site posted this. One that says nothing is held by the form's token alone.</summary>
    public static bool IsForeign(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin" or "none");

    public void TellForeign()
    {
        WebMetrics.OperatorRefused("foreign_form");
        ForeignPost();
    }

    private async Task<Entrance?> TryKeyAsync(HttpContext context, string key, CancellationToken cancellation)
    {
        var network = identities.HashOf(Network.Of(context));
        if (await tries.IsFullAsync(network, cancellation))
        {
            WebMetrics.OperatorRefused("too_many_tries");
            TooManyTries(network);
            return new Entrance.TooManyTries();
        }

        if (keys.Opens(key))
            return null;
        await tries.CountAsync(network, cancellation);
        WebMetrics.OperatorRefused("wrong_key");
        WrongKey(network);
        return new Entrance.WrongKey();
    }

    private void Write(HttpResponse response, OperatorSession session)
    {
        var options = Options();
        options.MaxAge = (session.Until - time.Now).ToTimeSpan();
        response.Cookies.Append(Cookie, session.Write(keys), options);
    }

    private CookieOptions Options() => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = address.IsSecure,
        Path = "/operate",
    };

    [LoggerMessage(420, LogLevel.Warning, "A key that isn't ours was given for the operator's pages, from the network {Network}.")]
    private partial void WrongKey(string network);

    [LoggerMessage(421, LogLevel.Warning, "No key for the operator's pages is looked at any more in this hour from the network {Network}: too many were wrong.")]
    private partial void TooManyTries(string network);

    [LoggerMessage(422, LogLevel.Warning, "A form for the operator's pages was refused: it came from another site, or from a page of another session.")]
    private partial void ForeignPost();
}
