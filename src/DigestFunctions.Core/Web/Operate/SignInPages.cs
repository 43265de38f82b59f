using DigestFunctions.Core.Operations;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web.Operate;

/// <summary>Where an operator gives the key, once an hour or so. A program is told how to bring it.</summary>
internal sealed class SignInPages(OperateGate gate, OperatePage page, AuditLog audit)
{
    public async Task<IResult> AnswerAsync(HttpContext context, CancellationToken cancellation)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
            return Ask(context, fault: "");
        if (OperateGate.IsForeign(context.Request))
        {
            gate.TellForeign();
            return Ask(context, "That came from another site. Give the key here.", StatusCodes.Status403Forbidden);
        }

        var fields = await RequestBody.ReadAsync(context.Request) as BodyReading.Fields;
        if (fields?["leave"] is not null)
        {
            gate.SignOut(context);
            return See("/operate/sign-in");
        }

        if (!Operator.TryParse(fields?["name"], out var by))
            return Ask(context, "Say what you are called: a short name without links, and no address.", StatusCodes.Status422UnprocessableEntity);
        if (await gate.RefuseAsync(context, fields?["key"] ?? "", cancellation) is { } refused)
            return Refuse(context, refused);
        await audit.AddAsync(by, AuditAction.SignedIn, "", "", cancellation);
        gate.SignIn(context, by);
        return See(Back(fields?["back"]));
    }

    /// <summary>Answers one who isn't let in.</summary>
    public IResult Refuse(HttpContext context, Entrance entrance) => entrance switch
    {
        Entrance.NoKey => page.Say(
            Outside(context), "The operator's pages are closed", "Nobody has set a key. Set Operate:Key (32 bytes in base64, such as openssl rand -base64 32) and start anew.",
            "/", StatusCodes.Status404NotFound),
        Entrance.TooManyTries => Ask(context, "Too many wrong keys came from your network. Try again in the next hour.", StatusCodes.Status429TooManyRequests),
        Entrance.WrongKey => Ask(context, "That is not the key. It is what the setting Operate:Key says; the local run prints it.", StatusCodes.Status401Unauthorized),
        _ when Readers.IsProgram(context.Request) || HttpMethods.IsPost(context.Request.Method) => Ask(context, "You are signed out; nothing was changed. Sign in, then do it again.", StatusCodes.Status401Unauthorized),
        _ => See("/operate/sign-in?back=" + Uri.EscapeDataString(context.Request.Path)),
    };

    private IResult Ask(HttpContext context, string fault, int status = StatusCodes.Status200OK)
    {
        var visit = Outside(context);
        if (visit.IsProgram)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return page.Say(visit, "The key is wanted", fault.Length > 0 ? fault : "Send Authorization: Bearer KEY, the value of Operate:Key.", status: status < 400 ? StatusCodes.Status401Unauthorized : status);
        }

        return page.Show(visit, "sign-in.html", new { Title = "Sign in", Fault = fault, Back = Back(context.Request.Query["back"]) }, status);
    }

    private static OperateVisit Outside(HttpContext context) => new(context, Operator.Unnamed, FormToken: "", new Dictionary<string, string>());

    // Below /operate only: nobody is sent elsewhere by a link to us.
    private static string Back(string? path) =>
        path is { Length: < 200 } && path.StartsWith("/operate/", StringComparison.Ordinal) && path.All(each => char.IsAsciiLetterOrDigit(each) || each is '/' or '-' or '|' or '~' or '_') && path != "/operate/sign-in"
            ? path
            : "/operate";

    private static SeeOther See(string path) => new SeeOther(path);
}
