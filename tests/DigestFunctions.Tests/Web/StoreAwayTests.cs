using System.Net;
using System.Net.Http.Json;
using DigestFunctions.Core.Subscribers;
using Xunit;

namespace DigestFunctions.Tests.Web;

public sealed class StoreAwayTests(SiteFixture fixture) : IClassFixture<SiteFixture>
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_person_is_told_with_a_reference_that_is_also_logged()
    {
        var answer = await SignUpAsync();

        var page = await answer.PageAsync(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(answer.Headers.RetryAfter);
        var reference = page.QuerySelector("main")!.TextContent.Split("reference ")[1][..8];
        Assert.Contains(fixture.Site.Logs.Lines, line => line.Contains(reference, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_program_is_told_as_a_problem()
    {
        var answer = await fixture.Site.Client().PostAsJsonAsync("/subscribe", Some.SignUp(), Cancelled);

        await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Neither_address_nor_name_nor_token_is_logged()
    {
        var fields = Some.SignUp();
        var token = fixture.Site.Tokens.Write(new LinkToken(LinkPurpose.Mail, new SubscriberId(7), 1));
        await SignUpAsync();
        await fixture.Site.Person().PostAsync($"/unsubscribe/{token}", content: null, Cancelled);

        Assert.NotEmpty(fixture.Site.Logs.Lines);
        Assert.All(fixture.Site.Logs.Lines, line =>
        {
            Assert.DoesNotContain(fields["email"], line, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(fields["name"], line, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(token, line, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(LinkPurpose.Confirm, "confirm")]
    [InlineData(LinkPurpose.Mail, "unsubscribe")]
    [InlineData(LinkPurpose.Mail, "preferences")]
    internal async Task Links_that_need_the_store_say_so_too(LinkPurpose purpose, string path)
    {
        var token = fixture.Site.Tokens.Write(new LinkToken(purpose, new SubscriberId(7), 1));
        using var form = new FormUrlEncodedContent(Some.SignUp());

        await (await fixture.Site.Person().GetAsync($"/{path}/{token}", Cancelled)).PageAsync(HttpStatusCode.ServiceUnavailable);
        await (await fixture.Site.Person().PostAsync($"/{path}/{token}", form, Cancelled)).PageAsync(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task The_service_lives_and_is_not_ready()
    {
        var live = await fixture.Site.Client().GetAsync("/health", Cancelled);
        var ready = await fixture.Site.Person().GetAsync("/health/ready", Cancelled);

        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        await ready.ProblemAsync(HttpStatusCode.ServiceUnavailable);
    }

    private Task<HttpResponseMessage> SignUpAsync() => fixture.Site.Person()
        .PressAsync(fixture.Site.Time, "/?language=en", [.. Some.SignUp().Select(field => (field.Key, field.Value))]);
}
