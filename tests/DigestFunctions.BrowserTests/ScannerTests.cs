using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using NodaTime;
using Xunit;

namespace DigestFunctions.BrowserTests;

/// <summary>A mail scanner that renders what mails link to, with scripts on, and presses the buttons that it finds.</summary>
public sealed class ScannerTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private TestApp App => fixture.App;

    [Fact]
    public async Task Opening_every_link_of_every_mail_with_scripts_on_changes_nothing()
    {
        const string email = "opened@example.com";
        var page = await fixture.OpenAsync();
        await App.SubscribeAsync(email);
        await OpenAllAsync(page, await App.WaitForMailAsync(email, "confirm"));
        Assert.IsType<SubscriberState.Pending>(await StateAsync(email));

        await App.PressAsync((await App.WaitForMailAsync(email, "confirm")).Link("confirm"));
        await OpenAllAsync(page, await App.WaitForMailAsync(email, "welcome"));

        Assert.IsType<SubscriberState.Active>(await StateAsync(email));
    }

    [Fact]
    public async Task Pressing_the_button_within_a_second_again_and_again_confirms_nothing_and_a_person_after_it_does()
    {
        const string email = "pressed@example.com";
        await App.SubscribeAsync(email);
        var link = (await App.WaitForMailAsync(email, "confirm")).Link("confirm");
        var scanner = await fixture.OpenAsync();

        // However slow the machine is, the scanner is fast.
        App.Time.Stop();
        await scanner.GotoAsync(link);
        for (var press = 0; press < 3; press++)
        {
            App.Time.Pass(Duration.FromMilliseconds(900));
            await scanner.ClickAsync("main button");
            await Assertions.Expect(scanner.Locator("main .lede")).ToContainTextAsync("Please press the button once more");
        }

        App.Time.GoOn();
        Assert.IsType<SubscriberState.Pending>(await StateAsync(email));

        var person = await fixture.OpenAsync();
        await person.GotoAsync(link);
        App.Time.Pass(Duration.FromSeconds(1));
        await person.ClickAsync("main button");
        await Assertions.Expect(person.Locator("h1")).ToHaveTextAsync("Welcome");
        Assert.IsType<SubscriberState.Active>(await StateAsync(email));
    }

    [Fact]
    public async Task A_press_that_leaves_is_told_and_undone_by_one_press_and_made_nobody_wait()
    {
        const string email = "left@example.com";
        var leave = (await App.JoinAsync(email)).Link("unsubscribe");
        var page = await fixture.OpenAsync();

        App.Time.Stop();
        await page.GotoAsync(leave);
        await page.ClickAsync("main button");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("You have left");
        App.Time.GoOn();
        Assert.IsType<SubscriberState.Left>(await StateAsync(email));

        await page.GotoAsync(leave);
        App.Time.Pass(Duration.FromSeconds(1));
        await page.ClickAsync("main button");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("You are back");
        Assert.IsType<SubscriberState.Active>(await StateAsync(email));
    }

    private static async Task OpenAllAsync(IPage page, TestApp.InboxMail mail)
    {
        var links = await page.EvaluateAsync<string[]>(
            "html => [...new DOMParser().parseFromString(html, 'text/html').querySelectorAll('a[href]')].map(link => link.getAttribute('href'))", mail.Html);
        var ours = links.Append(mail.Headers.GetValueOrDefault("List-Unsubscribe")?.Trim('<', '>'))
            .Where(link => Uri.TryCreate(link, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            .Select(link => new Uri(link!).PathAndQuery).Distinct(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(ours);
        foreach (var link in ours)
            await page.GotoAsync(link, new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
    }

    private async Task<SubscriberState> StateAsync(string email)
    {
        await App.IdleAsync();
        Assert.True(EmailAddress.TryParse(email, out var address));
        var id = App.Services.GetRequiredService<Identities>().Of(address);
        return (await App.Services.GetRequiredService<SubscriberStore>().FindAsync(id, TestContext.Current.CancellationToken))!.State;
    }
}
