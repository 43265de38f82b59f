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
        await App.PressAsync("/?language=en", [.. Some.SignUp().Select(field => (field.Key, field.Key == "language" ? "ko" : field.Value))]);

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

        var welcome = await (await App.PressAsync(link)).PageAsync();
        await App.WaitForMailAsync("twice@example.com", "welcome");
        await App.IdleAsync();
        var again = await (await App.PressAsync(link)).PageAsync();
        var shown = await (await fixture.AskAsync(HttpMethod.Get, link)).PageAsync();

        Assert.Equal("Welcome", welcome.Heading());
        Assert.Contains("Tuesday 1 December at 08:30, Paris time", welcome.QuerySelector(".facts")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("You are subscribed", again.Heading());
        Assert.Equal("You are subscribed", shown.Heading());
    }

    [Fact]
    public async Task A_button_that_is_pressed_sooner_than_a_person_can_confirms_nothing_and_the_next_press_does()
    {
        await App.SubscribeAsync("scanned@example.com");
        var link = await LinkAsync("scanned@example.com");

        App.Time.Stop();
        var page = await (await App.GetAsync(link)).PageAsync();
        App.Time.Pass(Duration.FromMilliseconds(999));
        var again = await (await App.Http.PressAsync(page, link)).PageAsync();
        App.Time.GoOn();

        Assert.Equal(page.Heading(), again.Heading());
        Assert.Contains("Please press the button once more", again.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.NotEqual(page.Filled()["stamp"], again.Filled()["stamp"]);
        await App.IdleAsync();
        Assert.Single(await App.MailAsync("scanned@example.com"));

        App.Time.Pass(Duration.FromSeconds(1));
        Assert.Equal("Welcome", (await (await App.Http.PressAsync(again, link)).PageAsync()).Heading());
    }

    [Theory]
    [InlineData("another's")]
    [InlineData("of yesterday")]
    [InlineData("none")]
    [InlineData("ten megabytes")]
    public async Task Only_a_stamp_of_the_same_page_and_day_confirms(string stamp)
    {
        var email = $"stamp-{stamp.GetHashCode(StringComparison.Ordinal)}@example.com";
        await App.SubscribeAsync(email);
        await App.SubscribeAsync("other-" + email);
        var link = await LinkAsync(email);
        var opened = await (await App.GetAsync(stamp == "another's" ? await LinkAsync("other-" + email) : link)).PageAsync();
        App.Time.Pass(stamp == "of yesterday" ? Duration.FromHours(25) : Duration.FromSeconds(2));
        HttpContent? posted = stamp switch
        {
            "none" => null,
            "ten megabytes" => new ByteArrayContent(new byte[10_000_000]) { Headers = { ContentType = new("application/x-www-form-urlencoded") } },
            _ => new FormUrlEncodedContent(opened.Filled()),
        };

        var answer = await (await fixture.AskAsync(HttpMethod.Post, link, posted)).PageAsync();

        Assert.Equal("One press, and it begins", answer.Heading());
        await App.IdleAsync();
        Assert.Single(await App.MailAsync(email));
    }

    [Fact]
    public async Task A_link_that_has_run_out_leads_to_the_form_unless_all_is_done_already()
    {
        await using var app = await TestApp.StartAsync(azurite);
        await app.SubscribeAsync("late@example.com");
        await app.SubscribeAsync("early@example.com");
        var late = (await app.WaitForMailAsync("late@example.com", "confirm")).Link("confirm");
        var early = (await app.WaitForMailAsync("early@example.com", "confirm")).Link("confirm");
        await app.PressAsync(early);
        app.SetTime(TestApp.Start + Duration.FromDays(7) + Duration.FromMinutes(2));

        var shown = await (await app.GetAsync(late)).PageAsync(HttpStatusCode.Gone);
        await (await app.PostAsync(late)).PageAsync(HttpStatusCode.Gone);
        var done = await (await app.GetAsync(early)).PageAsync();

        Assert.Equal("/?language=en", shown.QuerySelector("main a")!.GetAttribute("href"));
        Assert.Equal("You are subscribed", done.Heading());
    }

    private async Task<string> LinkAsync(string email) => (await App.WaitForMailAsync(email, "confirm")).Link("confirm");
}
