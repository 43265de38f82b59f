using DigestFunctions.Tests;
using Microsoft.Playwright;
using Xunit;

[assembly: AssemblyFixture(typeof(DigestFunctions.BrowserTests.Chromium))]

namespace DigestFunctions.BrowserTests;

/// <summary>
/// The machine's own Chromium, started once. Where there is none, the tests are skipped, or fail if
/// <c>DIGEST_REQUIRE_BROWSER</c> is 1.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    // Milliseconds. A bound and not a wait: the other tests run beside these, on as few cores.
    private const float Patience = 45_000;

    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        if (Local.Chromium.FindPath() is not { } path)
            return;
        Assertions.SetDefaultExpectTimeout(Patience);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            Args = [.. Arguments()],
            Timeout = (float)TestApp.Patience.TotalMilliseconds,
        });
    }

    /// <summary>A page in a context of its own: no cookies, no history, the window of a phone or a desk.</summary>
    public async Task<IPage> OpenAsync(Uri address, BrowserNewContextOptions? options = null)
    {
        if (browser is null)
        {
            const string reason = "There is no Chromium here: put one on the PATH to run the browser tests.";
            Assert.SkipUnless(Environment.GetEnvironmentVariable("DIGEST_REQUIRE_BROWSER") == "1", reason);
            Assert.Fail(reason);
        }

        options ??= new BrowserNewContextOptions();
        options.BaseURL = address.ToString();
        options.TimezoneId ??= "Europe/Amsterdam";
        var context = await browser.NewContextAsync(options);
        context.SetDefaultTimeout(Patience);
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
    }

    private static IEnumerable<string> Arguments()
    {
        foreach (var argument in Local.Chromium.SandboxArguments)
            yield return argument;
        yield return "--disable-gpu";
        yield return "--no-first-run";
        yield return "--disable-background-networking";
        yield return "--disable-component-update";
        yield return "--disable-sync";
    }
}
