using System.Net;
using System.Net.Http.Headers;
using Xunit;

namespace DigestFunctions.Tests.Web;

public sealed class AssetsTests(SiteFixture fixture) : IClassFixture<SiteFixture>
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("style.css", "text/css")]
    [InlineData("form.js", "text/javascript")]
    [InlineData("emblem.svg", "image/svg+xml")]
    public async Task A_file_has_its_type_and_is_sent_once(string file, string type)
    {
        var client = fixture.Site.Client();
        var first = await client.GetAsync($"/assets/{file}", Cancelled);
        client.DefaultRequestHeaders.IfNoneMatch.Add(first.Headers.ETag!);

        Assert.Equal(type, first.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.NotModified, (await client.GetAsync($"/assets/{file}", Cancelled)).StatusCode);
    }

    [Fact]
    public async Task The_address_that_pages_give_is_good_for_ever_and_another_is_not()
    {
        var client = fixture.Site.Client();
        var page = await (await fixture.Site.Person().GetAsync("/", Cancelled)).PageAsync();
        var address = page.QuerySelector("link[rel=stylesheet]")!.GetAttribute("href");

        Assert.Contains("immutable", Cached(await client.GetAsync(address, Cancelled)), StringComparison.Ordinal);
        Assert.Equal("no-cache", Cached(await client.GetAsync("/assets/style.css?v=old", Cancelled)));
    }

    [Theory]
    [InlineData("none.css")]
    [InlineData("..%2ftext%2fen.json")]
    [InlineData("..%5ctext%5cen.json")]
    [InlineData("%2e%2e%2ftext%2fen.json")]
    [InlineData("style.css%00.svg")]
    [InlineData("STYLE.CSS ")]
    public async Task No_name_leads_out_of_the_folder(string name)
    {
        var answer = await fixture.Site.Client("application/json").GetAsync($"/assets/{name}", Cancelled);

        Assert.True(answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{answer.StatusCode}");
    }

    private static string Cached(HttpResponseMessage answer) =>
        (answer.Headers.CacheControl ?? new CacheControlHeaderValue()).ToString();
}
