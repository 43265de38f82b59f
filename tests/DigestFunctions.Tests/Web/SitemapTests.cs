using System.Text;
using System.Xml.Linq;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace DigestFunctions.Tests.Web;

/// <summary>What sitemaps.org asks of a sitemap, and what is asked of pages in more than one language.</summary>
public sealed class SitemapTests
{
    private static readonly XNamespace Map = "http://www.sitemaps.org/schemas/sitemap/0.9";
    private static readonly XNamespace Xhtml = "http://www.w3.org/1999/xhtml";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_sitemap_keeps_to_the_protocol()
    {
        var text = await TextAsync();
        var map = XDocument.Parse(text);

        Assert.Equal("utf-8", map.Declaration?.Encoding);
        Assert.InRange(Encoding.UTF8.GetByteCount(text), 1, 50 * 1024 * 1024);
        Assert.Equal(Map + "urlset", map.Root!.Name);
        Assert.InRange(map.Root.Elements().Count(), 1, 50_000);
        Assert.All(map.Root.Elements(), url =>
        {
            Assert.Equal(Map + "url", url.Name);
            Assert.Equal(Map + "loc", url.Elements().First().Name);
            Assert.All(url.Elements().Skip(1), other => Assert.Equal(Xhtml + "link", other.Name));
        });
    }

    [Fact]
    public async Task Every_page_is_named_once_and_in_full()
    {
        var pages = XDocument.Parse(await TextAsync()).Descendants(Map + "loc").Select(page => page.Value).ToList();

        Assert.Distinct(pages);
        Assert.All(pages, page =>
        {
            Assert.True(page.Length < 2_048 && new Uri(page, UriKind.Absolute).IsWellFormedOriginalString(), page);
            // No page of another host than the map's own.
            Assert.StartsWith("https://digest.example.org/", page, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Every_page_names_itself_and_the_others_and_they_name_it()
    {
        var pages = XDocument.Parse(await TextAsync()).Root!.Elements().ToDictionary(
            url => url.Element(Map + "loc")!.Value,
            url => url.Elements(Xhtml + "link").ToDictionary(link => link.Attribute("hreflang")!.Value, link => link.Attribute("href")!.Value));

        Assert.All(pages, page =>
        {
            Assert.Equal(["en", "ko"], page.Value.Keys.Order(StringComparer.Ordinal));
            Assert.Contains(page.Key, page.Value.Values);
            Assert.All(page.Value.Values, other => Assert.Equal(page.Value, pages[other]));
        });
    }

    private static async Task<string> TextAsync()
    {
        await using var site = await TestSite.StartAsync(new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero)));
        using var answer = await site.Person().GetAsync("/sitemap.xml", Cancellation);
        Assert.Equal("application/xml", answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadAsStringAsync(Cancellation);
    }
}
