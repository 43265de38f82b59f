using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

namespace DigestFunctions.BrowserTests;

/// <summary>WCAG 2.2 AA as far as a program can see it, of every page in each of its states.</summary>
public sealed class AxeTests(Chromium chromium, AppFixture fixture) : IClassFixture<AppFixture>
{
    internal static readonly AxeRunOptions Rules = new()
    {
        RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
        ResultTypes = [ResultType.Violations],
    };

    internal static readonly AxeRunOptions Contrast = new()
    {
        RunOnly = new RunOnlyOptions { Type = "rule", Values = ["color-contrast"] },
        ResultTypes = [ResultType.Violations],
    };

    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public async Task Axe_finds_nothing_in_light_or_dark(string language)
    {
        var page = await chromium.OpenAsync(fixture.Address);

        await new Walk(fixture.App, page, language, async state =>
        {
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Light });
            AssertNone(state, await page.RunAxe(Rules));
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
            AssertNone(state + " in the dark", await page.RunAxe(Contrast));
        }).AllAsync();
    }

    internal static void AssertNone(string state, AxeResult found) => Assert.Empty(
        found.Violations.Select(violation => $"{state}: {violation.Id}, {string.Join(' ', violation.Nodes.Select(node => node.Html))}"));
}
