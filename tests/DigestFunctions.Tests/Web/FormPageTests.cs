using System.Net;
using Xunit;

namespace DigestFunctions.Tests.Web;

public sealed class FormPageTests(SiteFixture fixture) : IClassFixture<SiteFixture>
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_form_offers_tuesday_half_past_eight_and_all_zones()
    {
        var page = await (await fixture.Site.Person().GetAsync("/", Cancelled)).PageAsync();

        Assert.Equal("Tue", page.QuerySelector("#weekday option[selected]")!.GetAttribute("value"));
        Assert.Equal("08:30", page.QuerySelector("#time option[selected]")!.GetAttribute("value"));
        Assert.Equal(48, page.QuerySelectorAll("#time option").Length);
        Assert.True(page.QuerySelectorAll("#zone optgroup option").Length > 400);
        Assert.NotNull(page.QuerySelector("#zone option[value='Asia/Seoul']"));
    }

    [Theory]
    [InlineData(null, "en")]
    [InlineData("ko-KR,ko;q=0.9,en;q=0.8", "ko")]
    [InlineData("de, en;q=0.3, ko;q=0.7", "ko")]
    [InlineData("ko;q=0, fr", "en")]
    [InlineData("complete;;nonsense,,", "en")]
    public async Task The_language_follows_what_the_reader_prefers(string? accepted, string language)
    {
        var answer = await fixture.Site.Person(accepted).GetAsync("/", Cancelled);

        Assert.Equal(language, (await answer.PageAsync()).DocumentElement.GetAttribute("lang"));
        Assert.Contains("Accept-Language", answer.Headers.Vary);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public async Task What_the_form_is_can_be_said_where_its_address_is_passed_on(string language)
    {
        var page = await (await fixture.Site.Person().GetAsync($"/?language={language}", Cancelled)).PageAsync();

        Assert.Equal(page.QuerySelector("h1")!.TextContent, page.QuerySelector("meta[property='og:title']")!.GetAttribute("content"));
        Assert.InRange(page.QuerySelector("meta[name=description]")!.GetAttribute("content")!.Length, 40, 160);
        Assert.EndsWith($"/?language={language}", page.QuerySelector("link[rel=canonical]")!.GetAttribute("href"), StringComparison.Ordinal);
        Assert.Equal(page.QuerySelectorAll(".switch a").Length, page.QuerySelectorAll("link[hreflang]").Length);
    }

    [Fact]
    public async Task The_switch_goes_before_what_the_browser_prefers_and_is_carried_along()
    {
        var page = await (await fixture.Site.Person("en").GetAsync("/?language=ko", Cancelled)).PageAsync();

        Assert.Equal("ko", page.DocumentElement.GetAttribute("lang"));
        Assert.Equal("/subscribe?language=ko", page.QuerySelector("form")!.GetAttribute("action"));
        Assert.Equal("ko", page.QuerySelector("#language option[selected]")!.GetAttribute("value"));
    }

    [Fact]
    public async Task Times_are_written_by_the_rules_of_the_language()
    {
        var korean = await (await fixture.Site.Person("ko").GetAsync("/", Cancelled)).PageAsync();
        var english = await (await fixture.Site.Person("en").GetAsync("/", Cancelled)).PageAsync();

        Assert.Equal("오전 8:30", korean.QuerySelector("#time option[value='08:30']")!.TextContent.Trim());
        Assert.Equal("08:30", english.QuerySelector("#time option[value='08:30']")!.TextContent.Trim());
        Assert.StartsWith("서울", korean.QuerySelector("#zone option[value='Asia/Seoul']")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_field_has_a_label_and_the_consent_its_version()
    {
        var page = await (await fixture.Site.Person().GetAsync("/", Cancelled)).PageAsync();

        Assert.All(page.QuerySelectorAll("input:not([type=hidden]), select"), field => Assert.NotNull(page.QuerySelector($"label[for='{field.Id}']")));
        Assert.Contains(page.QuerySelector("input[name=consent]")!.GetAttribute("value")!, page.QuerySelector(".consent")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_loaded_from_elsewhere_and_nothing_is_inline()
    {
        var page = await (await fixture.Site.Person().GetAsync("/", Cancelled)).PageAsync();

        Assert.All(page.QuerySelectorAll("[src], link[href]:not([rel=alternate]):not([rel=canonical])"), part => Assert.StartsWith("/assets/", part.GetAttribute("src") ?? part.GetAttribute("href"), StringComparison.Ordinal));
        Assert.Empty(page.QuerySelectorAll("style, [style], script:not([src]), [onclick]"));
    }

    [Theory]
    [InlineData("/nowhere", HttpStatusCode.NotFound)]
    [InlineData("/subscribe", HttpStatusCode.MethodNotAllowed)]
    [InlineData("/confirm/", HttpStatusCode.NotFound)]
    public async Task A_wrong_address_is_a_page_with_a_way_on(string path, HttpStatusCode status)
    {
        var page = await (await fixture.Site.Person().GetAsync(path, Cancelled)).PageAsync(status);

        Assert.NotNull(page.QuerySelector("main a[href]"));
    }

    [Fact]
    public async Task A_wrong_method_is_told_the_right_ones()
    {
        var answer = await fixture.Site.Client().DeleteAsync("/confirm/x", Cancelled);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["GET", "HEAD", "POST"], answer.Content.Headers.Allow.Order(StringComparer.Ordinal));
    }
}
