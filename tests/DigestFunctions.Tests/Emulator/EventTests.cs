using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SendGridEmulator;
using Xunit;

namespace DigestFunctions.Tests.Emulator;

public sealed class EventTests
{
    [Fact]
    public async Task Events_are_signed_and_a_changed_byte_shows()
    {
        await using var webhook = await WebhookReceiver.StartAsync();
        await using var emulator = await StartAsync(webhook);
        await emulator.SendAsync(MailJson.To("ada@example.org").Keyed("digest:2026-W48"));

        var post = await webhook.NextAsync();

        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(Convert.FromBase64String((await emulator.AskAsync(HttpMethod.Get, "/emulator/webhook-key")).Body), out _);
        Assert.True(IsSigned(key, post, post.Body));
        post.Body[^2] ^= 1;
        Assert.False(IsSigned(key, post, post.Body));
    }

    [Fact]
    public async Task Events_carry_the_custom_arguments_beside_their_own_fields()
    {
        await using var webhook = await WebhookReceiver.StartAsync();
        await using var emulator = await StartAsync(webhook);
        var sent = await emulator.SendAsync(MailJson.To("ada@example.org").Keyed("digest:2026-W48").With("categories", new JsonArray("digest")));

        var events = await webhook.EventsAsync(2);

        Assert.Equal(["processed", "delivered"], events.Select(e => e["event"]!.GetValue<string>()));
        Assert.All(events, e =>
        {
            Assert.Equal("ada@example.org", e["email"]!.GetValue<string>());
            Assert.Equal("digest:2026-W48", e["key"]!.GetValue<string>());
            Assert.Equal("run|0|1", e["ref"]!.GetValue<string>());
            Assert.Equal("digest", e["category"]![0]!.GetValue<string>());
            Assert.Equal(RunningEmulator.Start.ToUnixTimeSeconds(), e["timestamp"]!.GetValue<long>());
            Assert.StartsWith(sent.Headers.GetValues("X-Message-Id").Single(), e["sg_message_id"]!.GetValue<string>(), StringComparison.Ordinal);
        });
        Assert.Equal(2, events.Select(e => e["sg_event_id"]!.GetValue<string>()).Distinct().Count());
    }

    [Theory]
    [InlineData("bounce@example.com", "processed bounce:bounce", 0)]
    [InlineData("bounce+1@example.com", "processed bounce:bounce", 0)]
    [InlineData("blocked@example.com", "processed bounce:blocked", 0)]
    [InlineData("dropped@example.com", "dropped", 0)]
    [InlineData("deferred@example.com", "processed deferred delivered", 1)]
    [InlineData("spam@example.com", "processed delivered spamreport", 1)]
    [InlineData("unsubscribe@example.com", "processed delivered unsubscribe", 1)]
    [InlineData("bounce@example.org", "processed delivered", 1)]
    public async Task Named_recipients_behave_as_named(string address, string expected, int delivered)
    {
        await using var webhook = await WebhookReceiver.StartAsync();
        await using var emulator = await StartAsync(webhook);
        await emulator.SendAsync(MailJson.To(address));

        var events = await webhook.EventsAsync(expected.Split(' ').Length);

        Assert.Equal(expected.Split(' '), events.Select(e => e["event"]!.GetValue<string>() + (e["type"] is { } type ? ":" + type.GetValue<string>() : "")));
        Assert.Equal(delivered, (await emulator.InboxAsync()).Count);
    }

    [Fact]
    public async Task Mail_to_a_suppressed_address_is_accepted_and_dropped()
    {
        await using var webhook = await WebhookReceiver.StartAsync();
        await using var emulator = await StartAsync(webhook);
        var added = await emulator.PostAsync("/v3/asm/suppressions/global", """{"recipient_emails":["ada@example.org"]}""");
        Assert.Equal((201, "ada@example.org"), (added.Status, added.Json["recipient_emails"]![0]!.GetValue<string>()));

        Assert.Equal(202, (await emulator.SendAsync(MailJson.To("Ada@example.org"))).Status);

        var dropped = (await webhook.EventsAsync(1)).Single();
        Assert.Equal(("dropped", "Unsubscribed Address"), (dropped["event"]!.GetValue<string>(), dropped["reason"]!.GetValue<string>()));
        Assert.Equal("ada@example.org", (await emulator.AskAsync(HttpMethod.Get, "/v3/asm/suppressions/global/ada%40example.org")).Json["recipient_email"]!.GetValue<string>());

        Assert.Equal(204, (await emulator.AskAsync(HttpMethod.Delete, "/v3/asm/suppressions/global/ada@example.org")).Status);
        Assert.Equal("{}", (await emulator.AskAsync(HttpMethod.Get, "/v3/asm/suppressions/global/ada@example.org")).Body);
        await emulator.SendAsync(MailJson.To("ada@example.org"));
        Assert.Single(await emulator.InboxAsync());
    }

    [Fact]
    public async Task What_is_not_answered_well_is_posted_again()
    {
        await using var webhook = await WebhookReceiver.StartAsync();
        await using var emulator = await StartAsync(webhook);
        webhook.Failures = 2;
        await emulator.SendAsync(MailJson.To("ada@example.org"));

        var posts = new[] { await webhook.NextAsync(), await webhook.NextAsync(), await webhook.NextAsync() };

        Assert.Single(posts.Select(p => Encoding.UTF8.GetString(p.Body)).Distinct());
    }

    [Fact]
    public async Task Some_posts_come_twice_when_asked_for()
    {
        await using var webhook = await WebhookReceiver.StartAsync();
        await using var emulator = await StartAsync(webhook, repeat: 1);
        await emulator.SendAsync(MailJson.To("ada@example.org"));

        Assert.Equal((await webhook.NextAsync()).Body, (await webhook.NextAsync()).Body);
    }

    [Fact]
    public async Task A_fault_may_lose_the_events_of_a_mail()
    {
        await using var webhook = await WebhookReceiver.StartAsync();
        await using var emulator = await StartAsync(webhook);
        await emulator.PostAsync("/emulator/faults", """{"calls":1,"noEvents":true}""");

        await emulator.SendAsync(MailJson.To("lost@example.org"));
        await emulator.SendAsync(MailJson.To("ada@example.org"));

        Assert.All(await webhook.EventsAsync(2), e => Assert.Equal("ada@example.org", e["email"]!.GetValue<string>()));
        Assert.Equal(2, (await emulator.InboxAsync()).Count);
    }

    [Fact]
    public async Task The_webhook_can_be_named_while_it_runs()
    {
        await using var webhook = await WebhookReceiver.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync(new() { EventInterval = TimeSpan.FromMilliseconds(20) });

        Assert.Equal(200, (await emulator.PostAsync("/emulator/webhook", $$"""{"url":"{{webhook.Address}}"}""")).Status);
        Assert.Equal(400, (await emulator.PostAsync("/emulator/webhook", """{"url":"ftp://example.org"}""")).Status);
        await emulator.SendAsync(MailJson.To("ada@example.org"));

        Assert.Equal(2, (await webhook.EventsAsync(2)).Count);
    }

    private static Task<RunningEmulator> StartAsync(WebhookReceiver webhook, double repeat = 0) => RunningEmulator.StartAsync(new EmulatorOptions
    {
        WebhookUrl = webhook.Address,
        EventInterval = TimeSpan.FromMilliseconds(20),
        EventRepeatProbability = repeat,
        EventShuffleProbability = 0,
    });

    private static bool IsSigned(ECDsa key, WebhookPost post, byte[] body) =>
        key.VerifyData((byte[])[.. Encoding.ASCII.GetBytes(post.Timestamp), .. body], Convert.FromBase64String(post.Signature), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
}
