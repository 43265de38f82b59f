using System.Net;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Web;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Web;

public sealed class ConfirmPageTests(SharedAzurite azurite, AppFixture fixture) : IClassFixture<AppFixture>
{
    private TestApp App => fixture.App;

    [Fact]
    public async Task The_page_says_what_was_chosen_and_what_was_agreed_to_in_the_subscribers_language()
    {
        await App.SubscribeAsync("chosen@example.com", language: "ko", weekday: "Fri", time: "19:00", zone: "Asia/Seoul");

        var page = await (await fixture.AskAsync(HttpMethod.Get, await LinkAsync("chosen@example.com"))).PageAsync();

        Assert.Equal("ko", page.DocumentElement.GetAttribute("lang"));
        Assert.Contains("매주 금요일 오후 7:00(서울 시간)", page.QuerySelector(".facts")!.TextContent, StringComparison.Ordinal);
        var texts = App.Services.GetRequiredService<Texts>();
        Assert.Equal(ConsentTexts.Of(texts, Language.Korean).Text, page.QuerySelector(".consent")!.TextContent.Trim());
        Assert.Equal("POST", page.QuerySelector("form")!.GetAttribute("method"), ignoreCase: true);
    }

    [Fact]
    public async Task What_is_kept_as_agreed_to_is_the_text_that_stood_on_the_page()
    {
        var texts = App.Services.GetRequiredService<Texts>();
        var english = ConsentTexts.Of(texts, Language.English);
        await App.PostAsync("/subscribe?language=en", [.. Some.SignUp().Select(field => (field.Key, field.Key == "language" ? "ko" : field.Value)), ("consent", english.Version)]);

        var page = await (await fixture.AskAsync(HttpMethod.Get, await LinkAsync(Some.SignUp()["email"]))).PageAsync();

        Assert.Equal("ko", page.DocumentElement.GetAttribute("lang"));
        Assert.Equal(english.Text, page.QuerySelector(".consent")!.TextContent.Trim());
        Assert.Equal("en", page.QuerySelector(".consent")!.GetAttribute("lang"));
    }

    [Fact]
    public async Task Confirming_says_when_the_first_digest_comes_and_a_second_time_how_things_stand()
    {
        await App.SubscribeAsync("twice@example.com");
        var link = await LinkAsync("twice@example.com");

        var welcome = await (await fixture.AskAsync(HttpMethod.Post, link)).PageAsync();
        await App.WaitForMailAsync("twice@example.com", "welcome");
        await App.IdleAsync();
        var again = await (await fixture.AskAsync(HttpMethod.Post, link)).PageAsync();
        var shown = await (await fixture.AskAsync(HttpMethod.Get, link)).PageAsync();

        Assert.Equal("Welcome", welcome.Heading());
        Assert.Contains("Tuesday 1 December at 08:30, Paris time", welcome.QuerySelector(".facts")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("You are subscribed", again.Heading());
        Assert.Equal("You are subscribed", shown.Heading());
    }

    [Fact]
    public async Task A_link_that_has_run_out_leads_to_the_form_unless_all_is_done_already()
    {
        await using var app = await TestApp.StartAsync(azurite);
        await app.SubscribeAsync("late@example.com");
        await app.SubscribeAsync("early@example.com");
        var late = (await app.WaitForMailAsync("late@example.com", "confirm")).Link("confirm");
        var early = (await app.WaitForMailAsync("early@example.com", "confirm")).Link("confirm");
        await app.PostAsync(early);
        app.SetTime(TestApp.Start + Duration.FromDays(7) + Duration.FromMinutes(2));

        var shown = await (await app.GetAsync(late)).PageAsync(HttpStatusCode.Gone);
        await (await app.PostAsync(late)).PageAsync(HttpStatusCode.Gone);
        var done = await (await app.GetAsync(early)).PageAsync();

        Assert.Equal("/?language=en", shown.QuerySelector("main a")!.GetAttribute("href"));
        Assert.Equal("You are subscribed", done.Heading());
    }

    private async Task<string> LinkAsync(string email) => (await App.WaitForMailAsync(email, "confirm")).Link("confirm");
}
