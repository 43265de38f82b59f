using System.Net;
using System.Text.Json;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using DigestFunctions.Tests.Delivery.Events;
using NodaTime;
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

    [Fact]
    public async Task An_address_whose_mail_server_refused_one_issue_can_be_tested()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var operating = await Operating.SignInAsync(app);
        Assert.True(EmailAddress.TryParse("reader@example.com", out var address));
        await app.Get<SuppressionTable>().AddAsync(app.Get<Identities>().Of(address), Suppression.OfBlocked(Slots.Issue("2026-W47"), TestApp.Start, "mailbox full"), Cancellation);

        var told = await operating.PressAsync("/operate/send", "test", [("email", "reader@example.com"), .. Usual]);

        Assert.Equal("The test is on its way", told.Heading());
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

        Assert.Equal("Preflight of 2026-W48, 2026-W49", ready.Heading());
        Assert.Equal("Ready to go.", ready.QuerySelector(".well")!.TextContent);
        Assert.Matches("2026-W48 has [0-9]+ variants, 2026-W49 has [0-9]+ variants, in each of 2 languages, and all of them render", Operating.Text(ready));
        Assert.Empty(ready.QuerySelectorAll(".check-bad, .check-doubtful"));
        Assert.Equal(["Switch: bad"], paused.QuerySelectorAll(".check-bad dt").Select(name => name.TextContent));
        Assert.Equal("Something has to be mended before mail can go.", paused.QuerySelector(".warning")!.TextContent);
    }

    [Fact]
    public async Task Nothing_doubtful_stands_below_a_green_light()
    {
        await using var app = await TestApp.StartAsync(azurite, settings => settings["SendGrid:WebhookPublicKey"] = null);
        using var operating = await Operating.SignInAsync(app);

        var preflight = await operating.PageAsync("/operate/preflight");

        Assert.Equal(["Events: doubtful"], preflight.QuerySelectorAll(".check-doubtful dt").Select(name => name.TextContent));
        Assert.Null(preflight.QuerySelector(".well"));
        Assert.Equal("Ready, with one doubt.", preflight.QuerySelector(".warning")!.TextContent);
    }

    [Fact]
    public async Task While_it_is_still_last_week_somewhere_that_one_is_looked_at_too()
    {
        await using var app = await TestApp.StartAsync(azurite);
        app.Time.Set(new DateTimeOffset(2026, 11, 30, 6, 0, 0, TimeSpan.Zero));

        Assert.Equal(["2026-W48", "2026-W49", "2026-W50"], app.Get<Preflight>().Issues.Select(issue => issue.ToString()));
    }

    [Theory]
    [InlineData(false, "3 mails were taken in the last week and no event says that any was delivered")]
    [InlineData(true, "They come: 1 of 3 mails")]
    public async Task Events_are_judged_by_mail_that_was_due_an_hour_ago_and_not_by_what_was_sent_just_now(bool come, string words)
    {
        await using var sending = await Sending.StartAsync(azurite, webhook: true, People.Entries(3));
        await sending.Get<RunTable>().RecordPlannedAsync(Sending.Run, sending.Now - RunTable.FirstLook, Cancellation);
        await sending.HandleAsync();
        await sending.Get<Settler>().SettleAsync(Cancellation);
        var early = await EventsAsync();

        using var answer = await sending.App.PostEventsAsync(come ? [Reported.Event("delivered", Reported.Of(Assert.Single(await sending.BatchesAsync()), 1, 0))] : []);
        sending.App.SetTime(Sending.Run.Due + Settler.LooksAfterSending[0]);
        await sending.Get<Settler>().SettleAsync(Cancellation);
        sending.App.SetTime(Sending.Run.Due + Preflight.EventsPatience + Duration.FromSeconds(1));
        var late = await EventsAsync();

        Assert.Equal((CheckResult.Good, come ? CheckResult.Good : CheckResult.Bad), (early.Result, late.Result));
        Assert.StartsWith("The webhook's key is set.", early.Words, StringComparison.Ordinal);
        Assert.StartsWith(words, late.Words, StringComparison.Ordinal);

        async Task<Check> EventsAsync() => (await sending.Get<Preflight>().RunAsync(Cancellation)).Single(check => check.Name == "Events");
    }

    [Fact]
    public async Task What_the_key_may_not_do_of_what_is_used_is_said()
    {
        await using var sending = await Sending.StartAsync(azurite, webhook: true, People.Entries(3));

        // The stand-in grants mail.send alone.
        var check = (await sending.Get<Preflight>().RunAsync(Cancellation)).Single(check => check.Name == "SendGrid");

        Assert.Equal(CheckResult.Doubtful, check.Result);
        Assert.StartsWith(
            "The key lacks mail.batch.create, user.scheduled_sends.create, user.scheduled_sends.read, user.scheduled_sends.delete, asm.suppressions.global.create, asm.suppressions.global.delete:",
            check.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_address_without_fields_takes_a_post_of_nothing(bool isChunked)
    {
        await using var app = await TestApp.StartAsync(azurite);
        await app.Get<SendingSwitch>().PauseAsync("Jo", "wrong tip", Cancellation);
        using var operating = Operating.Outside(app);
        using var post = new HttpRequestMessage(HttpMethod.Post, "/operate/send/resume") { Headers = { { "Authorization", $"Bearer {TestApp.OperateKey}" } } };
        if (isChunked)
        {
            post.Content = new ByteArrayContent([]);
            post.Headers.TransferEncodingChunked = true;
        }

        using var answer = await operating.Http.SendAsync(post, Cancellation);

        Assert.True(answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.SeeOther, answer.StatusCode.ToString());
        Assert.Null(await app.Get<SendingSwitch>().FindAsync(Cancellation));
    }

    [Fact]
    public async Task What_is_no_form_is_still_refused_where_there_are_no_fields()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var operating = Operating.Outside(app);
        using var post = new HttpRequestMessage(HttpMethod.Post, "/operate/send/resume") { Headers = { { "Authorization", $"Bearer {TestApp.OperateKey}" } }, Content = new StringContent("something") };

        using var answer = await operating.Http.SendAsync(post, Cancellation);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
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
