using DigestFunctions.Tests;
using Microsoft.Playwright;
using Xunit;

namespace DigestFunctions.BrowserTests;

/// <summary>One service for the tests of a class; each has addresses of its own in it, and windows that are closed after it.</summary>
public sealed class AppFixture(SharedAzurite azurite, Chromium chromium) : IAsyncLifetime
{
    private readonly List<IPage> opened = [];
    private string? test;

    internal TestApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync() => App = await TestApp.StartAsync(azurite);

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await App.DisposeAsync();
    }

    internal async Task<IPage> OpenAsync(BrowserNewContextOptions? options = null)
    {
        // A window that stays open makes each new one slower.
        if (test != TestContext.Current.Test?.UniqueID)
            await CloseAsync();
        test = TestContext.Current.Test?.UniqueID;
        var page = await chromium.OpenAsync(App.Http.BaseAddress!, options);
        opened.Add(page);
        return page;
    }

    private async Task CloseAsync()
    {
        foreach (var page in opened)
            await page.Context.DisposeAsync();
        opened.Clear();
    }
}
