using DigestFunctions.Core.Web.Operate;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DigestFunctions.Core.Web;

/// <summary>An address of the service, and who answers there.</summary>
internal sealed record Route(string Method, string Pattern, Func<HttpContext, Task<IResult>> Handle)
{
    /// <summary>What can be looked at, can be asked for its headers alone: link checkers and monitors do (RFC 9110, 9.3.2).</summary>
    public IReadOnlyList<string> Methods => Method == "GET" ? ["GET", "HEAD"] : [Method];
}

/// <summary>Everything that is answered over HTTP. The Functions app has a trigger for each; a test holds the two together.</summary>
internal static class Routes
{
    public static IReadOnlyList<Route> All { get; } =
    [
        new("GET", "/", context => Of<FormPages>(context).Show(context)),
        new("POST", "/subscribe", context => Of<FormPages>(context).Subscribe(context)),
        new("GET", "/confirm/{token}", context => Of<ConfirmPages>(context).Show(context, Value(context, "token"))),
        new("POST", "/confirm/{token}", context => Of<ConfirmPages>(context).Confirm(context, Value(context, "token"))),
        new("GET", "/unsubscribe/{token}", context => Of<UnsubscribePages>(context).Show(context, Value(context, "token"))),
        new("POST", "/unsubscribe/{token}", context => Of<UnsubscribePages>(context).Leave(context, Value(context, "token"))),
        new("GET", "/preferences/{token}", context => Of<PreferencesPages>(context).Show(context, Value(context, "token"))),
        new("POST", "/preferences/{token}", context => Of<PreferencesPages>(context).Change(context, Value(context, "token"))),
        new("GET", "/checkin/{token}/{issue}", context => Of<CheckInPages>(context).Show(context, Value(context, "token"), Value(context, "issue"))),
        new("POST", "/checkin/{token}/{issue}", context => Of<CheckInPages>(context).CheckIn(context, Value(context, "token"), Value(context, "issue"))),
        new("GET", "/link", context => Of<LinkPages>(context).Show(context)),
        new("POST", "/link", context => Of<LinkPages>(context).Ask(context)),
        new("GET", "/preferences/{token}/data", context => Of<DataPages>(context).Offer(context, Value(context, "token"))),
        new("POST", "/preferences/{token}/data", context => Of<DataPages>(context).Ask(context, Value(context, "token"))),
        new("GET", "/data/{token}", context => Of<DataPages>(context).Show(context, Value(context, "token"))),
        new("POST", "/data/{token}", context => Of<DataPages>(context).Act(context, Value(context, "token"))),
        new("GET", "/address/{token}", context => Of<AddressPages>(context).Show(context, Value(context, "token"))),
        new("POST", "/address/{token}", context => Of<AddressPages>(context).Confirm(context, Value(context, "token"))),
        new("GET", "/archive", context => Of<ArchivePages>(context).List(context)),
        new("GET", "/archive/{issue}", context => Of<ArchivePages>(context).Show(context, Value(context, "issue"))),
        new("GET", "/archive/{issue}/{tip}", context => Of<ArchivePages>(context).Show(context, Value(context, "issue"), Value(context, "tip"))),
        new("GET", "/feed.xml", context => Of<ArchivePages>(context).Feed(context)),
        new("GET", "/sitemap.xml", context => Of<ArchivePages>(context).Sitemap(context)),
        new("GET", "/questions/{slug}", context => Of<QuestionPages>(context).Show(context, Value(context, "slug"))),
        new("GET", "/privacy", context => Of<QuestionPages>(context).ShowPrivacy(context)),
        new("POST", "/webhooks/sendgrid", context => Of<WebhookPages>(context).Receive(context)),
        new("GET", "/health", context => Of<HealthPages>(context).Live(context)),
        new("GET", "/health/ready", context => Of<HealthPages>(context).Ready(context)),
        new("GET", "/operate/{*path}", context => Of<OperateRoom>(context).Answer(context)),
        new("POST", "/operate/{*path}", context => Of<OperateRoom>(context).Answer(context)),
        // Nothing takes these; the room knows which method each of its addresses does.
        new("PUT", "/operate/{*path}", context => Of<OperateRoom>(context).Answer(context)),
        new("PATCH", "/operate/{*path}", context => Of<OperateRoom>(context).Answer(context)),
        new("DELETE", "/operate/{*path}", context => Of<OperateRoom>(context).Answer(context)),
        new("GET", "/assets/{file}", context => Of<Assets>(context).Get(context, Value(context, "file"))),
    ];

    /// <summary>Answers where no route does: 405 on the path of one that wants another method, else 404.</summary>
    public static Task<IResult> NotFound(HttpContext context) => Of<LostPages>(context).Show(context);

    /// <summary>Maps the table, and what isn't in it, on a server that routes by itself.</summary>
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (var route in All)
            endpoints.MapMethods(route.Pattern, route.Methods, Sending(route.Handle));
        endpoints.MapFallback("{**path}", Sending(NotFound));
    }

    private static RequestDelegate Sending(Func<HttpContext, Task<IResult>> handle) =>
        async context => await (await handle(context)).ExecuteAsync(context);

    private static T Of<T>(HttpContext context)
        where T : notnull => context.RequestServices.GetRequiredService<T>();

    private static string Value(HttpContext context, string name) => (string?)context.GetRouteValue(name) ?? "";
}
