using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using Xunit;

namespace DigestFunctions.BrowserTests;

/// <summary>WCAG 2.2 AA as far as a program can see it, of every page in each of its states.</summary>
public sealed class AxeTests(Chromium chromium, AppFixture fixture) : IClassFixture<AppFixture>
{
    internal const string Rules = """{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] }""";
    internal const string Contrast = """{ runOnly: { type: 'rule', values: ['color-contrast'] }, resultTypes: ['violations'] }""";

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public async Task Axe_finds_nothing_in_light_or_dark(string language)
    {
        var page = await chromium.OpenAsync(fixture.Address);

        await new Walk(fixture.App, page, language, async state =>
        {
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Light });
            Assert.Empty(await ViolationsAsync(page, Rules, state));
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
            Assert.Empty(await ViolationsAsync(page, Contrast, state + " in the dark"));
        }).AllAsync();
    }

    [Fact]
    public async Task Axe_would_find_a_page_without_a_title()
    {
        var page = await chromium.OpenAsync(fixture.Address);
        await page.GotoAsync("/");
        await page.EvaluateAsync("() => document.title = ''");

        Assert.StartsWith("form: document-title", Assert.Single(await ViolationsAsync(page, Rules, "form")), StringComparison.Ordinal);
    }

    // Run in the page itself: the library's own way opens another page beside it for each call, two seconds long.
    internal static async Task<string[]> ViolationsAsync(IPage page, string rules, string state)
    {
        await page.EvaluateAsync(Axe);
        var found = await page.EvaluateAsync<string[]>($"async () => (await axe.run({rules})).violations.map(it => `${{it.id}}, ${{it.nodes.map(node => node.html).join(' ')}}`)");
        return [.. found.Select(violation => $"{state}: {violation}")];
    }
}
