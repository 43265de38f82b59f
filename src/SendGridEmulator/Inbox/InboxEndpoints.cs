using System.Globalization;
using System.Text.Json.Serialization;
using SendGridEmulator.Mail;

namespace SendGridEmulator.Inbox;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IEnumerable<Message>))]
[JsonSerializable(typeof(Stats))]
internal sealed partial class InboxJson : JsonSerializerContext;

/// <summary>The inbox, for programs as JSON and for people as pages.</summary>
internal static class InboxEndpoints
{
    private const int ShownAtOnce = 200;

    /// <summary>Pages load nothing from elsewhere and run nothing but the emulator's own script.</summary>
    private const string PagePolicy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:; form-action 'self'; base-uri 'none'";

    /// <summary>A mail runs nothing, but its links work, each in a page of its own.</summary>
    private const string MailPolicy = "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; default-src 'none'; style-src 'unsafe-inline'; img-src * data:; font-src * data:; frame-ancestors 'self'";

    public static void MapInbox(this IEndpointRouteBuilder app)
    {
        app.MapGet("/inbox/messages", (Mailroom mailroom, string? to, int? limit) => Json(mailroom.Delivered(to), limit));
        app.MapGet("/inbox/scheduled", (Mailroom mailroom, string? to, int? limit) => Json(mailroom.Waiting(to), limit));
        app.MapDelete("/inbox/messages", (Mailroom mailroom) =>
        {
            mailroom.Empty();
            return Results.NoContent();
        });
        app.MapGet("/inbox/stats", (Mailroom mailroom, Tally tally) =>
        {
            mailroom.Settle();
            return Results.Json(tally.Read(), InboxJson.Default.Stats);
        });

        app.MapGet("/", (HttpContext context, Mailroom mailroom, EmulatorOptions options, string? to) => ShowList(context, mailroom, options, to));
        app.MapGet("/message/{id}", (HttpContext context, string id, Mailroom mailroom) => ShowMessage(context, Find(mailroom, id)));
        app.MapGet("/message/{id}/html", (HttpContext context, string id, Mailroom mailroom) => ShowMail(context, Find(mailroom, id)));
        app.MapGet("/inbox.css", () => Resource("inbox.css", "text/css"));
        app.MapGet("/inbox.js", () => Resource("inbox.js", "text/javascript"));
    }

    private static IResult Json(IReadOnlyList<MessageRef> messages, int? limit) =>
        Results.Json(messages.Take(limit ?? int.MaxValue).Select(m => m.Read()), InboxJson.Default.IEnumerableMessage);

    private static IResult ShowList(HttpContext context, Mailroom mailroom, EmulatorOptions options, string? to)
    {
        var wanted = string.IsNullOrWhiteSpace(to) ? null : to.Trim();
        var waiting = mailroom.Waiting(wanted);
        var delivered = mailroom.Delivered(wanted);
        return Page(context, ListPage.Html(
            new MailList(delivered.Count, [.. delivered.Take(ShownAtOnce).Select(m => m.Read())]),
            new MailList(waiting.Count, [.. waiting.Take(ShownAtOnce).Select(m => m.Read())]),
            wanted,
            options.CountOnly));
    }

    private static IResult ShowMessage(HttpContext context, MessageRef? found) =>
        found is { } message ? Page(context, MessagePage.Html(message.Read())) : Page(context, MessagePage.Missing, 404);

    private static IResult ShowMail(HttpContext context, MessageRef? found)
    {
        if (found?.Read() is not { Html: { } html })
            return Results.NotFound();

        context.Response.Headers.ContentSecurityPolicy = MailPolicy;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Text(MailHtml.OpeningLinksInNewPages(html), "text/html", System.Text.Encoding.UTF8);
    }

    private static MessageRef? Find(Mailroom mailroom, string id) =>
        id.Split('-') is [var request, var recipient]
        && long.TryParse(request, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && int.TryParse(recipient, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? mailroom.Find(number, index)
            : null;

    private static IResult Page(HttpContext context, string html, int status = 200)
    {
        context.Response.Headers.ContentSecurityPolicy = PagePolicy;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        context.Response.Headers.CacheControl = "no-store";
        return Results.Text(html, "text/html", System.Text.Encoding.UTF8, status);
    }

    private static IResult Resource(string name, string type) =>
        Results.Stream(typeof(InboxEndpoints).Assembly.GetManifestResourceStream(name)!, type);
}
