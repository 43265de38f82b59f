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
public sealed class OperateTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private TestApp App => fixture.App;

    private const int SmallPhone = 360;
    private const int Days = 60;

    private static readonly byte[] Csv = "email,timezone,consent,consent_source\nnew@example.com,Europe/Paris,2025-05-17,Sign-up sheet\nnobody,Europe/Paris,,\n"u8.ToArray();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Axe_finds_nothing_and_nothing_is_wider_than_a_small_phone()
    {
        var subscriber = await PrepareAsync();
        var page = await fixture.OpenAsync();
        await page.SetViewportSizeAsync(SmallPhone, 780);
        await page.GotoAsync("/operate/sign-in");
        await LookAsync(page, "sign in");
        await page.FillAsync("#name", "Jo");
        await page.FillAsync("#key", "wrong");
        await page.ClickAsync("main button");
        await Assertions.Expect(page.Locator(".fault")).ToBeVisibleAsync();
        await LookAsync(page, "wrong key");
        await SignInAsync(page);

        foreach (var path in new[] { "", "/held", "/send", "/audit", "/preflight", "/preview/2026-W48", "/people", "/people/import", $"/people/{subscriber}", $"/subscriber/{subscriber}", $"/subscriber/{subscriber}/reminders", "/nowhere" })
        {
            await page.GotoAsync("/operate" + path);
            await LookAsync(page, path);
        }

        await LookAtDecisionsAsync(page, subscriber);
    }

    // What is a page only behind a button, or while something is so.
    private static async Task LookAtDecisionsAsync(IPage page, SubscriberId subscriber)
    {
        await page.GotoAsync("/operate/held");
        await page.ClickAsync("main a[href*='/held/']");
        await LookAsync(page, "who waits", "Who waits");

        await page.GotoAsync("/operate/people/import");
        await page.SetInputFilesAsync("#file", new FilePayload { Name = "people.csv", MimeType = "text/csv", Buffer = Csv });
        await page.ClickAsync("button[value=check]");
        await LookAsync(page, "import, a dry run", "This would be imported");

        await page.GotoAsync("/operate/send");
        await page.FillAsync("#reason", "wrong tip");
        await page.ClickAsync("button[value=pause]");
        await Assertions.Expect(page.Locator("button[value=resume]")).ToBeVisibleAsync();
        await LookAsync(page, "send, paused", "Send");
        await page.GotoAsync("/operate");
        await LookAsync(page, "today, paused", "Today");
        await page.GotoAsync("/operate/send");
        await page.ClickAsync("button[value=resume]");
        await Assertions.Expect(page.Locator("button[value=pause]")).ToBeVisibleAsync();

        await page.GotoAsync($"/operate/people/{subscriber}");
        await page.ClickAsync("button[value=erase]");
        await LookAsync(page, "erase, asked", "Erase this person?");
        await page.GotoAsync($"/operate/people/{subscriber}");
        await page.FillAsync("#suppress-reason", "by phone");
        await page.ClickAsync("button[value=suppress]");
        await LookAsync(page, "suppressed", "Suppressed");
        await page.GotoAsync($"/operate/people/{subscriber}");
        await LookAsync(page, "a person who is suppressed", "reader@example.com");
    }

    [Fact]
    public async Task By_the_keyboard_alone_one_signs_in_pauses_and_goes_on()
    {
        var page = await fixture.OpenAsync();
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

    [Theory]
    [InlineData(SmallPhone)]
    [InlineData(1280)]
    public async Task In_any_window_the_words_of_charts_can_be_read_and_what_is_held_is_in_sight(int width)
    {
        var run = Slots.Run("digest|Europe~Paris|Tue|07:30|2026-11-24");
        await App.Get<RunTable>().RecordPlannedAsync(run, TestApp.Start, Cancellation);
        await App.Store.Runs.UpdateEntityAsync(
            new TableEntity(run.Issue.ToString(), run.ToString()) { ["Held"] = 7 }, Azure.ETag.All, TableUpdateMode.Merge, Cancellation);
        await App.Store.Snapshots.UpsertEntityAsync(
            new TableEntity("days", "2026-11-23") { ["TakenAt"] = TestApp.Start.ToDateTimeOffset(), ["Active"] = 51_135, ["Paused"] = 1, ["Delivered"] = 1_125, ["Complained"] = 1, ["Bounced"] = 3 },
            TableUpdateMode.Merge,
            Cancellation);
        var page = await fixture.OpenAsync();
        await page.SetViewportSizeAsync(width, 780);
        await SignInAsync(page);

        await page.EvaluateAsync("() => document.querySelectorAll('details').forEach(it => it.open = true)");

        Assert.InRange(await page.EvaluateAsync<double>("() => Math.min(...[...document.querySelectorAll('.chart text')].map(it => it.getBoundingClientRect().height))"), 11, 20);
        Assert.Empty(await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('.panel')].filter(it => it.scrollWidth > it.clientWidth).map(it => it.innerText)"));
        Assert.True(await page.EvaluateAsync<bool>("() => [...document.querySelectorAll('.runs [data-name=Held]:not(.zero)')].every(it => it.checkVisibility() && it.getBoundingClientRect().right <= innerWidth)"));
        await Assertions.Expect(page.Locator(".runs [data-name=Held]", new PageLocatorOptions { HasText = "7" })).ToBeVisibleAsync();
    }

    private static async Task SignInAsync(IPage page)
    {
        await page.GotoAsync("/operate/sign-in");
        await page.FillAsync("#name", "Jo");
        await page.FillAsync("#key", TestApp.OperateKey);
        await page.ClickAsync("main button");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Today");
    }

    private static async Task LookAsync(IPage page, string state, string heading)
    {
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync(heading);
        await LookAsync(page, state);
    }

    private static async Task LookAsync(IPage page, string state)
    {
        await page.WaitForLoadStateAsync();
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Light });
        Assert.Empty(await Axe.ViolationsAsync(page, Axe.Rules, state));
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        Assert.Empty(await Axe.ViolationsAsync(page, Axe.Contrast, state + " in the dark"));
        Assert.Equal(SmallPhone, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
    }

    // A subscriber, two months of days, a run with something held and blocked, a message that failed: all that a page can show.
    private async Task<SubscriberId> PrepareAsync()
    {
        var app = App;
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
