using System.Net;
using System.Net.Http.Json;
using DigestFunctions.Core.Subscribers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DigestFunctions.Tests.Web;

public sealed class LinkPageTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private TestApp App => fixture.App;

    [Fact]
    public async Task One_who_lost_her_link_finds_the_page_from_every_other_and_gets_a_new_one()
    {
        const string email = "lost@example.com";
        await App.JoinAsync(email);
        var start = await (await fixture.AskAsync(HttpMethod.Get, "/?language=en")).PageAsync();

        var page = await (await fixture.AskAsync(HttpMethod.Get, start.QuerySelector("footer a[href^='/link']")!.GetAttribute("href")!)).PageAsync();
        var told = await (await PostAsync(email)).PageAsync();

        Assert.Equal("I lost my link", page.Heading());
        Assert.Equal("Check your mail", told.Heading());
        var token = (await App.WaitForMailAsync(email, "link")).Link("preferences").Split('/')[^1];
        Assert.IsType<TokenReading.Good>(App.Services.GetRequiredService<LinkTokens>().Read(token, LinkPurpose.Mail));
    }

    [Fact]
    public async Task The_answer_is_the_same_for_an_address_that_nobody_knows()
    {
        await App.JoinAsync("here@example.com");

        var known = await (await PostAsync("here@example.com")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var unknown = await (await PostAsync("gone@example.com")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(known, unknown.Replace("gone@", "here@", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "Enter your e-mail address.")]
    [InlineData("not an address", "That isn’t an e-mail address")]
    [InlineData("ada@example.com\r\nBcc: all@example.com", "That isn’t an e-mail address")]
    [InlineData("<script>alert(1)</script>@example.com", "That isn’t an e-mail address")]
    [InlineData("ada\u202emoc.elpmaxe@example.com", "That isn’t an e-mail address")]
    public async Task What_is_no_address_comes_back_with_what_is_wrong(string typed, string fault)
    {
        var page = await (await PostAsync(typed)).PageAsync(HttpStatusCode.UnprocessableEntity);

        Assert.StartsWith("Error: ", page.Title, StringComparison.Ordinal);
        Assert.Contains(fault, page.QuerySelector("#email-fault")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(typed.ReplaceLineEndings(""), page.GetElementById("email")!.GetAttribute("value")!.ReplaceLineEndings(""));
    }

    [Fact]
    public async Task A_network_that_asks_without_end_is_told_to_come_back_later()
    {
        HttpResponseMessage answer = null!;
        for (var number = 0; number <= SignUpLimits.PerNetwork; number++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/link")
            {
                Content = new FormUrlEncodedContent([KeyValuePair.Create("email", $"stranger{number}@example.com")]),
            };
            request.Headers.Add("Accept", "text/html");
            request.Headers.Add("X-Forwarded-For", "203.0.113.7");
            answer = await App.Http.SendAsync(request, TestContext.Current.CancellationToken);
        }

        Assert.Equal("Not just now", (await answer.PageAsync(HttpStatusCode.TooManyRequests)).Heading());
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Ten_megabytes_are_not_read()
    {
        using var large = new StringContent("email=" + new string('a', 10_000_000), null, "application/x-www-form-urlencoded");

        var page = await (await fixture.AskAsync(HttpMethod.Post, "/link", large)).PageAsync(HttpStatusCode.RequestEntityTooLarge);

        Assert.StartsWith("/link", page.QuerySelector("main a.button")!.GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_is_answered_as_one()
    {
        var taken = await App.Http.PostAsJsonAsync("/link", new { email = "program@example.com" }, TestContext.Current.CancellationToken);
        var refused = await App.Http.PostAsJsonAsync("/link", new { email = "program" }, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
        var problem = await refused.ProblemAsync(HttpStatusCode.UnprocessableEntity);
        Assert.True(problem.GetProperty("errors").TryGetProperty("email", out _));
    }

    [Fact]
    public async Task The_address_is_not_in_the_log()
    {
        const string email = "silent.lost@example.com";
        await App.JoinAsync(email);

        await PostAsync(email);
        await App.WaitForMailAsync(email, "link");

        Assert.DoesNotContain(App.Log.All, line => line.Contains(email, StringComparison.OrdinalIgnoreCase));
    }

    private Task<HttpResponseMessage> PostAsync(string email) =>
        fixture.AskAsync(HttpMethod.Post, "/link?language=en", new FormUrlEncodedContent([KeyValuePair.Create("email", email)]));
}
