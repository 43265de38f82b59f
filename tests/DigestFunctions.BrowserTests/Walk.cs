using System.Globalization;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests;
using Microsoft.Playwright;
using NodaTime;

namespace DigestFunctions.BrowserTests;

/// <summary>Goes through the pages as a subscriber does, and has each looked at in each of its states.</summary>
internal sealed class Walk(TestApp app, IPage page, string language, Func<string, Task> look)
{
    // As long as a person looks at a page; and so long that the page is too old to count.
    private static readonly Duration Look = Duration.FromSeconds(2);
    private static readonly Duration SinceYesterday = Duration.FromHours(25);

    private static int people;

    private readonly string email = string.Create(CultureInfo.InvariantCulture, $"walker{Interlocked.Increment(ref people)}@example.com");

    public async Task AllAsync()
    {
        var confirm = await SignUpAsync();
        var leave = await ConfirmAsync(confirm);
        await CheckInAsync(leave.Replace("unsubscribe", "checkin", StringComparison.Ordinal) + "/2026-W48");
        await ChangeAsync(leave.Replace("unsubscribe", "preferences", StringComparison.Ordinal));
        await LeaveAsync(leave);
        await LookAfterDataAsync(leave);
        await SeeAsync("left before", confirm);
        await SeeAsync("archive", "/archive");
        await SeeAsync("issue", (await page.GetAttributeAsync(".issues a", "href"))!.Split('?')[0]);
        await SeeAsync("question", "/questions/nothing-left-to-give");
        await SeeAsync("privacy", "/privacy");
        await SeeAsync("bad link", "/confirm/nonsense");
        await SeeAsync("not found", "/nowhere");
        await SeeAsync("wrong method", "/subscribe");
        var late = "late." + email;
        await app.SubscribeAsync(late, language: language);
        var expired = (await app.WaitForMailAsync(late, "confirm")).Link("confirm");
        app.Time.Pass(LinkTokens.ConfirmLifetime + Look);
        await SeeAsync("expired", expired);
    }

    private async Task<string> SignUpAsync()
    {
        await SeeAsync("form", "/");
        await page.FillAsync("#email", "nope");
        await page.FillAsync("#name", "https://example.com");
        await PressAsync("form with faults");
        await page.FillAsync("#email", email);
        await page.FillAsync("#name", "Mina");
        await page.SelectOptionAsync("#zone", "Asia/Seoul");
        app.Time.Pass(SinceYesterday);
        await PressAsync("form to press again");
        await PressAsync("check your mail");
        return (await app.WaitForMailAsync(email, "confirm")).Link("confirm");
    }

    private async Task<string> ConfirmAsync(string link)
    {
        await SeeAsync("confirm", link);
        app.Time.Pass(SinceYesterday);
        await PressAsync("confirm to press again");
        await PressAsync("welcome");
        var leave = (await app.WaitForMailAsync(email, "welcome")).Link("unsubscribe");
        await SeeAsync("subscribed", link);
        return leave;
    }

    private async Task CheckInAsync(string link)
    {
        await SeeAsync("check-in", link);
        app.Time.Pass(SinceYesterday);
        await PressAsync("check-in to press again");
        await PressAsync("tried");
        await SeeAsync("remind me", link + "?answer=remind");
        await PressAsync("not reminded");
        await SeeAsync("too much", link + "?answer=toomuch");
        await PressAsync("rest");
        await PressAsync("gently");
        await SeeAsync("not yet", link + "?answer=notyet");
        await PressAsync("offered to be reminded");
        await PressAsync("reminded");
    }

    private async Task ChangeAsync(string link)
    {
        await SeeAsync("preferences", link);
        await page.FillAsync("#name", "https://example.com");
        await PressAsync("preferences with faults", "button[value=save]", "#name-fault");
        await page.FillAsync("#name", "Mina");
        await page.CheckAsync("#reminders");
        await PressAsync("preferences saved", "button[value=save]", ".notice");
        await PressAsync("preferences with no date", "button[value=pause]", "#until-fault");
        await PressAsync("paused", "button[value='2']", "button[value=resume]");
        // In another tab.
        await app.PostAsync(link, ("seen", (await page.GetAttributeAsync("input[name=seen]", "value"))!), ("weekday", "Fri"), ("time", "08:30"), ("zone", "Asia/Seoul"));
        await PressAsync("preferences that were changed", "button[value=save]", "#conflict");
    }

    private async Task LeaveAsync(string link)
    {
        await SeeAsync("leave", link);
        await PressAsync("left");
        await PressAsync("back");
        // Once more without looking: what follows is for one who has left.
        await app.PostAsync(link);
    }

    // Of another, who stays; then of her who has left.
    private async Task LookAfterDataAsync(string leave)
    {
        await SeeAsync("lost link", "/link");
        await page.FillAsync("#email", "nope");
        await PressAsync("lost link with a fault");
        await page.FillAsync("#email", email);
        await PressAsync("link asked");

        var other = "other." + email;
        var offer = (await app.JoinAsync(other, language)).Link("preferences") + "/data";
        await SeeAsync("data offered", offer);
        await PressAsync("data link sent");
        var data = (await app.WaitForMailAsync(other, "data")).Link("data");
        await SeeAsync("data link asked again", offer);
        await PressAsync("data link asked again");
        await SeeAsync("data", data);
        await page.FillAsync("#address", "nope");
        await PressAsync("data with a fault", "main button[value=change]");
        await page.FillAsync("#address", "new." + email);
        await PressAsync("new address asked", "main button[value=change]");
        var address = (await app.WaitForMailAsync("new." + email, "new-address")).Link("address");
        await SeeAsync("new address", address);
        await PressAsync("new address confirmed");
        await app.WaitForMailAsync(other, "address-told");
        await SeeAsync("nothing held", data);

        var again = (await app.JoinAsync("third." + email, language)).Link("preferences") + "/data";
        await SeeAsync("data offered", again);
        await PressAsync("data link sent");
        await SeeAsync("data", (await app.WaitForMailAsync("third." + email, "data")).Link("data"));
        await PressAsync("erase", "main button[value=erase]");
        await PressAsync("erased");
        await SeeAsync("left, and data later", leave.Replace("unsubscribe", "preferences", StringComparison.Ordinal) + "/data");
        await PressAsync("data later");
    }

    private async Task SeeAsync(string state, string path)
    {
        await page.GotoAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}language={language}");
        await look(state);
    }

    // Where the page stays, and what is on it changes.
    private async Task PressAsync(string state, string button, string appears)
    {
        app.Time.Pass(Look);
        await page.ClickAsync(button);
        await Assertions.Expect(page.Locator(appears)).ToBeVisibleAsync();
        await look(state);
    }

    private async Task PressAsync(string state, string button = "main button")
    {
        app.Time.Pass(Look);
        // By the browser's own word: a predicate in the page is what the page's policy forbids.
        var loaded = new TaskCompletionSource();
        void OnLoad(object? sender, IPage loadedPage) => loaded.TrySetResult();
        page.Load += OnLoad;
        await page.ClickAsync(button);
        await loaded.Task.WaitAsync(TestApp.Patience);
        page.Load -= OnLoad;
        await look(state);
    }
}
