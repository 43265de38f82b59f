using Azure.Data.Tables;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests;
using Microsoft.Playwright;
using NodaTime;
using Xunit;

namespace DigestFunctions.BrowserTests;

/// <summary>The operator's pages, on a small phone, by axe and by the keyboard.</summary>
public sealed class OperateTests(Chromium chromium, AppFixture fixture) : IClassFixture<AppFixture>
{
    private const int SmallPhone = 360;
    private const int Days = 60;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Axe_finds_nothing_and_nothing_is_wider_than_a_small_phone()
    {
        var subscriber = await PrepareAsync();
        var page = await chromium.OpenAsync(fixture.Address);
        await page.SetViewportSizeAsync(SmallPhone, 780);
        await page.GotoAsync("/operate/sign-in");
        await LookAsync(page, "sign in");
        await page.FillAsync("#name", "Jo");
        await page.FillAsync("#key", "wrong");
        await page.ClickAsync("main button");
        await LookAsync(page, "wrong key");
        await SignInAsync(page);

        foreach (var path in new[] { "", "/held", "/send", "/audit", "/preflight", "/preview/2026-W48", "/people", "/people/import", $"/people/{subscriber}", $"/subscriber/{subscriber}", "/nowhere" })
        {
            await page.GotoAsync("/operate" + path);
            await LookAsync(page, path);
        }
    }

    [Fact]
    public async Task By_the_keyboard_alone_one_signs_in_pauses_and_goes_on()
    {
        var page = await chromium.OpenAsync(fixture.Address);
        await page.GotoAsync("/operate/sign-in");
        await page.FocusAsync("#name");
        await page.Keyboard.TypeAsync("Bo");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(TestApp.OperateKey);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Today");
        await page.GotoAsync("/operate/send");
        await page.FocusAsync("#reason");
        await page.Keyboard.TypeAsync("wrong tip");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator(".warning")).ToContainTextAsync("paused by Bo: wrong tip");
        await page.FocusAsync("button[value=resume]");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("button[value=pause]")).ToBeVisibleAsync();
    }

    private static async Task SignInAsync(IPage page)
    {
        await page.GotoAsync("/operate/sign-in");
        await page.FillAsync("#name", "Jo");
        await page.FillAsync("#key", TestApp.OperateKey);
        await page.ClickAsync("main button");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Today");
    }

    private static async Task LookAsync(IPage page, string state)
    {
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Light });
        Assert.Empty(await AxeTests.ViolationsAsync(page, AxeTests.Rules, state));
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        Assert.Empty(await AxeTests.ViolationsAsync(page, AxeTests.Contrast, state + " in the dark"));
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = $"/tmp/shots/{state.Replace('/', '_').Replace(' ', '_')}-dark.png", FullPage = true });
        Assert.Equal(SmallPhone, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
    }

    // A subscriber, two months of days, a run with something held and blocked, a message that failed: all that a page can show.
    private async Task<SubscriberId> PrepareAsync()
    {
        var app = fixture.App;
        await app.JoinAsync("reader@example.com");
        await app.Get<Sweep>().RunAsync(Cancellation);
        for (var back = 1; back <= Days; back++)
        {
            await app.Store.Snapshots.UpsertEntityAsync(
                new TableEntity("days", TestApp.Start.InUtc().Date.PlusDays(-back).ToString("uuuu-MM-dd", null))
                {
                    ["TakenAt"] = (TestApp.Start - Duration.FromDays(back)).ToDateTimeOffset(),
                    ["Active"] = 1_240 - (7 * back),
                    ["Paused"] = 30 + (back % 5),
                    ["Pending"] = back % 9,
                    ["LeftInAll"] = 210 - (2 * back),
                    ["Suppressed"] = 18,
                    ["Accepted"] = 170 + (back % 7 * 20),
                    ["Delivered"] = 165 + (back % 7 * 20),
                    ["Bounced"] = back % 4,
                    ["Complained"] = back % 30 == 3 ? 1 : 0,
                    ["Held"] = back == 12 ? 40 : 0,
                },
                TableUpdateMode.Merge,
                Cancellation);
        }

        var run = Slots.Run("digest|Europe~Paris|Tue|08:30|2026-11-24");
        await app.Get<RunTable>().RecordPlannedAsync(run, TestApp.Start - Duration.FromHours(1), Cancellation);
        await app.Get<Ledger>().TryRecordAsync(
            run,
            IdRange.Whole,
            [
                new Batch(run, IdRange.Whole, new BatchName(0), Some(app, "en"), [People.Id(1), People.Id(2)], MemberSet.None, 1, new BatchState.Held(new Attempt("id", run.Due, MemberSet.None), "503"), default),
                new Batch(run, IdRange.Whole, new BatchName(1), Some(app, "ko"), [People.Id(3)], MemberSet.None, 1, new BatchState.Blocked("413: too large"), default),
            ],
            Cancellation);
        await app.Store.Runs.UpdateEntityAsync(
            new TableEntity(run.Issue.ToString(), run.ToString()) { ["Held"] = 2, ["Blocked"] = 1 }, Azure.ETag.All, TableUpdateMode.Merge, Cancellation);
        await app.Store.PoisonedMails.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        await app.Store.PoisonedMails.SendMessageAsync("nonsense", Cancellation);
        return EmailAddress.TryParse("reader@example.com", out var address) ? app.Get<Identities>().Of(address) : default;
    }

    private static Variant Some(TestApp app, string language) => new(
        Language.TryParse(language, out var known) ? known : default,
        app.Get<Core.Tips.Calendar>().TipOf(Slots.Issue("2026-W48")),
        0);
}
