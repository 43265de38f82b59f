using DigestFunctions.Tests;
using Microsoft.Playwright;
using Xunit;

namespace DigestFunctions.BrowserTests;

/// <summary>Tests of the service's pages, each in windows of its own, which are closed after it.</summary>
public abstract class PageTest(Chromium chromium, AppFixture fixture) : IClassFixture<AppFixture>, IAsyncDisposable
{
    private readonly List<IPage> opened = [];

    private protected TestApp App => fixture.App;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var page in opened)
            await page.Context.DisposeAsync();
    }

    private protected async Task<IPage> OpenAsync(BrowserNewContextOptions? options = null)
    {
        var page = await chromium.OpenAsync(fixture.Address, options);
        opened.Add(page);
        return page;
    }
}
