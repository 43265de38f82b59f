using System.Net;
using System.Xml.Linq;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Tips;
using DigestFunctions.Tests.Email;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace DigestFunctions.Tests.Web;

public sealed class ArchiveTests
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";
    private static readonly XNamespace Map = "http://www.sitemaps.org/schemas/sitemap/0.9";
    private static readonly TipLibrary Library = TipLibrary.Load(ContentFolder.BesideProgram);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // A Wednesday of week 48.
    private static FakeTimeProvider Wednesday => new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("en", "Past issues")]
    [InlineData("ko", "지난 호")]
    public async Task The_archive_lists_a_year_of_issues_the_latest_first(string language, string title)
    {
        await using var site = await TestSite.StartAsync(Wednesday);

        var page = await (await site.Person().GetAsync($"/archive?language={language}", Cancellation)).PageAsync();

        Assert.Equal(title, page.QuerySelector("h1")!.TextContent);
        var links = page.QuerySelectorAll(".issues a").Select(link => link.GetAttribute("href")!).ToList();
        Assert.Equal(48, links.Count);
        Assert.Equal($"/archive/2026-W48?language={language}", links[0]);
        Assert.Equal($"/archive/2026-W01?language={language}", links[^1]);
    }

    [Fact]
    public async Task Every_page_that_the_archive_and_the_sitemap_name_is_there()
    {
        await using var site = await TestSite.StartAsync(Wednesday);
        var map = XDocument.Parse(await site.Person().GetStringAsync("/sitemap.xml", Cancellation));
        var pages = map.Descendants(Map + "loc").Select(page => new Uri(page.Value).PathAndQuery).ToList();

        Assert.Equal(2 * (2 + 4 + 48), pages.Count);
        foreach (var page in pages)
            Assert.Equal(HttpStatusCode.OK, (await site.Person().GetAsync(page, Cancellation)).StatusCode);
    }

    [Fact]
    public async Task An_issue_holds_the_whole_tip_what_it_rests_on_and_the_way_to_the_form()
    {
        await using var site = await TestSite.StartAsync(Wednesday);
        var tip = Library[new Calendar(Library).TipOf(Slots.Issue("2026-W48")), Core.Subscribers.Language.English];

        var page = await (await site.Person().GetAsync("/archive/2026-W48?language=en", Cancellation)).PageAsync();

        var text = page.QuerySelector("main")!.TextContent;
        Assert.All(
            [tip.Title, tip.Why.Text, .. tip.Steps.Select(step => step.Text), tip.Reflect.Text, tip.RunningOnEmpty.Text],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.Equal(tip.Evidence is not null, page.QuerySelector(".evidence") is not null);
        Assert.Equal("/?language=en", page.QuerySelector("main a.button")!.GetAttribute("href"));
        Assert.Single(page.QuerySelectorAll("h1"));
    }

    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public async Task An_issue_tells_what_was_found_in_the_language_of_the_page(string language)
    {
        await using var site = await TestSite.StartAsync(Wednesday);
        Assert.True(Core.Subscribers.Language.TryParse(language, out var known));
        var tip = Library.All.Select(facts => Library[facts.Id, known]).First(one => one.Evidence is not null);

        var page = await (await site.Person().GetAsync($"/archive/2026-W48/{tip.Id}?language={language}", Cancellation)).PageAsync();

        var finding = page.QuerySelector(".evidence p")!;
        Assert.Equal(tip.Evidence!.Finding, finding.TextContent);
        Assert.Null(finding.GetAttribute("lang"));
    }

    [Fact]
    public async Task An_issue_says_of_itself_what_those_want_to_know_to_whom_it_is_passed_on()
    {
        await using var site = await TestSite.StartAsync(Wednesday);

        var page = await (await site.Person().GetAsync("/archive/2026-W48?language=ko", Cancellation)).PageAsync();

        Assert.Equal("https://digest.example.org/archive/2026-W48?language=ko", page.QuerySelector("link[rel=canonical]")!.GetAttribute("href"));
        Assert.Equal(2, page.QuerySelectorAll("link[rel=alternate][hreflang]").Length);
        Assert.NotEqual("", page.QuerySelector("meta[name=description]")!.GetAttribute("content"));
        Assert.Equal(page.QuerySelector("h1")!.TextContent, page.QuerySelector("meta[property='og:title']")!.GetAttribute("content"));
    }

    [Fact]
    public async Task A_tip_that_some_had_instead_has_its_own_page_and_the_usual_one_has_one_address_only()
    {
        await using var site = await TestSite.StartAsync(Wednesday);
        var usual = new Calendar(Library).TipOf(Slots.Issue("2026-W48"));
        var other = Library.All.First(tip => tip.Id != usual).Id;

        Assert.EndsWith($"/archive/2026-W48/{other}?language=en", await CanonicalAsync(other), StringComparison.Ordinal);
        Assert.EndsWith("/archive/2026-W48?language=en", await CanonicalAsync(usual), StringComparison.Ordinal);

        async Task<string?> CanonicalAsync(TipId tip) =>
            (await (await site.Person().GetAsync($"/archive/2026-W48/{tip}?language=en", Cancellation)).PageAsync())
                .QuerySelector("link[rel=canonical]")!.GetAttribute("href");
    }

    [Theory]
    [InlineData("/archive/2026-W49")]
    [InlineData("/archive/2025-W52")]
    [InlineData("/archive/2026-W54")]
    [InlineData("/archive/latest")]
    [InlineData("/archive/2026-W48/nobody-knows-it")]
    [InlineData("/archive/2026-W49/ask-what-was-hardest")]
    [InlineData("/questions/why")]
    public async Task What_is_not_out_is_not_there(string path)
    {
        await using var site = await TestSite.StartAsync(Wednesday);

        Assert.Equal(HttpStatusCode.NotFound, (await site.Person().GetAsync(path, Cancellation)).StatusCode);
    }

    [Fact]
    public async Task An_issue_is_out_as_soon_as_its_Monday_begins_anywhere()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 29, 9, 59, 0, TimeSpan.Zero));
        await using var site = await TestSite.StartAsync(time);
        Assert.Equal(HttpStatusCode.NotFound, (await site.Person().GetAsync("/archive/2026-W49", Cancellation)).StatusCode);

        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(HttpStatusCode.OK, (await site.Person().GetAsync("/archive/2026-W49", Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public async Task The_feed_has_what_Atom_asks_for(string language)
    {
        await using var site = await TestSite.StartAsync(Wednesday);
        var answer = await site.Person().GetAsync($"/feed.xml?language={language}", Cancellation);
        var feed = XDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation)).Root!;

        Assert.Equal("application/atom+xml", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(language, feed.Attribute(XNamespace.Xml + "lang")?.Value);
        Assert.Equal("2026-11-23T00:00:00Z", feed.Element(Atom + "updated")?.Value);
        Assert.NotNull(feed.Element(Atom + "author")?.Element(Atom + "name"));
        Assert.Contains(feed.Elements(Atom + "link"), link => link.Attribute("rel")?.Value == "self");
        var entries = feed.Elements(Atom + "entry").ToList();
        Assert.Equal(20, entries.Count);
        Assert.Distinct(entries.Select(entry => entry.Element(Atom + "id")!.Value));
        Assert.All(entries, entry =>
        {
            Assert.All(["id", "title", "updated", "summary", "content"], name => Assert.NotEqual("", entry.Element(Atom + name)?.Value ?? ""));
            Assert.Equal("html", entry.Element(Atom + "content")!.Attribute("type")?.Value);
        });
    }

    [Theory]
    [InlineData("how-it-helps-me")]
    [InlineData("no-time")]
    [InlineData("nothing-left-to-give")]
    public async Task A_question_is_answered_in_both_languages_and_leads_to_the_others(string slug)
    {
        await using var site = await TestSite.StartAsync(Wednesday);
        var english = await (await site.Person().GetAsync($"/questions/{slug}?language=en", Cancellation)).PageAsync();
        var korean = await (await site.Person().GetAsync($"/questions/{slug}?language=ko", Cancellation)).PageAsync();

        Assert.NotEqual(english.QuerySelector("h1")!.TextContent, korean.QuerySelector("h1")!.TextContent);
        Assert.DoesNotContain('!', english.QuerySelector("article")!.TextContent);
        Assert.Contains('요', korean.QuerySelector("article")!.TextContent);
        Assert.Equal(2, english.QuerySelectorAll("main nav a").Length);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public async Task What_is_kept_is_said_with_who_keeps_it(string language)
    {
        await using var site = await TestSite.StartAsync(Wednesday);

        var page = await (await site.Person().GetAsync($"/privacy?language={language}", Cancellation)).PageAsync();
        using var asQuestion = await site.Person().GetAsync($"/questions/privacy?language={language}", Cancellation);

        Assert.All(
            [Mails.Options.FromName, Mails.Options.PostalAddress, Mails.Options.ReplyTo],
            told => Assert.Contains(told, page.QuerySelector("article")!.TextContent, StringComparison.Ordinal));
        Assert.DoesNotContain('{', page.QuerySelector("main")!.TextContent);
        Assert.Equal(HttpStatusCode.NotFound, asQuestion.StatusCode);
    }
}
