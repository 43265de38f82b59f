using System.Xml.Linq;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using NodaTime;
using NodaTime.Text;

namespace DigestFunctions.Core.Web;

/// <summary>The archive for feed readers: an Atom feed (RFC 4287).</summary>
internal static class AtomFeed
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";

    public static string Write(
        PublicAddress address, Language language, string title, string author, IEnumerable<ArchivedIssue> issues, TipModels models)
    {
        var entries = issues.Select(archived => Entry(address, language, archived, models)).ToList();
        return Xml.Text(new XElement(
            Atom + "feed",
            new XAttribute(XNamespace.Xml + "lang", language.ToString()),
            new XElement(Atom + "id", address.Page("/feed.xml", language)),
            new XElement(Atom + "title", title),
            new XElement(Atom + "updated", entries.Count > 0 ? entries[0].Element(Atom + "updated")!.Value : Moment(DigestFunctions.Core.Tips.Calendar.Start.Monday)),
            new XElement(Atom + "author", new XElement(Atom + "name", author)),
            Link("self", address.Page("/feed.xml", language), "application/atom+xml"),
            Link("alternate", address.Page("/archive", language), "text/html"),
            entries));
    }

    private static XElement Entry(PublicAddress address, Language language, ArchivedIssue archived, TipModels models)
    {
        var url = address.Page(archived.Path, language);
        return new XElement(
            Atom + "entry",
            new XElement(Atom + "id", url),
            new XElement(Atom + "title", archived.Tip.Title),
            new XElement(Atom + "updated", Moment(archived.Issue.Monday)),
            Link("alternate", url, "text/html"),
            new XElement(Atom + "summary", archived.Tip.Preheader),
            new XElement(Atom + "content", new XAttribute("type", "html"), models.Html(archived.Tip, language)));
    }

    private static XElement Link(string relation, string address, string type) => new(
        Atom + "link", new XAttribute("rel", relation), new XAttribute("href", address), new XAttribute("type", type));

    // An issue is out when its week begins.
    private static string Moment(LocalDate monday) => InstantPattern.General.Format(monday.AtMidnight().InUtc().ToInstant());
}
