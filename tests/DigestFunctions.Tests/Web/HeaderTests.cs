using System.Net;
using DigestFunctions.Core.Subscribers;
using Xunit;

namespace DigestFunctions.Tests.Web;

public sealed class HeaderTests(SiteFixture fixture) : IClassFixture<SiteFixture>
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("POST", "/subscribe")]
    [InlineData("GET", "/confirm/x")]
    [InlineData("POST", "/confirm/x")]
    [InlineData("GET", "/unsubscribe/x")]
    [InlineData("POST", "/unsubscribe/x")]
    [InlineData("GET", "/preferences/x")]
    [InlineData("POST", "/preferences/x")]
    [InlineData("GET", "/link")]
    [InlineData("POST", "/link")]
    [InlineData("GET", "/preferences/x/data")]
    [InlineData("POST", "/preferences/x/data")]
    [InlineData("GET", "/data/x")]
    [InlineData("POST", "/data/x")]
    [InlineData("GET", "/checkin/x/2026-W48")]
    [InlineData("POST", "/checkin/x/2026-W48")]
    [InlineData("GET", "/address/x")]
    [InlineData("POST", "/address/x")]
    [InlineData("GET", "/health")]
    [InlineData("GET", "/health/ready")]
    [InlineData("GET", "/assets/style.css")]
    [InlineData("GET", "/assets/none.css")]
    [InlineData("GET", "/nowhere")]
    public async Task Every_answer_is_guarded_and_none_sets_a_cookie(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        var answer = await fixture.Site.Person().SendAsync(request, Cancelled);

        Assert.StartsWith("default-src 'none'", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.StartsWith("max-age=", Header(answer, "Strict-Transport-Security"), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        if (method == "POST")
            Assert.True(answer.Headers.CacheControl?.NoStore);
    }

    // Monitors and link checkers ask so (RFC 9110, 9.3.2).
    [Theory]
    [InlineData("/")]
    [InlineData("/confirm/x")]
    [InlineData("/archive")]
    [InlineData("/health/ready")]
    [InlineData("/assets/style.css")]
    [InlineData("/operate/sign-in")]
    [InlineData("/nowhere")]
    public async Task What_can_be_looked_at_can_be_asked_for_its_headers_alone(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, path);

        var head = await fixture.Site.Person().SendAsync(request, Cancelled);
        var page = await fixture.Site.Person().GetAsync(path, Cancelled);

        Assert.Equal(page.StatusCode, head.StatusCode);
        Assert.Equal(page.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Equal(page.Headers.CacheControl, head.Headers.CacheControl);
    }

    [Theory]
    [InlineData("/confirm/x")]
    [InlineData("/unsubscribe/x")]
    [InlineData("/preferences/x")]
    [InlineData("/preferences/x/data")]
    [InlineData("/data/x")]
    [InlineData("/checkin/x/2026-W48")]
    [InlineData("/address/x")]
    public async Task A_page_whose_address_is_a_secret_is_kept_nowhere_and_passed_to_nobody(string path)
    {
        var answer = await fixture.Site.Person().GetAsync(path, Cancelled);

        Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal("noindex", Header(answer, "X-Robots-Tag"));
    }

    [Fact]
    public async Task Links_that_are_not_ours_are_not_found_and_name_no_cause()
    {
        var site = fixture.Site;
        var other = site.Tokens.Write(new LinkToken(LinkPurpose.Mail, new SubscriberId(7), 1));
        var confirm = site.Tokens.Write(new LinkToken(LinkPurpose.Confirm, new SubscriberId(7), 1));
        foreach (var path in new[] { $"/confirm/{other}", $"/unsubscribe/{confirm}", $"/preferences/{confirm}", $"/preferences/{other[..^1]}", $"/confirm/{confirm[..^1]}", $"/unsubscribe/B{other[1..]}", "/confirm/%3Cscript%3E", $"/data/{other}", $"/address/{confirm}" })
        {
            var shown = await (await site.Person().GetAsync(path, Cancelled)).PageAsync(HttpStatusCode.NotFound);
            var posted = await (await site.Person().PostAsync(path, content: null, Cancelled)).PageAsync(HttpStatusCode.NotFound);
            await (await site.Client("application/json").PostAsync(path, content: null, Cancelled)).ProblemAsync(HttpStatusCode.NotFound);

            Assert.Equal("This link doesn’t work", shown.Heading());
            Assert.Equal("This link doesn’t work", posted.Heading());
        }
    }

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();
}
