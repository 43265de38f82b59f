using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using AngleSharp.Html.Parser;

namespace DigestFunctions.Tests.Web;

/// <summary>What RFC 4287 asks of a feed document, as one reads it who doesn't know who wrote the feed.</summary>
internal static partial class AtomRules
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";

    // Once, or marked as in the RFC's own grammar. What a feed or an entry is not made of is caught by this as well.
    private static readonly Dictionary<string, string[]> Children = new(StringComparer.Ordinal)
    {
        // 4.1.1
        ["feed"] = "id title updated author* category* contributor* generator? icon? link* logo? rights? subtitle? entry*".Split(' '),
        // 4.1.2
        ["entry"] = "id title updated author* category* content? contributor* link* published? rights? source? summary?".Split(' '),
        // 3.2
        ["author"] = "name uri? email?".Split(' '),
    };

    // Without a namespace. 2 has xml:lang and xml:base on every element.
    private static readonly Dictionary<string, string[]> Attributes = new(StringComparer.Ordinal)
    {
        ["link"] = ["href", "rel", "type", "hreflang", "title", "length"],
        ["content"] = ["type", "src"],
        ["title"] = ["type"],
        ["subtitle"] = ["type"],
        ["summary"] = ["type"],
        ["rights"] = ["type"],
    };

    /// <summary>What is wrong with it; nothing, where it is valid.</summary>
    public static IEnumerable<string> Faults(XElement feed) =>
    [
        .. feed.Name == Atom + "feed" ? [] : (string[])[$"the document is a {feed.Name}"],
        .. feed.DescendantsAndSelf().SelectMany(Structure),
        .. feed.DescendantsAndSelf().SelectMany(Content),
        .. Whole(feed),
        .. feed.Elements(Atom + "entry").SelectMany(Entry),
    ];

    private static IEnumerable<string> Structure(XElement element)
    {
        var name = element.Name.LocalName;
        if (element.Name.Namespace != Atom)
            yield return $"{element.Name} is of another namespace";
        var allowed = Children.GetValueOrDefault(name) ?? [];
        foreach (var unknown in element.Elements().Where(child => !allowed.Select(Name).Contains(child.Name.LocalName, StringComparer.Ordinal)))
            yield return $"{name} has a {unknown.Name.LocalName}";
        foreach (var child in allowed)
        {
            var count = element.Elements(Atom + Name(child)).Count();
            if (child[^1] switch { '*' => false, '?' => count > 1, _ => count != 1 })
                yield return $"{name} has {count} {Name(child)}";
        }

        foreach (var attribute in element.Attributes().Where(attribute => attribute.Name.Namespace == XNamespace.None && !attribute.IsNamespaceDeclaration))
        {
            if (Attributes.GetValueOrDefault(name)?.Contains(attribute.Name.LocalName, StringComparer.Ordinal) != true)
                yield return $"{name} has the attribute {attribute.Name}";
        }

        if (element.Attribute(XNamespace.Xml + "lang") is { } language && !LanguageTag().IsMatch(language.Value))
            yield return $"'{language.Value}' is no language";
    }

    private static string Name(string child) => child.TrimEnd('*', '?');

    private static IEnumerable<string> Content(XElement element)
    {
        var (name, text, type) = (element.Name.LocalName, element.Value, element.Attribute("type")?.Value);
        switch (name)
        {
            case "id" when !IsIri(text):
                yield return $"'{text}' is no absolute IRI";
                break;
            case "updated" or "published" when !Moment().IsMatch(text) || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _):
                yield return $"'{text}' is no moment of RFC 3339";
                break;
            case "link" when !IsIri(element.Attribute("href")?.Value):
                yield return "a link has no address";
                break;
            case "link" when type is not null && !MediaType().IsMatch(type):
                yield return $"'{type}' is no media type";
                break;
            case "name" when text.Length == 0:
                yield return "a person has no name";
                break;
            // 3.1.1.2: HTML that is suitable within a div.
            case "title" or "subtitle" or "summary" or "content" when type == "html" && !IsHtml(text):
                yield return $"{name} is no HTML";
                break;
            case "title" or "subtitle" or "summary" or "content" when type is not (null or "text" or "html"):
                yield return $"{name} is of type '{type}', which nothing here has to be";
                break;
        }
    }

    private static IEnumerable<string> Whole(XElement feed)
    {
        var entries = feed.Elements(Atom + "entry").ToList();
        if (feed.Element(Atom + "author") is null && entries.Exists(entry => entry.Element(Atom + "author") is null))
            yield return "an entry has no author";
        if (entries.Exists(entry => entry.ElementsAfterSelf().Any(after => after.Name != Atom + "entry")))
            yield return "what describes the feed comes after an entry";
        // 4.1.1: a feed should say where it is.
        if (Links(feed, "self").Count() != 1)
            yield return "the feed does not say where it is";
        // 4.2.6: of two entries with one id, a reader drops one; of two feeds, both.
        foreach (var twice in feed.Descendants(Atom + "id").GroupBy(id => id.Value, StringComparer.Ordinal).Where(same => same.Count() > 1))
            yield return $"{twice.Key} is the id of two";
        foreach (var holder in entries.Prepend(feed))
        {
            if (Links(holder, "alternate").GroupBy(link => (link.Attribute("type")?.Value, link.Attribute("hreflang")?.Value)).Any(same => same.Count() > 1))
                yield return "two alternate links are of one type and language";
        }
    }

    private static IEnumerable<string> Entry(XElement entry)
    {
        if (entry.Element(Atom + "content") is null && !Links(entry, "alternate").Any())
            yield return "an entry has neither content nor a page";
        if (entry.Element(Atom + "content")?.Attribute("src") is not null && entry.Element(Atom + "summary") is null)
            yield return "what is elsewhere has no summary";
    }

    // 4.2.7.2: a link that says nothing of it is an alternate one.
    private static IEnumerable<XElement> Links(XElement holder, string relation) =>
        holder.Elements(Atom + "link").Where(link => (link.Attribute("rel")?.Value ?? "alternate") == relation);

    private static bool IsIri(string? text) =>
        text is not null && !text.Any(char.IsWhiteSpace) && Uri.TryCreate(text, UriKind.Absolute, out var iri) && iri.IsWellFormedOriginalString();

    private static bool IsHtml(string text)
    {
        try
        {
            var page = new HtmlParser(new HtmlParserOptions { IsStrictMode = true }).ParseDocument($"<!doctype html><title>.</title><div>{text}</div>");
            return page.Body!.ChildElementCount == 1 && page.QuerySelector("script, iframe, style, link, meta, object, embed") is null;
        }
        catch (HtmlParseException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Moment();

    [GeneratedRegex("^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LanguageTag();

    [GeneratedRegex("^[^/\\s]+/[^/\\s]+$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex MediaType();
}
