using System.Globalization;
using System.Text;
using SendGridEmulator.Mail;

namespace SendGridEmulator.Inbox;

/// <summary>The first messages of a list that may be longer.</summary>
internal sealed record MailList(int Total, IReadOnlyList<Message> Shown);

internal static class ListPage
{
    public static string Html(MailList delivered, MailList waiting, string? to, bool countOnly)
    {
        var page = new StringBuilder();
        page.Append("<header><h1>Inbox</h1><p>What SendGrid would have delivered. Nothing here leaves this machine.</p></header>");
        page.Append(CultureInfo.InvariantCulture, $"""
            <form method="get" action="/" role="search">
            <label for="to">Mail to</label>
            <input id="to" name="to" type="search" value="{Page.Text(to)}" placeholder="ada@example.com" autocomplete="off" spellcheck="false">
            <button>Show</button>{(to is null ? "" : "<a href=\"/\">All mail</a>")}
            </form>
            <p id="news" role="status"></p>
            """);

        if (waiting.Total > 0)
            AppendList(page, "Waiting", "Accepted, to be delivered when it is due.", waiting);

        if (delivered.Total > 0)
            AppendList(page, "Delivered", null, delivered);
        else
            page.Append(Empty(waiting.Total > 0, to, countOnly));

        return Page.Whole("Inbox", page.ToString(), follows: true);
    }

    private static void AppendList(StringBuilder page, string title, string? about, MailList list)
    {
        var count = list.Total.ToString("N0", CultureInfo.InvariantCulture);
        page.Append(CultureInfo.InvariantCulture, $"<section><h2>{title} <span class=\"count\">{count}</span></h2>");
        if (about is not null)
            page.Append(CultureInfo.InvariantCulture, $"<p class=\"about\">{about}</p>");

        page.Append("<ol class=\"mail\">");
        foreach (var message in list.Shown)
            page.Append(Row(message));
        page.Append("</ol>");
        if (list.Total > list.Shown.Count)
            page.Append(CultureInfo.InvariantCulture, $"<p class=\"about\">The first {list.Shown.Count} of {count}. Search for an address to see its mail.</p>");
        page.Append("</section>");
    }

    private static string Row(Message message)
    {
        var who = string.IsNullOrWhiteSpace(message.Name)
            ? $"<span class=\"who\">{Page.Text(message.To)}</span>"
            : $"<span class=\"who\">{Page.Text(message.Name)} <span class=\"address\">{Page.Text(message.To)}</span></span>";
        var when = message.SendAt is { } sendAt
            ? $"{Page.Time(message.DeliveredAt ?? message.AcceptedAt)} · scheduled for {Page.Time(sendAt)}"
            : Page.Time(message.DeliveredAt ?? message.AcceptedAt);
        return $"""
            <li><a href="/message/{Page.Text(message.Id)}"><span class="subject">{Page.Text(message.Subject)}</span>{who}<span class="when">{when}</span></a></li>
            """;
    }

    private static string Empty(bool waits, string? to, bool countOnly) =>
        countOnly ? """<section class="empty"><h2>Counting only</h2><p>This emulator was started with --count-only and keeps no mail. Its figures are at <a href="/inbox/stats">/inbox/stats</a>.</p></section>"""
        : to is not null ? $"""<section class="empty"><h2>No mail to {Page.Text(to)}</h2><p>Nothing was delivered to this address yet.</p></section>"""
        : waits ? """<section class="empty"><h2>Nothing delivered yet</h2><p>The mail above waits until it is due. Start the emulator with --deliver-at-once to see it when it comes.</p></section>"""
        : """
          <section class="empty"><h2>No mail yet</h2>
          <p>Subscribe with any address on the form, at <a href="http://localhost:7071/">http://localhost:7071</a> when the service runs here, and the mail that asks you to confirm appears on this page.</p>
          <p>To send from elsewhere, use this page's address as SendGrid's, with any API key.</p></section>
          """;
}
