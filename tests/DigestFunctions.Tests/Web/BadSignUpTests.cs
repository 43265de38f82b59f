using System.Net;
using System.Net.Http.Json;
using Xunit;

namespace DigestFunctions.Tests.Web;

/// <summary>The store isn't there: had any of these come to be stored, the answer would be that it is away.</summary>
public sealed class BadSignUpTests(SiteFixture fixture) : IClassFixture<SiteFixture>
{
    public static TheoryData<string, string, string> BadFields => new()
    {
        { "email", "", "Enter your e-mail address." },
        { "email", "not an address", "That isn’t an e-mail address" },
        { "email", "ada@example", "That isn’t an e-mail address" },
        { "email", "ada@example.com\r\nBcc: everybody@example.com", "That isn’t an e-mail address" },
        { "email", new string('a', 388) + "@example.com", "too long" },
        { "name", new string('n', 10_240), "too long" },
        { "name", "Win at https://example.com", "can’t hold links" },
        { "name", "<b>Ada</b>", "can’t hold links" },
        { "name", "Ada\u202eadA", "can’t hold links" },
        { "weekday", "Someday", "Choose a day" },
        { "weekday", "", "Choose a day" },
        { "time", "08:17", "on the hour or half past" },
        { "time", "25:00", "on the hour or half past" },
        { "zone", "Europe/Atlantis", "don’t know that time zone" },
        { "zone", "", "Choose your time zone." },
        { "language", "tlh", "don’t write in that language" },
        { "language", "fr", "don’t write in that language" },
        { "focus", "cooking", "Choose among the areas" },
        { "energy", "wild", "Choose one of the three" },
        { "consent", "00000000", "has changed since" },
    };

    [Theory]
    [MemberData(nameof(BadFields))]
    public async Task A_person_gets_the_page_back_with_what_she_typed_and_what_is_wrong(string field, string value, string message)
    {
        var fields = Some.SignUp();
        fields[field] = value;

        var answer = await fixture.Site.Person().PostAsync("/subscribe?language=en", new FormUrlEncodedContent(fields), TestContext.Current.CancellationToken);

        var page = await answer.PageAsync(HttpStatusCode.UnprocessableEntity);
        Assert.StartsWith("Error: ", page.Title, StringComparison.Ordinal);
        Assert.Contains(message, page.QuerySelector($"#{field}-fault")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(message, page.QuerySelector($".summary a[href='#{field}']")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.GetElementById(field));
        if (field is "email" or "name")
        {
            var input = page.GetElementById(field)!;
            Assert.Equal("true", input.GetAttribute("aria-invalid"));
            Assert.Contains($"{field}-fault", input.GetAttribute("aria-describedby"), StringComparison.Ordinal);
            Assert.Equal(value.ReplaceLineEndings(""), input.GetAttribute("value")!.ReplaceLineEndings(""));
        }

        if (field != "email")
            Assert.Equal(Some.SignUp()["email"], page.GetElementById("email")!.GetAttribute("value"));
    }

    [Theory]
    [MemberData(nameof(BadFields))]
    public async Task A_program_gets_the_errors_by_field(string field, string value, string message)
    {
        var fields = Some.SignUp();
        fields[field] = value;

        var answer = await fixture.Site.Client().PostAsJsonAsync("/subscribe?language=en", fields, TestContext.Current.CancellationToken);

        var problem = await answer.ProblemAsync(HttpStatusCode.UnprocessableEntity);
        var error = Assert.Single(problem.GetProperty("errors").EnumerateObject());
        Assert.Equal(field, error.Name);
        Assert.Contains(message, error.Value[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_are_in_the_readers_language()
    {
        var fields = Some.SignUp();
        fields["email"] = "x";

        var person = await fixture.Site.Person().PostAsync("/subscribe?language=ko", new FormUrlEncodedContent(fields), TestContext.Current.CancellationToken);
        var program = await fixture.Site.Client(language: "ko").PostAsJsonAsync("/subscribe", new { email = "x" }, TestContext.Current.CancellationToken);

        Assert.Contains("메일을 보낼 수 없는 주소예요", (await person.PageAsync(HttpStatusCode.UnprocessableEntity)).QuerySelector("#email-fault")!.TextContent, StringComparison.Ordinal);
        var errors = (await program.ProblemAsync(HttpStatusCode.UnprocessableEntity)).GetProperty("errors");
        Assert.Equal(["email", "time", "weekday", "zone"], errors.EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal));
        Assert.Contains("메일을 보낼 수 없는 주소예요", errors.GetProperty("email")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_typed_comes_back_as_text_and_never_as_markup()
    {
        var fields = Some.SignUp();
        fields["name"] = "\"><script>alert(1)</script>";

        var answer = await fixture.Site.Person().PostAsync("/subscribe", new FormUrlEncodedContent(fields), TestContext.Current.CancellationToken);

        var page = await answer.PageAsync(HttpStatusCode.UnprocessableEntity);
        Assert.Empty(page.QuerySelectorAll("script:not([src])"));
        Assert.Equal(fields["name"], page.GetElementById("name")!.GetAttribute("value"));
    }

    [Fact]
    public async Task A_multipart_form_is_read_as_well()
    {
        using var form = new MultipartFormDataContent();
        foreach (var (field, value) in Some.SignUp())
            form.Add(new StringContent(field == "zone" ? "Nowhere/At all" : value), field);

        var answer = await fixture.Site.Person().PostAsync("/subscribe", form, TestContext.Current.CancellationToken);

        var page = await answer.PageAsync(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(["#zone"], page.QuerySelectorAll(".summary a").Select(link => link.GetAttribute("href")));
    }

    [Fact]
    public async Task A_zone_by_an_older_name_is_known()
    {
        var fields = Some.SignUp();
        fields["zone"] = "Asia/Calcutta";
        fields["email"] = "x";

        var answer = await fixture.Site.Person().PostAsync("/subscribe", new FormUrlEncodedContent(fields), TestContext.Current.CancellationToken);

        var page = await answer.PageAsync(HttpStatusCode.UnprocessableEntity);
        Assert.Equal("Asia/Kolkata", page.QuerySelector("#zone option[selected]")!.GetAttribute("value"));
    }
}
