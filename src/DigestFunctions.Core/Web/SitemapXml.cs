using System.Text;
using System.Xml.Linq;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Web;

/// <summary>All that is public, for search engines (sitemaps.org): every page in every language, each naming the others.</summary>
internal static class SitemapXml
{
    private static readonly XNamespace Map = "http://www.sitemaps.org/schemas/sitemap/0.9";
    private static readonly XNamespace Xhtml = "http://www.w3.org/1999/xhtml";

    public static string Write(PublicAddress address, IReadOnlyList<Language> languages, IEnumerable<string> paths) => Xml.Text(new XElement(
        Map + "urlset",
        new XAttribute(XNamespace.Xmlns + "xhtml", Xhtml),
        from path in paths
        from language in languages
        select new XElement(
            Map + "url",
            new XElement(Map + "loc", address.Page(path, language)),
            languages.Select(other => new XElement(
                Xhtml + "link",
                new XAttribute("rel", "alternate"),
                new XAttribute("hreflang", other.ToString()),
                new XAttribute("href", address.Page(path, other)))))));
}

internal static class Xml
{
    /// <summary>A document that says that it is UTF-8, as it is sent.</summary>
    public static string Text(XElement root)
    {
        using var text = new Utf8Text();
        new XDocument(root).Save(text);
        return text.ToString();
    }

    private sealed class Utf8Text : StringWriter
    {
        public Utf8Text()
            : base(System.Globalization.CultureInfo.InvariantCulture)
        {
        }

        public override Encoding Encoding => Encoding.UTF8;
    }
}
