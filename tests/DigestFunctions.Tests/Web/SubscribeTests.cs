using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Web;

public sealed class SubscribeTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private TestApp App => fixture.App;

    [Fact]
    public async Task A_program_signs_up_with_json_and_what_is_optional_left_out()
    {
        var answer = await App.Http.PostAsJsonAsync(
            "/subscribe",
            new { email = "program@example.com", weekday = "tuesday", time = "08:30", zone = "asia/calcutta" },
            TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("accepted", (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("status").GetString());
        await App.WaitForMailAsync("program@example.com", "confirm");
    }

    [Fact]
    public async Task The_answer_is_the_same_for_known_and_unknown_addresses()
    {
        await App.JoinAsync("known@example.com");

        var known = await (await App.SubscribeAsync("known@example.com")).PageAsync();
        var unknown = await (await App.SubscribeAsync("other@example.com")).PageAsync();

        Assert.Equal("Check your mail", known.Heading());
        Assert.Equal(known.ToHtml().Replace("known@", "other@", StringComparison.Ordinal), unknown.ToHtml());
    }

    [Fact]
    public async Task A_form_in_several_parts_is_taken_and_the_answer_names_the_address()
    {
        var opened = await (await App.GetAsync("/?language=ko")).PageAsync();
        App.Time.Pass(Duration.FromSeconds(2));
        using var form = new MultipartFormDataContent();
        foreach (var (field, value) in opened.Filled([.. Some.SignUp().Select(field => (field.Key, field.Value))]))
            form.Add(new StringContent(value), field);

        var page = await (await fixture.AskAsync(HttpMethod.Post, "/subscribe?language=ko", form)).PageAsync();

        Assert.Equal("ko", page.DocumentElement.GetAttribute("lang"));
        Assert.Contains(Some.SignUp()["email"], page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        await App.WaitForMailAsync(Some.SignUp()["email"], "confirm");
    }

    [Fact]
    public async Task With_a_store_the_service_is_ready() =>
        Assert.Equal(HttpStatusCode.OK, (await App.GetAsync("/health/ready")).StatusCode);
}
