using DigestFunctions.Tests;
using Microsoft.Playwright;
using Xunit;

namespace DigestFunctions.BrowserTests;

/// <summary>Every page in each of its states.</summary>
public sealed class EveryPageTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private TestApp App => fixture.App;

    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public async Task Axe_finds_nothing_in_light_or_dark_and_it_fits_any_window(string language)
    {
        var page = await fixture.OpenAsync();

        await new Walk(App, page, language, async state =>
        {
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Light });
            Assert.Empty(await Axe.ViolationsAsync(page, Axe.Rules, state));
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
            Assert.Empty(await Axe.ViolationsAsync(page, Axe.Contrast, state + " in the dark"));
            foreach (var width in (int[])[320, 390, 640, 1440])
            {
                await page.SetViewportSizeAsync(width, 640);
                Assert.Empty((await MisfitsAsync(page)).Select(misfit => $"{state}: {misfit} at {width}"));
            }
        }).AllAsync();
    }

    [Fact]
    public async Task Axe_would_find_a_page_without_a_title()
    {
        var page = await fixture.OpenAsync();
        await page.GotoAsync("/");
        await page.EvaluateAsync("() => document.title = ''");

        Assert.StartsWith("form: document-title", Assert.Single(await Axe.ViolationsAsync(page, Axe.Rules, "form")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_is_wider_than_its_window_and_a_low_button_would_be_found()
    {
        var page = await fixture.OpenAsync();
        await page.GotoAsync("/");
        await page.EvaluateAsync("() => { document.body.style.width = '3000px'; document.querySelector('main button').style.cssText = 'min-height: 0; height: 20px; padding: 0'; }");

        Assert.Collection(
            await MisfitsAsync(page),
            wide => Assert.EndsWith(" wide", wide, StringComparison.Ordinal),
            low => Assert.StartsWith("<button", low, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Dark_is_dark_and_light_is_light()
    {
        Assert.Equal("rgb(23, 26, 25)", await BackgroundAsync(ColorScheme.Dark));
        Assert.Equal("rgb(251, 248, 243)", await BackgroundAsync(ColorScheme.Light));
    }

    // What is wider than the window, and what can be pressed and is under 44 pixels high.
    private static Task<string[]> MisfitsAsync(IPage page) => page.EvaluateAsync<string[]>(
        """
        () => [
          ...[document.documentElement.scrollWidth].filter(width => width > innerWidth).map(width => `${width} wide`),
          ...[...document.querySelectorAll('header a, input:not([type=hidden]), select, .button')]
            .filter(it => it.checkVisibility() && it.getBoundingClientRect().height < 44).map(it => it.outerHTML),
        ]
        """);

    private async Task<string> BackgroundAsync(ColorScheme scheme)
    {
        var page = await fixture.OpenAsync(new BrowserNewContextOptions { ColorScheme = scheme });
        await page.GotoAsync("/");
        return await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
    }
}
