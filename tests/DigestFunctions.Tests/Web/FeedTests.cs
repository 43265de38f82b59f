using System.ServiceModel.Syndication;
using System.Xml.Linq;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace DigestFunctions.Tests.Web;

public sealed class FeedTests
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public async Task The_feed_is_valid_Atom(string language) =>
        Assert.Empty(AtomRules.Faults(await FeedAsync(language)));

    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public async Task A_feed_reader_of_another_s_making_reads_it_all(string language)
    {
        using var xml = (await FeedAsync(language)).CreateReader();

        var feed = SyndicationFeed.Load(xml);

        Assert.Equal(language, feed.Language);
        Assert.Equal(20, feed.Items.Count());
        Assert.Equal(feed.Items.Select(item => item.LastUpdatedTime).OrderDescending(), feed.Items.Select(item => item.LastUpdatedTime));
        Assert.Equal(feed.LastUpdatedTime, feed.Items.First().LastUpdatedTime);
        Assert.Contains(feed.Links, link => link.RelationshipType == "self" && link.Uri.AbsoluteUri == feed.Id);
        Assert.All(feed.Items, item =>
        {
            Assert.Equal("html", Assert.IsType<TextSyndicationContent>(item.Content).Type);
            Assert.NotEqual("", item.Title.Text);
            Assert.Equal(item.Id, Assert.Single(item.Links).Uri.AbsoluteUri);
        });
    }

    [Theory]
    [InlineData("<entry><title>t</title><updated>2026-11-23T00:00:00Z</updated><content>c</content></entry>", "entry has 0 id")]
    [InlineData("<title>again</title>", "feed has 2 title")]
    [InlineData("<pubDate>today</pubDate>", "feed has a pubDate")]
    [InlineData("<updated>2026-11-23 00:00</updated>", "'2026-11-23 00:00' is no moment of RFC 3339")]
    [InlineData("<link rel='alternate' href='/archive'/>", "a link has no address")]
    [InlineData("<link rel='alternate' type='text/html' href='https://example.org/'/>", "two alternate links are of one type and language")]
    [InlineData("<entry><id>urn:1</id><title>t</title><updated>2026-11-23T00:00:00Z</updated></entry>", "an entry has neither content nor a page")]
    [InlineData("<entry><id>urn:1</id><title>t</title><updated>2026-11-23T00:00:00Z</updated><content type='html'>&lt;p&gt;&lt;div&gt;&lt;/p&gt;</content></entry>", "content is no HTML")]
    [InlineData("<author><email>a@example.org</email></author>", "author has 0 name")]
    public async Task A_feed_with_a_fault_does_not_pass_for_valid(string fault, string complaint)
    {
        var feed = await FeedAsync("en");
        feed.Elements(Atom + "entry").First().AddBeforeSelf(XElement.Parse($"<x xmlns='{Atom}'>{fault}</x>").Elements());

        Assert.Contains(complaint, AtomRules.Faults(feed));
    }

    [Fact]
    public async Task Another_week_changes_no_entry_that_was_there()
    {
        var before = Entries(await FeedAsync("en"));
        var after = Entries(await FeedAsync("en", days: 7));

        Assert.Equal(19, before.Intersect(after, StringComparer.Ordinal).Count());

        static List<string> Entries(XElement feed) => [.. feed.Elements(Atom + "entry").Select(entry => entry.ToString())];
    }

    private static async Task<XElement> FeedAsync(string language, int days = 0)
    {
        var wednesday = new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
        await using var site = await TestSite.StartAsync(new FakeTimeProvider(wednesday.AddDays(days)));
        return XDocument.Parse(await site.Person().GetStringAsync($"/feed.xml?language={language}", Cancellation)).Root!;
    }
}
