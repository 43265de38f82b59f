using AngleSharp.Html.Dom;
using Xunit;

namespace DigestFunctions.Tests.Web;

/// <summary>What each page weighs, with its style sheet, script and picture, uncompressed.</summary>
public sealed class PageWeightTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const int Most = 50_000;

    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public async Task No_page_weighs_more_than_50_KB_with_all_that_it_loads(string language)
    {
        var app = fixture.App;
        var email = $"weight.{language}@example.com";
        using var asked = await app.SubscribeAsync(email, language: language);
        var confirm = (await app.WaitForMailAsync(email, "confirm")).Link("confirm");
        var weights = new Dictionary<string, int>(StringComparer.Ordinal) { ["check your mail"] = await WeighAsync(asked), ["confirm"] = await WeighAsync(confirm, language) };
        using (var welcome = await app.PressAsync(confirm))
            weights["welcome"] = await WeighAsync(welcome);
        var mail = await app.WaitForMailAsync(email, "welcome");
        var (leave, preferences) = (mail.Link("unsubscribe"), mail.Link("preferences"));
        foreach (var path in new[] { "/", "/archive", "/archive/2026-W48", "/questions/no-time", "/privacy", "/link", "/nowhere", confirm, leave, preferences, preferences + "/data", leave.Replace("unsubscribe", "checkin", StringComparison.Ordinal) + "/2026-W48?answer=tried" })
            weights[path] = await WeighAsync(path, language);
        using (var sent = await app.PressAsync(preferences + "/data"))
            weights["data sent"] = await WeighAsync(sent);
        weights["data"] = await WeighAsync((await app.WaitForMailAsync(email, "data")).Link("data"), language);
        using (var left = await fixture.AskAsync(HttpMethod.Post, leave, new FormUrlEncodedContent([])))
            weights["left"] = await WeighAsync(left);

        Assert.All(weights, page => Assert.True(page.Value is > 0 and <= Most, $"{page.Key}: {page.Value}"));
    }

    private async Task<int> WeighAsync(string path, string language)
    {
        using var answer = await fixture.AskAsync(HttpMethod.Get, path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "language=" + language);
        return await WeighAsync(answer);
    }

    private async Task<int> WeighAsync(HttpResponseMessage answer)
    {
        var page = await answer.PageAsync(answer.StatusCode);
        var total = (await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length;
        foreach (var address in Loaded(page))
            total += (await fixture.App.Http.GetByteArrayAsync(address, TestContext.Current.CancellationToken)).Length;
        return total;
    }

    private static IEnumerable<string> Loaded(IHtmlDocument page) => page
        .QuerySelectorAll("link[href]:not([rel=alternate]):not([rel=canonical]), script[src], img[src]")
        .Select(part => part.GetAttribute("href") ?? part.GetAttribute("src")!)
        .Distinct(StringComparer.Ordinal);
}
