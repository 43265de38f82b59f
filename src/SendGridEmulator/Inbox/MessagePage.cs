using System.Globalization;
using System.Text;
using SendGridEmulator.Mail;

namespace SendGridEmulator.Inbox;

internal static class MessagePage
{
    public static string Missing { get; } = Page.Whole("No such message", """
        <header><p><a href="/">Inbox</a></p><h1>No such message</h1></header>
        <p>It may have been deleted, or the emulator was started anew without a data folder.</p>
        """);

    public static string Html(Message message)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""<header><p><a href="/">Inbox</a></p><h1>{Page.Text(message.Subject)}</h1></header><dl class="envelope">""");
        AppendRow(page, "To", Page.Text(Of(new Mailbox(message.To, message.Name))));
        AppendRow(page, "From", Page.Text(Of(message.From)));
        if (message.ReplyTo is { } reply)
            AppendRow(page, "Reply to", Page.Text(Of(reply)));
        AppendRow(page, "Accepted", Page.Time(message.AcceptedAt));
        if (message.SendAt is { } sendAt)
            AppendRow(page, "Scheduled for", Page.Time(sendAt));
        AppendRow(page, "State", message.State + (message.DeliveredAt is { } at ? $", {Page.Time(at)}" : ""));
        page.Append("</dl>");

        if (message.Html is not null)
        {
            page.Append(CultureInfo.InvariantCulture, $"""
                <section><h2>HTML <a class="aside" href="/message/{Page.Text(message.Id)}/html" target="_blank" rel="noopener">Open by itself</a></h2>
                <iframe title="The mail as HTML" src="/message/{Page.Text(message.Id)}/html" sandbox="allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"></iframe></section>
                """);
        }

        if (message.Text is not null)
            page.Append(CultureInfo.InvariantCulture, $"<section><h2>Text</h2><pre tabindex=\"0\">{Page.Text(message.Text)}</pre></section>");

        AppendPairs(page, "Headers", message.Headers);
        AppendPairs(page, "Custom arguments", message.CustomArgs);
        return Page.Whole(message.Subject, page.ToString());
    }

    private static string Of(Mailbox mailbox) =>
        string.IsNullOrWhiteSpace(mailbox.Name) ? mailbox.Email : $"{mailbox.Name} <{mailbox.Email}>";

    private static void AppendPairs(StringBuilder page, string title, IReadOnlyDictionary<string, string> pairs)
    {
        if (pairs.Count == 0)
            return;

        page.Append(CultureInfo.InvariantCulture, $"<section><h2>{title}</h2><dl class=\"pairs\">");
        foreach (var (name, value) in pairs)
            AppendRow(page, Page.Text(name), Page.Text(value));
        page.Append("</dl></section>");
    }

    private static void AppendRow(StringBuilder page, string name, string value) =>
        page.Append("<div><dt>").Append(name).Append("</dt><dd>").Append(value).Append("</dd></div>");
}
