using System.Net;
using System.Text;
using DigestFunctions.Core.Subscribers;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Web;

public sealed class UnsubscribePageTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private static int people;

    private TestApp App => fixture.App;

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n")]
    [InlineData("application/x-www-form-urlencoded", "")]
    [InlineData("multipart/form-data", "nonsense")]
    [InlineData("application/json", "{")]
    [InlineData("image/png", "nonsense")]
    [InlineData(null, "")]
    public async Task One_click_leaves_whatever_the_form_of_the_request_and_so_does_a_second(string? type, string body)
    {
        var (id, link) = await JoinAsync();
        for (var time = 0; time < 2; time++)
        {
            using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (type is not null)
                content.Headers.TryAddWithoutValidation("Content-Type", type);

            var answer = await App.Http.PostAsync(new Uri(link, UriKind.Relative), content, TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
            Assert.False(answer.Headers.Contains("Set-Cookie"));
            Assert.IsType<SubscriberState.Left>(await StateAsync(id));
        }
    }

    [Fact]
    public async Task A_program_is_not_told_that_somebody_has_left_where_nobody_is()
    {
        var token = App.Get<LinkTokens>().Write(new LinkToken(LinkPurpose.Mail, new SubscriberId(7), 1));

        var answer = await App.PostAsync($"/unsubscribe/{token}", ("List-Unsubscribe", "One-Click"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.StartsWith("There is no subscription", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_of_ten_megabytes_leaves_as_well()
    {
        var (id, link) = await JoinAsync();

        using var content = new ByteArrayContent(new byte[10_000_000]);
        var answer = await App.Http.PostAsync(new Uri(link, UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.IsType<SubscriberState.Left>(await StateAsync(id));
    }

    [Fact]
    public async Task A_person_leaves_by_a_button_and_can_take_it_back()
    {
        var (id, link) = await JoinAsync();

        var asked = await (await fixture.AskAsync(HttpMethod.Get, link)).PageAsync();
        Assert.IsType<SubscriberState.Active>(await StateAsync(id));
        var left = await (await fixture.AskAsync(HttpMethod.Post, link, Action("leave"))).PageAsync();
        App.Time.Stop();
        var seen = await (await fixture.AskAsync(HttpMethod.Get, link)).PageAsync();
        var tooSoon = await (await App.Http.PressAsync(seen, link)).PageAsync();
        App.Time.GoOn();
        Assert.IsType<SubscriberState.Left>(await StateAsync(id));
        App.Time.Pass(Duration.FromSeconds(1));
        var back = await (await App.Http.PressAsync(tooSoon, link)).PageAsync();

        Assert.Equal("leave", asked.QuerySelector("main button")!.GetAttribute("value"));
        Assert.Equal("undo", left.QuerySelector("main button")!.GetAttribute("value"));
        Assert.Equal("undo", seen.QuerySelector("main button")!.GetAttribute("value"));
        Assert.Equal("You are back", back.Heading());
        Assert.Matches(@"Tuesday \d+ December at 08:30, Paris time", back.QuerySelector(".facts")!.TextContent);
        Assert.IsType<SubscriberState.Active>(await StateAsync(id));
    }

    [Fact]
    public async Task A_press_to_take_it_back_that_no_page_asked_for_leaves_it_as_it_is()
    {
        var (id, link) = await JoinAsync();
        await fixture.AskAsync(HttpMethod.Post, link);

        var again = await (await fixture.AskAsync(HttpMethod.Post, link, Action("undo"))).PageAsync();

        Assert.Contains("press the button once more", again.QuerySelector(".lede")!.TextContent, StringComparison.Ordinal);
        Assert.IsType<SubscriberState.Left>(await StateAsync(id));
    }

    [Fact]
    public async Task One_who_never_confirmed_can_leave_and_is_not_offered_an_undo_that_does_nothing()
    {
        var email = NewEmail();
        await App.SubscribeAsync(email);
        await App.WaitForMailAsync(email, "confirm");
        var id = IdOf(email);
        var link = "/unsubscribe/" + App.Services.GetRequiredService<LinkTokens>().Write(new LinkToken(LinkPurpose.Mail, id, (await SubscriberAsync(id)).Generation));

        var left = await (await fixture.AskAsync(HttpMethod.Post, link, Action("leave"))).PageAsync();

        Assert.IsType<SubscriberState.Left>(await StateAsync(id));
        Assert.Null(left.QuerySelector("main button"));
        Assert.Equal("/?language=en", left.QuerySelector("main a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task Where_there_is_no_subscription_any_more_there_is_nothing_to_leave()
    {
        var link = "/unsubscribe/" + App.Services.GetRequiredService<LinkTokens>().Write(new LinkToken(LinkPurpose.Mail, IdOf("nobody@example.com"), 1));

        var shown = await (await fixture.AskAsync(HttpMethod.Get, link)).PageAsync();
        var posted = await (await fixture.AskAsync(HttpMethod.Post, link)).PageAsync();

        Assert.Equal("There is no subscription here any more", shown.Heading());
        Assert.Equal("There is no subscription here any more", posted.Heading());
    }

    private static FormUrlEncodedContent Action(string action) => new([KeyValuePair.Create("action", action)]);

    private static string NewEmail() => $"leaver{Interlocked.Increment(ref people)}@example.com";

    private async Task<(SubscriberId Id, string Link)> JoinAsync()
    {
        var email = NewEmail();
        return (IdOf(email), (await App.JoinAsync(email)).Link("unsubscribe"));
    }

    private SubscriberId IdOf(string email) =>
        EmailAddress.TryParse(email, out var address) ? App.Services.GetRequiredService<Identities>().Of(address) : default;

    private async Task<SubscriberState?> StateAsync(SubscriberId id) => (await SubscriberAsync(id)).State;

    private async Task<Subscriber> SubscriberAsync(SubscriberId id) =>
        (await App.Services.GetRequiredService<SubscriberStore>().FindAsync(id, TestContext.Current.CancellationToken))!;
}
