using DigestFunctions.Tests;
using Microsoft.Playwright;
using NodaTime;
using Xunit;

namespace DigestFunctions.BrowserTests;

/// <summary>From the form to the welcome and away again, as people go: by the keyboard, without scripts, from any zone.</summary>
public sealed class SignUpTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private TestApp App => fixture.App;

    private static readonly Duration Look = Duration.FromSeconds(2);

    [Fact]
    public async Task With_the_keyboard_alone_one_signs_up_and_confirms()
    {
        var page = await fixture.OpenAsync(new BrowserNewContextOptions { Locale = "en-US" });
        await page.GotoAsync("/");

        await PressAsync(page, "Tab", "Enter", "Tab");
        Assert.Equal("email", await FocusedAsync(page));
        await page.Keyboard.TypeAsync("keys@example.com");
        await PressAsync(page, "Tab");
        await page.Keyboard.TypeAsync("Kim");
        await PressAsync(page, "Tab");
        await page.Keyboard.TypeAsync("Fri");
        await PressAsync(page, "Tab", "ArrowDown", "Tab");
        Assert.Equal("zone", await FocusedAsync(page));
        await PressAsync(page, ["Tab", "Tab", "Space", .. Enumerable.Repeat("Tab", 8)]);
        await Assertions.Expect(page.Locator("main button")).ToBeFocusedAsync();
        App.Time.Pass(Look);
        await PressAsync(page, "Enter");
        await HeadingIsAsync(page, "Check your mail");

        await page.GotoAsync((await App.WaitForMailAsync("keys@example.com", "confirm")).Link("confirm"));
        Assert.Contains("Every Friday at 09:00, Amsterdam time", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        App.Time.Pass(Look);
        await PressAsync(page, "Tab", "Enter", "Tab", "Enter");
        await HeadingIsAsync(page, "Welcome");
    }

    [Fact]
    public async Task With_the_keyboard_alone_one_says_how_it_went_leaves_and_comes_back()
    {
        var leave = (await App.JoinAsync("keys.later@example.com")).Link("unsubscribe");
        var page = await fixture.OpenAsync(new BrowserNewContextOptions { Locale = "en-US" });

        await page.GotoAsync(leave.Replace("unsubscribe", "checkin", StringComparison.Ordinal) + "/2026-W48?answer=tried");
        await PressButtonAsync(page);
        await HeadingIsAsync(page, "Good to hear");
        await page.GotoAsync(leave);
        await PressButtonAsync(page);
        await HeadingIsAsync(page, "You have left");
        await PressButtonAsync(page);
        await HeadingIsAsync(page, "You are back");
    }

    [Theory]
    [InlineData("en", "Welcome", "You have left", "You are back")]
    [InlineData("ko", "반가워요", "구독을 그만두셨어요", "다시 오셨네요")]
    public async Task Without_scripts_all_of_it_works(string language, string welcome, string left, string back)
    {
        var email = $"plain-{language}@example.com";
        var page = await fixture.OpenAsync(new BrowserNewContextOptions { JavaScriptEnabled = false, Locale = language });
        await page.GotoAsync("/");
        Assert.Equal("", await page.InputValueAsync("#zone"));

        await page.FillAsync("#email", email);
        await page.SelectOptionAsync("#zone", "Pacific/Auckland");
        await LookAndPressAsync(page);
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync(email);
        await page.GotoAsync((await App.WaitForMailAsync(email, "confirm")).Link("confirm"));
        await LookAndPressAsync(page);
        await HeadingIsAsync(page, welcome);

        await page.GotoAsync((await App.WaitForMailAsync(email, "welcome")).Link("unsubscribe"));
        await page.ClickAsync("main button");
        await HeadingIsAsync(page, left);
        await LookAndPressAsync(page);
        await HeadingIsAsync(page, back);
    }

    [Theory]
    [InlineData("Asia/Seoul", "Asia/Seoul")]
    [InlineData("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires")]
    [InlineData("Asia/Kolkata", "Asia/Kolkata")]
    [InlineData("Asia/Calcutta", "Asia/Kolkata")]
    public async Task The_zone_is_guessed_and_understood(string browsers, string ours)
    {
        var email = $"{browsers.Split('/')[^1]}@example.com";
        var page = await fixture.OpenAsync(new BrowserNewContextOptions { TimezoneId = browsers });
        await page.GotoAsync("/");
        Assert.NotEqual("", await page.InputValueAsync("#zone"));
        Assert.Matches(@"^It is \d\d:\d\d there now\.$", await page.InnerTextAsync("#zone-now"));

        await page.FillAsync("#email", "nope");
        await SendWithFaultAsync(page);

        Assert.Equal(ours, await page.InputValueAsync("#zone"));
        await page.FillAsync("#email", email);
        await LookAndPressAsync(page);
        await HeadingIsAsync(page, "Check your mail");
    }

    [Fact]
    public async Task Who_goes_back_to_correct_her_address_finds_what_she_typed_and_is_signed_up()
    {
        var page = await fixture.OpenAsync(new BrowserNewContextOptions { TimezoneId = "Asia/Seoul" });
        await page.GotoAsync("/");
        await page.FillAsync("#email", "wrong@example.com");
        await page.FillAsync("#name", "Mina");
        await page.SelectOptionAsync("#zone", "Pacific/Honolulu");
        await LookAndPressAsync(page);
        await HeadingIsAsync(page, "Check your mail");

        await page.GoBackAsync();
        Assert.Equal("Mina", await page.InputValueAsync("#name"));
        Assert.Equal("Pacific/Honolulu", await page.InputValueAsync("#zone"));
        await page.FillAsync("#email", "right@example.com");
        await LookAndPressAsync(page);

        await HeadingIsAsync(page, "Check your mail");
        await App.WaitForMailAsync("right@example.com", "confirm");
    }

    [Fact]
    public async Task A_zone_that_was_chosen_is_not_guessed_anew()
    {
        var page = await fixture.OpenAsync(new BrowserNewContextOptions { TimezoneId = "Asia/Seoul" });
        await page.GotoAsync("/");
        await page.SelectOptionAsync("#zone", "Pacific/Honolulu");
        await SendWithFaultAsync(page);

        Assert.Equal("Pacific/Honolulu", await page.InputValueAsync("#zone"));
    }

    [Fact]
    public async Task After_a_fault_the_summary_has_the_focus_and_leads_to_the_field()
    {
        var page = await fixture.OpenAsync();
        await page.GotoAsync("/");
        await page.FillAsync("#email", "ada@");
        await SendWithFaultAsync(page);

        await Assertions.Expect(page.Locator(".summary")).ToBeFocusedAsync();
        Assert.Equal("ada@", await page.InputValueAsync("#email"));
        await PressAsync(page, "Tab", "Enter");
        Assert.Equal("email", await FocusedAsync(page));
    }

    [Fact]
    public async Task The_browser_has_nothing_to_complain_of()
    {
        var complaints = new List<string>();
        var page = await fixture.OpenAsync();
        page.Console += (_, message) => complaints.Add(message.Text);
        page.PageError += (_, error) => complaints.Add(error);
        page.RequestFailed += (_, request) => complaints.Add(request.Url);
        await page.GotoAsync("/", new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });

        Assert.Empty(complaints);
    }

    private async Task LookAndPressAsync(IPage page)
    {
        App.Time.Pass(Look);
        await page.ClickAsync("main button");
    }

    // From the top of the page to its button, as the keyboard goes.
    private async Task PressButtonAsync(IPage page)
    {
        var button = page.Locator("main button");
        for (var presses = 0; presses < 10 && !await button.EvaluateAsync<bool>("it => it === document.activeElement"); presses++)
            await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(button).ToBeFocusedAsync();
        App.Time.Pass(Look);
        await page.Keyboard.PressAsync("Enter");
    }

    private static async Task PressAsync(IPage page, params string[] keys)
    {
        foreach (var key in keys)
            await page.Keyboard.PressAsync(key);
    }

    private static Task<string> FocusedAsync(IPage page) => page.EvaluateAsync<string>("document.activeElement.id");

    private static Task HeadingIsAsync(IPage page, string heading) => Assertions.Expect(page.Locator("h1")).ToHaveTextAsync(heading);

    // The answer is there when its summary is: before, the page may still be the one that was sent.
    private static async Task SendWithFaultAsync(IPage page)
    {
        await page.ClickAsync("main button");
        await Assertions.Expect(page.Locator(".summary")).ToBeVisibleAsync();
        await page.WaitForLoadStateAsync();
    }
}
