using DigestFunctions.Tests.Email;
using Microsoft.Playwright;
using Xunit;

namespace DigestFunctions.BrowserTests;

/// <summary>Each kind of mail as its recipient sees it, in a mail program that shows what Chromium does.</summary>
public sealed class MailTests(MailTests.Window window) : IClassFixture<MailTests.Window>
{
    private const int Phone = 320;

    // A mail is shown within a page of the mail program's, which has the landmarks.
    private const string Rules =
        """{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'], rules: { region: { enabled: false }, 'landmark-one-main': { enabled: false } } }""";

    public static TheoryData<string, string> OfEachKind => Mails.OfEachKind;

    [Theory]
    [MemberData(nameof(OfEachKind))]
    public async Task Axe_finds_nothing_in_light_or_dark(string mail, string language)
    {
        var page = await OpenAsync(mail, language);

        Assert.Empty(await Axe.ViolationsAsync(page, Rules, mail));
        await SchemeAsync(page, ColorScheme.Dark);
        Assert.Empty(await Axe.ViolationsAsync(page, Axe.Contrast, mail + " in the dark"));
    }

    [Theory]
    [MemberData(nameof(OfEachKind))]
    public async Task On_the_smallest_phone_it_fits_also_with_letters_of_twice_the_size(string mail, string language)
    {
        var page = await OpenAsync(mail, language);
        Assert.Equal(Phone, await WidthAsync(page));

        // As a mail program does it whose owner asked for large type: the letters grow, the window doesn't.
        await page.EvaluateAsync(
            """
            () => {
              const all = [...document.querySelectorAll('body *')];
              const sizes = all.map(it => parseFloat(getComputedStyle(it).fontSize));
              all.forEach((it, index) => it.style.setProperty('font-size', `${sizes[index] * 2}px`, 'important'));
            }
            """);
        Assert.Equal(Phone, await WidthAsync(page));
    }

    [Theory]
    [MemberData(nameof(OfEachKind))]
    public async Task A_finger_finds_every_link(string mail, string language)
    {
        var page = await OpenAsync(mail, language);

        // WCAG 2.2, 2.5.8 asks for 24; what a mail is there for has the 44 of 2.5.5.
        Assert.Empty(await LowerThanAsync(page, "a", 24));
        Assert.Empty(await LowerThanAsync(page, ".answers a, .button a", 44));
        Assert.Equal(mail.Split(' ')[0] switch { "confirm" => 1, "welcome" => 0, _ => 3 }, await page.Locator(".answers a, .button a").CountAsync());
    }

    [Theory]
    [MemberData(nameof(OfEachKind))]
    public async Task In_the_dark_all_of_it_is_dark(string mail, string language)
    {
        var page = await OpenAsync(mail, language);

        var light = await ColoursAsync(page);
        await SchemeAsync(page, ColorScheme.Dark);
        var dark = await ColoursAsync(page);

        Assert.NotEmpty(light);
        Assert.Equal(light.Length, dark.Length);
        Assert.Empty(light.Intersect(dark, StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(OfEachKind))]
    public async Task Without_images_nothing_is_missing_since_there_are_none(string mail, string language)
    {
        var page = await OpenAsync(mail, language);

        Assert.Equal(0, await page.EvaluateAsync<int>("document.querySelectorAll('img, svg, picture, video').length"));
        Assert.Empty(window.Asked);
    }

    private async Task<IPage> OpenAsync(string mail, string language)
    {
        var page = await window.OpenAsync();
        await SchemeAsync(page, ColorScheme.Light);
        await page.SetContentAsync(Mails.For("Mina", Mails.Render(mail, language).Html, language));
        return page;
    }

    private static Task SchemeAsync(IPage page, ColorScheme scheme) => page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });

    private static Task<int> WidthAsync(IPage page) => page.EvaluateAsync<int>("document.documentElement.scrollWidth");

    private static Task<string[]> LowerThanAsync(IPage page, string selector, int pixels) => page.EvaluateAsync<string[]>(
        "([selector, pixels]) => [...document.querySelectorAll(selector)].filter(it => it.getBoundingClientRect().height < pixels).map(it => it.outerHTML)",
        new object[] { selector, pixels });

    // Of all that is seen: what has letters, and what has a ground of its own. With its place, so that each is compared with itself.
    private static Task<string[]> ColoursAsync(IPage page) => page.EvaluateAsync<string[]>(
        """
        () => [...document.querySelectorAll('body, body *')].flatMap((it, index) => {
          const style = getComputedStyle(it);
          if (style.display === 'none' || it.tagName === 'STYLE') return [];
          const letters = [...it.childNodes].some(child => child.nodeType === Node.TEXT_NODE && child.data.trim());
          return [
            ...(letters ? [`${index} letters ${style.color}`] : []),
            ...(style.backgroundColor === 'rgba(0, 0, 0, 0)' ? [] : [`${index} ground ${style.backgroundColor}`]),
          ];
        })
        """);

    /// <summary>Of a phone; the mails are shown in it one after another.</summary>
    public sealed class Window(Chromium chromium) : IAsyncDisposable
    {
        private IPage? page;

        /// <summary>What any mail asked a server for.</summary>
        internal List<string> Asked { get; } = [];

        public async ValueTask DisposeAsync()
        {
            if (page is not null)
                await page.Context.DisposeAsync();
        }

        // Not before a test is there, which is skipped where there is no browser.
        internal async Task<IPage> OpenAsync()
        {
            if (page is not null)
                return page;
            page = await chromium.OpenAsync(
                new Uri("about:blank"), new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = Phone, Height = 640 } });
            page.Request += (_, request) => Asked.Add(request.Url);
            return page;
        }
    }
}
