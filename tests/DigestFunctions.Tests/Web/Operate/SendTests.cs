using System.Net;
using System.Text.Json;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Subscribers;
using Xunit;

namespace DigestFunctions.Tests.Web.Operate;

/// <summary>What an operator does before mail goes.</summary>
public sealed class SendTests(SharedAzurite azurite)
{
    private static readonly (string, string)[] Usual = [("issue", "2026-W49"), ("kind", "digest"), ("language", "ko"), ("focus", ""), ("energy", "steady")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_test_is_the_digest_itself_with_links_that_are_good_for_nothing()
    {
        await using var app = await TestApp.StartAsync(azurite);
        await app.JoinAsync("reader@example.com");
        using var operating = await Operating.SignInAsync(app);

        var told = await operating.PressAsync("/operate/send", "test", [("email", "reader@example.com"), .. Usual]);
        var mail = (await app.WaitForMailAsync("reader@example.com", "test"));
        using var left = await app.PostAsync(mail.Link("unsubscribe"));

        Assert.Equal("The test is on its way", told.Heading());
        Assert.Contains("List-Unsubscribe", mail.Headers.Keys);
        Assert.Contains("lang=\"ko\"", mail.Html, StringComparison.Ordinal);
        Assert.True(app.Get<Identities>() is { } identities && EmailAddress.TryParse("reader@example.com", out var address)
            && (await app.Get<SubscriberStore>().FindAsync(identities.Of(address), Cancellation))!.State is SubscriberState.Active);
    }

    [Fact]
    public async Task A_test_to_a_suppressed_address_is_not_sent()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var operating = await Operating.SignInAsync(app);
        Assert.True(EmailAddress.TryParse("complained@example.com", out var address));
        await app.Get<Suppressions>().SuppressAsync(app.Get<Identities>().Of(address), SuppressionReason.Complained, "spam", TestApp.Start, Cancellation);

        var told = await operating.PressAsync("/operate/send", "test", [("email", "complained@example.com"), .. Usual]);

        Assert.Equal("Nothing was sent", told.Heading());
        Assert.Empty(await app.MailAsync("complained@example.com"));
    }

    [Theory]
    [InlineData("email", "nobody")]
    [InlineData("issue", "soon")]
    [InlineData("language", "xx")]
    [InlineData("energy", "none")]
    public async Task What_makes_no_test_is_said(string field, string value)
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var operating = await Operating.SignInAsync(app);
        var fields = Usual.Append(("email", "reader@example.com")).Where(each => each.Item1 != field).Append((field, value));

        var told = await operating.PressAsync("/operate/send", "test", [.. fields]);

        Assert.Equal("Nothing was sent", told.Heading());
    }

    [Fact]
    public async Task Pressed_twice_the_switch_does_it_once_and_says_who_and_why()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var operating = await Operating.SignInAsync(app);
        var form = await operating.PageAsync("/operate/send");
        var token = form.QuerySelector("[name=form_token]")!.GetAttribute("value")!;

        using var once = await operating.PostAsync("/operate/send/pause", ("form_token", token), ("reason", "wrong tip"));
        using var twice = await operating.PostAsync("/operate/send/pause", ("form_token", token), ("reason", "another reason"));
        Assert.Equal("It was paused already", (await twice.PageAsync(HttpStatusCode.Conflict)).Heading());

        Assert.Contains("paused by Jo: wrong tip", Operating.Text(await operating.PageAsync("/operate/send")), StringComparison.Ordinal);
        Assert.Single(await app.Get<AuditLog>().NewestAsync(10, Cancellation).ToListAsync(Cancellation), entry => entry.Action == AuditAction.PausedAll);
        await operating.PressAsync("/operate/send", "resume");
        Assert.Null(await app.Get<SendingSwitch>().FindAsync(Cancellation));
    }

    [Fact]
    public async Task A_pause_wants_a_reason_and_no_address_in_it()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var operating = await Operating.SignInAsync(app);

        Assert.Equal("Say why", (await operating.PressAsync("/operate/send", "pause", ("reason", ""))).Heading());
        Assert.Equal("Say why", (await operating.PressAsync("/operate/send", "pause", ("reason", "jo@example.com said so"))).Heading());
        Assert.Null(await app.Get<SendingSwitch>().FindAsync(Cancellation));
    }

    [Fact]
    public async Task Preflight_renders_all_and_says_what_is_not_ready()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var operating = await Operating.SignInAsync(app);

        var ready = await operating.PageAsync("/operate/preflight");
        await app.Get<SendingSwitch>().PauseAsync("Jo", "wrong tip", Cancellation);
        var paused = await operating.PageAsync("/operate/preflight");

        Assert.NotNull(ready.QuerySelector(".well"));
        Assert.Contains("all of them render", Operating.Text(ready), StringComparison.Ordinal);
        // Of the test's own settings: an example address, and no TLS.
        Assert.Equal(["Sender: doubtful"], ready.QuerySelectorAll(".check-doubtful dt").Select(name => name.TextContent));
        Assert.Empty(ready.QuerySelectorAll(".check-bad"));
        Assert.Equal(["Switch: bad"], paused.QuerySelectorAll(".check-bad dt").Select(name => name.TextContent));
    }

    [Fact]
    public async Task Any_issue_can_be_read_in_any_variant_and_runs_nothing()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var operating = await Operating.SignInAsync(app);
        var list = await operating.PageAsync("/operate/preview/2026-W49");
        var links = list.QuerySelectorAll("tbody a").Select(link => link.GetAttribute("href")!).ToList();

        Assert.True(links.Count > 100);
        foreach (var link in links.Take(8))
        {
            using var mail = await operating.GetAsync(link);
            Assert.Equal(HttpStatusCode.OK, mail.StatusCode);
            Assert.Contains("sandbox", mail.Headers.GetValues("Content-Security-Policy").Single() + (link.EndsWith(".txt", StringComparison.Ordinal) ? "sandbox" : ""), StringComparison.Ordinal);
            Assert.DoesNotContain("[%", await mail.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }

        await operating.PageAsync("/operate/preview/2026-W49/en/no-such-tip/digest.html", HttpStatusCode.NotFound);
        await operating.PageAsync("/operate/preview/soon", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_API_is_described_and_every_address_in_it_is_there()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var operating = await Operating.SignInAsync(app);
        using var answer = await operating.GetAsync("/operate/openapi.json");
        var description = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation)).RootElement;

        Assert.Equal("3.1.0", description.GetProperty("openapi").GetString());
        var paths = description.GetProperty("paths").EnumerateObject().ToList();
        Assert.Contains(paths, path => path.Name == "/operate/send/pause");
        foreach (var path in paths.Where(path => path.Value.TryGetProperty("get", out _) && !path.Name.Contains('{', StringComparison.Ordinal)))
        {
            using var page = await operating.GetAsync(path.Name);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        }
    }
}
