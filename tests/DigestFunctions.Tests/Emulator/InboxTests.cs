using System.Text.Json.Nodes;
using AngleSharp.Html.Parser;
using Xunit;

namespace DigestFunctions.Tests.Emulator;

public sealed class InboxTests
{
    private const string Hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Substitutions_are_made_in_subject_reply_to_and_content_and_not_in_headers()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var mail = MailJson.To("ada@example.org")
            .Each("substitutions", new JsonObject { ["-name-"] = "Ada", ["-token-"] = "t0k3n" })
            .Each("headers", new JsonObject { ["List-Unsubscribe"] = "<https://example.org/-token->" })
            .With("subject", "For -name-")
            .With("reply_to", new JsonObject { ["email"] = "hello@example.org", ["name"] = "For -name-" })
            .With("content", new JsonArray(MailJson.Content("text/plain", "-name-: -token-"), MailJson.Content("text/html", "<b>-name-</b> -token-")));

        await emulator.SendAsync(mail);

        var message = (await emulator.InboxAsync("ADA@example.org")).Single()!;
        Assert.Equal("For Ada", message["subject"]!.GetValue<string>());
        Assert.Equal("For Ada", message["replyTo"]!["name"]!.GetValue<string>());
        Assert.Equal("Ada: t0k3n", message["text"]!.GetValue<string>());
        Assert.Equal("<b>Ada</b> t0k3n", message["html"]!.GetValue<string>());
        Assert.Equal("<https://example.org/-token->", message["headers"]!["List-Unsubscribe"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_personalization_overrides_what_the_request_says()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var mail = MailJson.To("ada@example.org", "bob@example.org")
            .With("headers", new JsonObject { ["X-A"] = "shared", ["X-B"] = "shared" })
            .With("custom_args", new JsonObject { ["key"] = "shared", ["ref"] = "shared" });
        mail.Personalizations[0]!["headers"] = new JsonObject { ["x-a"] = "own" };
        mail.Personalizations[0]!["custom_args"] = new JsonObject { ["key"] = "own" };
        mail.Personalizations[0]!["subject"] = "own";

        await emulator.SendAsync(mail);

        var ada = (await emulator.InboxAsync("ada@example.org")).Single()!;
        Assert.Equal("own", ada["subject"]!.GetValue<string>());
        Assert.Equal(["own", "shared"], ada["headers"]!.AsObject().Select(h => h.Value!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.Equal("own", ada["customArgs"]!["key"]!.GetValue<string>());
        Assert.Equal("shared", ada["customArgs"]!["ref"]!.GetValue<string>());
        Assert.Equal("This week", (await emulator.InboxAsync("bob@example.org")).Single()!["subject"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_newest_mail_is_first_and_emptying_leaves_what_waits()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        await emulator.SendAsync(MailJson.To("first@example.org"));
        await emulator.SendAsync(MailJson.To("later@example.org").At(RunningEmulator.Start.AddHours(1)));
        await emulator.SendAsync(MailJson.To("second@example.org"));
        Assert.Equal(["second@example.org", "first@example.org"], (await emulator.InboxAsync()).Select(m => m!["to"]!.GetValue<string>()));

        Assert.Equal(204, (await emulator.AskAsync(HttpMethod.Delete, "/inbox/messages")).Status);

        Assert.Empty(await emulator.InboxAsync());
        emulator.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Single(await emulator.InboxAsync());
    }

    [Fact]
    public async Task To_cc_and_bcc_get_a_message_each()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        await emulator.SendAsync(MailJson.To("to@example.org")
            .Each("cc", new JsonArray(new JsonObject { ["email"] = "cc@example.org" }))
            .Each("bcc", new JsonArray(new JsonObject { ["email"] = "bcc@example.org" })));

        Assert.Equal(3, await emulator.StatAsync("messages"));
        Assert.Single(await emulator.InboxAsync("bcc@example.org"));
    }

    [Fact]
    public async Task Sandbox_mode_checks_and_delivers_nothing()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var sandbox = new JsonObject { ["sandbox_mode"] = new JsonObject { ["enable"] = true } };

        Assert.Equal(200, (await emulator.SendAsync(MailJson.To("ada@example.org").With("mail_settings", sandbox))).Status);
        Assert.Empty(await emulator.InboxAsync());
        Assert.Equal(0, await emulator.StatAsync("messages"));
    }

    [Fact]
    public async Task The_pages_show_hostile_text_as_text()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var mail = MailJson.To("ada@example.org").With("subject", Hostile).Each("headers", new JsonObject { ["X-Bad"] = Hostile });
        mail.Personalizations[0]!["to"]![0]!["name"] = Hostile;
        mail.With("content", new JsonArray(MailJson.Content("text/plain", Hostile), MailJson.Content("text/html", "<p>ok</p>")));
        await emulator.SendAsync(mail);

        foreach (var path in new[] { "/", "/message/1-0", "/?to=" + Uri.EscapeDataString(Hostile) })
        {
            using var answer = await emulator.Http.GetAsync(path, Cancellation);
            var page = await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync(Cancellation), Cancellation);
            Assert.Empty(page.QuerySelectorAll("img"));
            Assert.All(page.Scripts, script => Assert.Equal("/inbox.js", script.GetAttribute("src")));
            Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_mail_runs_no_script_and_its_links_open_pages_of_their_own()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        const string Html = "<!doctype html><html><head><title>x</title></head><body><a href=\"https://example.org/confirm\">Confirm</a></body></html>";
        await emulator.SendAsync(MailJson.To("ada@example.org").With("content", new JsonArray(MailJson.Content("text/html", Html))));

        using var answer = await emulator.Http.GetAsync("/message/1-0/html", Cancellation);

        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("sandbox allow-popups ", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("allow-scripts", policy, StringComparison.Ordinal);
        var page = await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync(Cancellation), Cancellation);
        Assert.Equal("_blank", page.QuerySelector("head > base")!.GetAttribute("target"));
        Assert.Equal("CSS1Compat", page.CompatMode);
    }

    [Fact]
    public async Task An_empty_inbox_says_where_to_go()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        Assert.Contains("http://localhost:7071", await emulator.Http.GetStringAsync("/", Cancellation), StringComparison.Ordinal);
        Assert.Equal(404, (await emulator.AskAsync(HttpMethod.Get, "/message/9-0")).Status);
    }

    [Fact]
    public async Task The_official_client_works_with_its_host_changed()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var client = new SendGrid.SendGridClient(new SendGrid.SendGridClientOptions { ApiKey = "SG.test", Host = emulator.Address.ToString().TrimEnd('/') });
        var mail = SendGrid.Helpers.Mail.MailHelper.CreateSingleEmail(
            new SendGrid.Helpers.Mail.EmailAddress("tips@example.org", "Empathy Digest"),
            new SendGrid.Helpers.Mail.EmailAddress("ada+tips@example.org", "Ada"),
            "Hello", "text", "<p>html</p>");
        mail.SetClickTracking(enable: false, enableText: false);
        mail.SetOpenTracking(enable: false);
        mail.AddHeader("List-Unsubscribe", "<https://example.org/u>");

        var answer = await client.SendEmailAsync(mail, Cancellation);

        Assert.Equal(System.Net.HttpStatusCode.Accepted, answer.StatusCode);
        Assert.NotEmpty(answer.Headers.GetValues("X-Message-Id").Single());
        Assert.Equal("Ada", (await emulator.InboxAsync("ada+tips@example.org")).Single()!["name"]!.GetValue<string>());
    }
}
