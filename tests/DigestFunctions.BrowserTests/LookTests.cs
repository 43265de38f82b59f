using Microsoft.Playwright;
using Xunit;

namespace DigestFunctions.BrowserTests;

/// <summary>Every page in each of its states.</summary>
public sealed class LookTests(Chromium chromium, AppFixture fixture) : IClassFixture<AppFixture>
{
    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public async Task No_page_is_wider_than_the_window_and_what_can_be_pressed_is_44_pixels_high(string language)
    {
        var page = await chromium.OpenAsync(fixture.Address);

        await new Walk(fixture.App, page, language, async state =>
        {
            foreach (var width in (int[])[320, 390, 640, 1440])
            {
                await page.SetViewportSizeAsync(width, 640);
                var wide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
                var small = await page.EvaluateAsync<string[]>(
                    "[...document.querySelectorAll('header a, input:not([type=hidden]), select, .button')].filter(it => it.checkVisibility() && it.getBoundingClientRect().height < 44).map(it => it.outerHTML)");
                Assert.True(wide <= width, $"{state}: {wide} at {width}");
                Assert.True(small.Length == 0, $"{state}: {string.Join(' ', small)} at {width}");
            }
        }).AllAsync();
    }

    [Fact]
    public async Task Dark_is_dark_and_light_is_light()
    {
        Assert.Equal("rgb(23, 26, 25)", await BackgroundAsync(ColorScheme.Dark));
        Assert.Equal("rgb(251, 248, 243)", await BackgroundAsync(ColorScheme.Light));
    }

    private async Task<string> BackgroundAsync(ColorScheme scheme)
    {
        var page = await chromium.OpenAsync(fixture.Address, new BrowserNewContextOptions { ColorScheme = scheme });
        await page.GotoAsync("/");
        return await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
    }
}
