using System.Globalization;
using System.Net;

namespace SendGridEmulator.Inbox;

/// <summary>What the pages share. Everything that came in a mail goes through <see cref="Text"/>.</summary>
internal static class Page
{
    public static string Text(string? text) => WebUtility.HtmlEncode(text ?? "");

    public static string Time(DateTimeOffset time)
    {
        var utc = time.ToUniversalTime();
        return string.Create(CultureInfo.InvariantCulture, $"<time datetime=\"{utc:yyyy-MM-ddTHH:mm:ssZ}\">{utc:ddd d MMM yyyy, HH:mm:ss} UTC</time>");
    }

    public static string Whole(string title, string main, bool follows = false) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{Text(title)}</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="/inbox.css">
        {(follows ? "<script src=\"/inbox.js\" defer></script>" : "")}
        </head>
        <body>
        <main>
        {main}
        </main>
        </body>
        </html>
        """;
}
