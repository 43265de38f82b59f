namespace SendGridEmulator.Inbox;

internal static class MailHtml
{
    private const string Base = "<base target=\"_blank\">";

    /// <summary>Inside a frame a link would open in the frame; a person who clicks "Confirm" wants the page.</summary>
    public static string OpeningLinksInNewPages(string html)
    {
        var head = html.IndexOf("<head", StringComparison.OrdinalIgnoreCase);
        var end = head < 0 ? -1 : html.IndexOf('>', head);
        // Before a doctype it would put the browser into quirks mode: without a head, after all else.
        return end < 0 ? html + Base : html.Insert(end + 1, Base);
    }
}
