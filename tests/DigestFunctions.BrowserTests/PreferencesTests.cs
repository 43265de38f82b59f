using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests;
using Microsoft.Playwright;
using NodaTime;
using Xunit;

namespace DigestFunctions.BrowserTests;

/// <summary>For one who has her digest on Tuesdays at half past eight, in Paris.</summary>
public sealed class PreferencesTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private TestApp App => fixture.App;

    private static readonly Duration Look = Duration.FromSeconds(2);

    private static int people = 5000;

    [Fact]
    public async Task What_she_changes_is_saved_without_leaving_the_page_and_said()
    {
        var (page, number) = await OpenPreferencesAsync();
        await page.EvaluateAsync("window.stayed = true");

        await page.SelectOptionAsync("#weekday", "Fri");
        await page.CheckAsync("input[name=focus][value=self]");
        await page.ClickAsync("button[value=save]");

        await Assertions.Expect(page.Locator(".notice")).ToBeFocusedAsync();
        await Assertions.Expect(page.Locator(".intro .facts")).ToContainTextAsync("Friday");
        Assert.True(await page.EvaluateAsync<bool>("window.stayed"));
        Assert.Equal(("digest|Europe~Paris|Fri|08:30", "self"), await ChosenAsync(number));
    }

    [Fact]
    public async Task Where_that_fails_the_page_is_posted_as_if_there_were_no_script()
    {
        var (page, number) = await OpenPreferencesAsync();
        await page.RouteAsync("**/preferences/*", route => route.Request.ResourceType == "fetch" ? route.AbortAsync() : route.ContinueAsync());

        await page.SelectOptionAsync("#weekday", "Sun");
        await page.ClickAsync("button[value=save]");

        await Assertions.Expect(page.Locator(".notice")).ToBeVisibleAsync();
        Assert.Equal(("digest|Europe~Paris|Sun|08:30", ""), await ChosenAsync(number));
    }

    [Fact]
    public async Task Without_scripts_all_of_it_works()
    {
        var (page, number) = await OpenPreferencesAsync(new BrowserNewContextOptions { JavaScriptEnabled = false });
        await Assertions.Expect(page.Locator("#zone-now")).ToHaveTextAsync("It is 09:00 there now.");
        await Assertions.Expect(page.Locator("#zone-find")).ToBeHiddenAsync();

        await page.SelectOptionAsync("#zone", "Asia/Seoul");
        await page.SelectOptionAsync("#language", "ko");
        await page.ClickAsync("button[value=save]");
        await Assertions.Expect(page.Locator(".notice")).ToHaveTextAsync("저장했어요.");
        App.Time.Pass(Look);
        await page.ClickAsync("button[name=weeks][value='1']");
        await Assertions.Expect(page.Locator("button[value=resume]")).ToBeVisibleAsync();
        App.Time.Pass(Look);
        await page.ClickAsync("button[value=resume]");
        await Assertions.Expect(page.Locator("button[value=resume]")).ToHaveCountAsync(0);

        Assert.Equal(("digest|Asia~Seoul|Tue|08:30", ""), await ChosenAsync(number));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pause_keeps_what_she_entered_and_did_not_save(bool scripts)
    {
        var (page, number) = await OpenPreferencesAsync(new BrowserNewContextOptions { JavaScriptEnabled = scripts });

        await page.FillAsync("#name", "Mi");
        await page.FillAsync("#until", "2026-12-24");
        App.Time.Pass(Look);
        await page.ClickAsync("button[value=pause]");

        await Assertions.Expect(page.Locator(".notice")).ToContainTextAsync("isn’t saved yet");
        Assert.Equal("Mi", await page.InputValueAsync("#name"));
        await page.ClickAsync("button[value=save]");
        await Assertions.Expect(page.Locator(".notice")).ToHaveTextAsync("Saved.");
        var saved = (await App.Get<SubscriberStore>().FindAsync(People.Id(number), TestContext.Current.CancellationToken))!;
        Assert.Equal("Mi", saved.Preferences.Name.ToString());
        Assert.Equal(new LocalDate(2026, 12, 24), Assert.IsType<SubscriberState.Active>(saved.State).Pause!.Until);
    }

    [Theory]
    [InlineData("auck", "Pacific/Auckland")]
    [InlineData("ÉSEOUL", "Europe/Paris")]
    [InlineData("sao pau", "America/Sao_Paulo")]
    [InlineData("kolkata", "Asia/Kolkata")]
    public async Task A_place_is_found_by_a_part_of_its_name_and_chosen_if_there_is_one(string typed, string zone)
    {
        var (page, _) = await OpenPreferencesAsync();

        await page.FillAsync("#zone-find", typed);

        Assert.Equal(zone, await page.InputValueAsync("#zone"));
        Assert.NotEqual("", await page.InnerTextAsync("#zone-found"));
        await page.FillAsync("#zone-find", "");
        Assert.Equal(zone, await page.InputValueAsync("#zone"));
        Assert.True(await page.Locator("#zone option").CountAsync() > 400);
    }

    [Fact]
    public async Task With_the_keyboard_alone_she_changes_all_of_it()
    {
        var (page, number) = await OpenPreferencesAsync();

        await TabToAsync(page, "weekday");
        await page.Keyboard.TypeAsync("Thu");
        await TabToAsync(page, "zone-find");
        await page.Keyboard.TypeAsync("tokyo");
        await TabToAsync(page, "focus-self");
        await page.Keyboard.PressAsync("Space");
        await TabToAsync(page, "name");
        await page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(page.Locator(".notice")).ToBeFocusedAsync();
        Assert.Equal(("digest|Asia~Tokyo|Thu|08:30", "self"), await ChosenAsync(number));
    }

    private static async Task TabToAsync(IPage page, string id)
    {
        for (var presses = 0; presses < 40 && await page.EvaluateAsync<string>("document.activeElement.id") != id; presses++)
            await page.Keyboard.PressAsync("Tab");
        Assert.Equal(id, await page.EvaluateAsync<string>("document.activeElement.id"));
    }

    private async Task<(IPage Page, int Number)> OpenPreferencesAsync(BrowserNewContextOptions? options = null)
    {
        App.SetTime(TestApp.Start);
        var number = Interlocked.Increment(ref people);
        await App.Store.AddAsync(People.Active(number, Slots.Tuesday));
        var page = await fixture.OpenAsync(options);
        await page.GotoAsync($"/preferences/{App.Get<LinkTokens>().Write(People.Token(number))}");
        return (page, number);
    }

    private async Task<(string Slot, string Focus)> ChosenAsync(int number)
    {
        var subscriber = await App.Get<SubscriberStore>().FindAsync(People.Id(number), TestContext.Current.CancellationToken);
        return (subscriber!.Preferences.DigestSlot.ToString(), subscriber.Preferences.Tips.Focus.ToString());
    }
}
