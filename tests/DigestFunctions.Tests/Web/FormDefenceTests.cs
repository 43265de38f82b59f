using System.Net;
using AngleSharp.Html.Dom;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Web;

/// <summary>What keeps programs from signing people up by the form, and what people see of it.</summary>
public sealed class FormDefenceTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private static int people;

    private TestApp App => fixture.App;

    [Theory]
    [InlineData("en", "Please press the button once more")]
    [InlineData("ko", "버튼을 한 번만 더 눌러 주세요")]
    public async Task What_is_posted_at_once_comes_back_with_all_that_was_typed_and_the_second_press_counts(string language, string said)
    {
        var email = NewEmail();
        (string, string)[] typed = [("email", email), ("name", "Mina Kim"), ("weekday", "Fri"), ("time", "19:00"), ("zone", "Asia/Seoul"), ("focus", "self"), ("energy", "gentle")];

        var again = await AtOnceAsync($"/?language={language}", typed);

        Assert.Contains(said, again.QuerySelector(".notice")!.TextContent, StringComparison.Ordinal);
        Assert.All(typed, field => Assert.Equal(field.Item2, again.Filled()[field.Item1]));
        Assert.Empty(await App.MailAsync(email));

        App.Time.Pass(Duration.FromSeconds(2));
        await (await App.Http.PressAsync(again, "/")).PageAsync();
        await App.WaitForMailAsync(email, "confirm");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Without_a_stamp_of_ours_nobody_is_signed_up(string? stamp)
    {
        var email = NewEmail();
        var fields = Some.SignUp();
        fields["email"] = email;
        if (stamp is not null)
            fields["stamp"] = stamp;

        var again = await (await fixture.AskAsync(HttpMethod.Post, "/subscribe", new FormUrlEncodedContent(fields))).PageAsync();

        Assert.NotNull(again.QuerySelector(".notice"));
        Assert.Equal("Sign up", again.QuerySelector("#sign-up")!.TextContent);
        await App.IdleAsync();
        Assert.Empty(await App.MailAsync(email));
    }

    [Fact]
    public async Task A_page_that_was_open_since_yesterday_is_pressed_once_more()
    {
        var page = await OpenAsync("/");
        App.Time.Pass(Duration.FromHours(25));

        var again = await (await App.Http.PressAsync(page, "/", Typed(NewEmail()))).PageAsync();

        Assert.NotNull(again.QuerySelector(".notice"));
        Assert.NotEqual(page.Filled()["stamp"], again.Filled()["stamp"]);
    }

    [Fact]
    public async Task Who_goes_back_in_the_browser_and_corrects_her_address_is_signed_up_by_the_same_page()
    {
        var (wrong, right) = (NewEmail(), NewEmail());
        var page = await OpenAsync("/");
        App.Time.Pass(Duration.FromMinutes(10));

        await (await App.Http.PressAsync(page, "/", Typed(wrong))).PageAsync();
        await (await App.Http.PressAsync(page, "/", Typed(right))).PageAsync();

        await App.WaitForMailAsync(right, "confirm");
    }

    [Fact]
    public async Task Who_puts_a_fault_right_is_not_made_to_wait_again()
    {
        var email = NewEmail();
        var faulty = await (await App.PressAsync("/", Typed("nope"))).PageAsync(HttpStatusCode.UnprocessableEntity);

        var taken = await (await App.Http.PressAsync(faulty, "/", ("email", email))).PageAsync();

        Assert.Equal("Check your mail", taken.Heading());
        await App.WaitForMailAsync(email, "confirm");
    }

    [Fact]
    public async Task Who_fills_in_the_field_that_people_do_not_see_gets_the_same_answer_and_no_mail()
    {
        var (program, person) = (NewEmail(), NewEmail());

        var trapped = await (await App.PressAsync("/", [.. Typed(program), ("website", "https://spam.example")])).PageAsync();
        var taken = await (await App.PressAsync("/", Typed(person))).PageAsync();

        Assert.Equal(taken.DocumentElement.OuterHtml.Replace(person, program, StringComparison.Ordinal), trapped.DocumentElement.OuterHtml);
        await App.WaitForMailAsync(person, "confirm");
        await App.IdleAsync();
        Assert.Empty(await App.MailAsync(program));
        var line = Assert.Single(App.Log.All, line => line.StartsWith("Information 520", StringComparison.Ordinal));
        Assert.DoesNotContain("spam", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_field_that_people_do_not_see_says_what_to_do_with_it_to_who_sees_it()
    {
        var page = await OpenAsync("/");
        var field = page.GetElementById("website")!;

        Assert.Equal("Leave this empty", page.QuerySelector("label[for=website]")!.TextContent);
        Assert.Equal(("true", "-1", "off"), (field.ParentElement!.GetAttribute("aria-hidden"), field.GetAttribute("tabindex"), field.GetAttribute("autocomplete")));
        Assert.Contains($".{field.ParentElement.ClassName}{{", await App.Http.GetStringAsync(page.QuerySelector("link[rel=stylesheet]")!.GetAttribute("href"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_posts_a_form_is_told_that_it_was_not_taken()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/subscribe") { Content = new FormUrlEncodedContent(Some.SignUp()) };
        request.Headers.Add("Accept", "application/json");

        var answer = await App.Http.SendAsync(request, TestContext.Current.CancellationToken);

        var problem = await answer.ProblemAsync(HttpStatusCode.UnprocessableEntity);
        Assert.Equal("Not signed up yet", problem.GetProperty("title").GetString());
    }

    private static (string, string)[] Typed(string email) => [("email", email), ("zone", "Europe/Paris")];

    private static string NewEmail() => $"defended{Interlocked.Increment(ref people)}@example.com";

    private async Task<IHtmlDocument> OpenAsync(string path) => await (await App.GetAsync(path)).PageAsync();

    private async Task<IHtmlDocument> AtOnceAsync(string path, (string, string)[] typed)
    {
        App.Time.Stop();
        var page = await OpenAsync(path);
        App.Time.Pass(Duration.FromMilliseconds(1_999));
        var answer = await (await App.Http.PressAsync(page, path, typed)).PageAsync();
        App.Time.GoOn();
        return answer;
    }
}
