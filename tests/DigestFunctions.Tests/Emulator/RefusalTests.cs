using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace DigestFunctions.Tests.Emulator;

public sealed class RefusalTests
{
    private static readonly string LongText = new('x', 10_001);

    public static TheoryData<string, string> BadMail => new()
    {
        { "no personalizations", "personalizations: The personalizations field is required" },
        { "too many personalizations", "personalizations: The personalization block is limited to 1000 personalizations per API request. You have provided 1001" },
        { "no to", "personalizations.0.to: The to array is required for all personalization objects" },
        { "malformed address", "personalizations.1.to.0.email: Does not contain a valid address." },
        { "long address", "personalizations.0.to.0.email: The To email exceeds the maximum total length of 320 characters" },
        { "empty address", "personalizations.0.to.0.email: The to email parameter is required." },
        { "to and cc are the same", "personalizations.0: Each email address in the personalization block should be unique between to, cc, and bcc. We found the first duplicate instance of [ADA@example.org] in the personalizations.0.cc field." },
        { "the same address in two personalizations", "personalizations: Each unique email address in the personalizations array should only be included once. You have included [Ada@example.org] more than once." },
        { "no from", "from.email: The from object must be provided for every email send." },
        { "from isn't an address", "from.email: The from email does not contain a valid address." },
        { "no subject", "subject: The subject is required." },
        { "empty subject", "subject: The subject of your email must be a string at least one character in length." },
        { "no content", "content: Unless a valid template_id is provided, the content parameter is required." },
        { "empty content", "content.0.value: The content value must be a string at least one character in length." },
        { "html before text", "content: Following RFC 1341, section 7.2" },
        { "scheduled too far", "send_at: Scheduling more than 72 hours in advance is forbidden." },
        { "one scheduled too far", "personalizations.0.send_at: Scheduling more than 72 hours in advance is forbidden." },
        { "send_at isn't a number", "send_at: The send_at parameter is expecting a Unix timestamp as an integer." },
        { "eleven categories", "categories: There is a limit of 10 categories for each email that is sent. You provided 11 categories." },
        { "long category", "categories.0: Each category must not be longer than 255 characters." },
        { "the same category twice", "categories.1: The categories must be a unique list" },
        { "reserved header", "personalizations.0.headers.reply-to: Header cannot be one of the reserved keys." },
        { "reserved shared header", "headers.DKIM-Signature: Header cannot be one of the reserved keys." },
        { "header with a space", "personalizations.0.headers: Header keys cannot contain non-ASCII characters or empty spaces." },
        { "unknown batch", "batch_id: invalid batch id" },
        { "long custom_args", "custom_args: The combined size of both global and personalization custom arguments may not exceed 10,000 bytes per personalization." },
        { "custom_args isn't text", "personalizations.0.custom_args: All values of custom arguments object must be strings" },
        { "long substitutions", "personalizations.0.substitutions: The combined size of substitutions may not exceed 10,000 bytes per personalization." },
        { "substitutions in a dynamic template", "personalizations.0.substitutions: Substitutions may not be used with dynamic templating" },
        { "unknown field", "replyTo: Additional property replyTo is not allowed" },
        { "attachment isn't base64", "attachments.0.content: The attachment content must be base64 encoded." },
    };

    [Theory]
    [MemberData(nameof(BadMail))]
    public async Task What_SendGrid_refuses_is_refused_in_its_words_and_nothing_is_taken(string fault, string expected)
    {
        await using var emulator = await RunningEmulator.StartAsync();

        var answer = await emulator.SendAsync(MailWith(fault));

        Assert.Equal(400, answer.Status);
        Assert.Contains(answer.Errors, error => error.StartsWith(expected, StringComparison.Ordinal));
        Assert.Equal(0, await emulator.StatAsync("messages"));
        Assert.Equal(1, await emulator.StatAsync("requests"));
    }

    [Fact]
    public async Task Every_malformed_address_of_a_request_is_named()
    {
        await using var emulator = await RunningEmulator.StartAsync();

        var answer = await emulator.SendAsync(MailJson.To("a@example.org", "b", "c@example.org", "d@@example.org"));

        Assert.Equal(
            ["personalizations.1.to.0.email: Does not contain a valid address.", "personalizations.3.to.0.email: Does not contain a valid address."],
            answer.Errors);
        Assert.EndsWith("#message.personalizations.to", answer.Json["errors"]![0]!["help"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ada@example.org")]
    [InlineData("ada+tips@sub.example.org")]
    [InlineData("o'brien@example.org")]
    [InlineData("ada@localhost")]
    public async Task An_ordinary_address_is_taken(string address)
    {
        await using var emulator = await RunningEmulator.StartAsync();

        Assert.Equal(202, (await emulator.SendAsync(MailJson.To(address))).Status);
        Assert.Equal(address, (await emulator.InboxAsync(address)).Single()!["to"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("@example.org")]
    [InlineData("ada@")]
    [InlineData("ada.@example.org")]
    [InlineData("a..b@example.org")]
    [InlineData("ada@-example.org")]
    [InlineData("ada lovelace@example.org")]
    [InlineData("Ada <ada@example.org>")]
    [InlineData("adä@example.org")]
    public async Task A_malformed_address_is_refused(string address)
    {
        await using var emulator = await RunningEmulator.StartAsync();

        Assert.Equal(["personalizations.0.to.0.email: Does not contain a valid address."], (await emulator.SendAsync(MailJson.To(address))).Errors);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"from\":")]
    [InlineData("{} {}")]
    public async Task A_body_that_is_no_JSON_object_is_a_bad_request(string body)
    {
        await using var emulator = await RunningEmulator.StartAsync();

        var answer = await emulator.PostAsync("/v3/mail/send", body);

        Assert.Equal(400, answer.Status);
        Assert.Equal([": Bad Request"], answer.Errors);
    }

    [Fact]
    public async Task Another_content_type_is_unsupported()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        using var content = new StringContent("{}", Encoding.UTF8, "text/plain");

        using var answer = await emulator.Http.PostAsync("/v3/mail/send", content, TestContext.Current.CancellationToken);

        Assert.Equal(415, (int)answer.StatusCode);
        Assert.Contains("Content-Type should be application/json", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_30_MB_is_too_large()
    {
        await using var emulator = await RunningEmulator.StartAsync();

        var answer = await emulator.SendAsync(MailJson.To("ada@example.org").With("subject", new string('x', 30 * 1024 * 1024)));

        Assert.Equal(413, answer.Status);
        Assert.Equal([": content too large"], answer.Errors);
    }

    [Theory]
    [InlineData(null, "authorization required")]
    [InlineData("SG.wrong", "The provided authorization grant is invalid, expired, or revoked")]
    public async Task Without_the_right_key_nothing_is_done(string? key, string words)
    {
        await using var emulator = await RunningEmulator.StartAsync(new() { ApiKey = "SG.right" });
        emulator.Http.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);

        foreach (var answer in new[] { await emulator.SendAsync(MailJson.To("ada@example.org")), await emulator.AskAsync(HttpMethod.Get, "/v3/scopes") })
        {
            Assert.Equal(401, answer.Status);
            Assert.Equal([": " + words], answer.Errors);
        }
    }

    [Fact]
    public async Task What_does_not_exist_is_said_in_the_same_form()
    {
        await using var emulator = await RunningEmulator.StartAsync();

        Assert.Equal([": not found"], (await emulator.AskAsync(HttpMethod.Get, "/v3/marketing")).Errors);
        Assert.Equal([": method not allowed"], (await emulator.AskAsync(HttpMethod.Get, "/v3/mail/send")).Errors);
    }

    private static MailJson MailWith(string fault) => fault switch
    {
        "no personalizations" => MailJson.To(),
        "too many personalizations" => MailJson.ToMany(1001),
        "no to" => MailJson.To("ada@example.org").Each("to", new JsonArray()),
        "malformed address" => MailJson.To("ada@example.org", "bob at example.org"),
        "long address" => MailJson.To(new string('x', 320) + "@example.org"),
        "empty address" => MailJson.To(""),
        "to and cc are the same" => MailJson.To("ada@example.org").Each("cc", new JsonArray(new JsonObject { ["email"] = "ADA@example.org" })),
        "the same address in two personalizations" => MailJson.To("ada@example.org", "Ada@example.org"),
        "no from" => Good().Without("from"),
        "from isn't an address" => Good().With("from", new JsonObject { ["email"] = "tips" }),
        "no subject" => Good().Without("subject"),
        "empty subject" => Good().With("subject", ""),
        "no content" => Good().Without("content"),
        "empty content" => Good().With("content", new JsonArray(MailJson.Content("text/plain", ""))),
        "html before text" => Good().With("content", new JsonArray(MailJson.Content("text/html", "x"), MailJson.Content("text/plain", "x"))),
        "scheduled too far" => Good().At(RunningEmulator.Start.AddHours(73)),
        "one scheduled too far" => Good().Each("send_at", RunningEmulator.Start.AddHours(73).ToUnixTimeSeconds()),
        "send_at isn't a number" => Good().With("send_at", "tomorrow"),
        "eleven categories" => Good().With("categories", new JsonArray([.. Enumerable.Range(0, 11).Select(i => JsonValue.Create($"c{i}"))])),
        "long category" => Good().With("categories", new JsonArray(new string('x', 256))),
        "the same category twice" => Good().With("categories", new JsonArray("digest", "digest")),
        "reserved header" => Good().Each("headers", new JsonObject { ["reply-to"] = "x" }),
        "reserved shared header" => Good().With("headers", new JsonObject { ["DKIM-Signature"] = "x" }),
        "header with a space" => Good().Each("headers", new JsonObject { ["X Y"] = "x" }),
        "unknown batch" => Good().With("batch_id", "unheard-of"),
        "long custom_args" => Good().Each("custom_args", new JsonObject { ["key"] = LongText }),
        "custom_args isn't text" => Good().Each("custom_args", new JsonObject { ["key"] = 1 }),
        "long substitutions" => Good().Each("substitutions", new JsonObject { ["-name-"] = LongText }),
        "substitutions in a dynamic template" => Good().Each("substitutions", new JsonObject { ["-name-"] = "Ada" }).With("template_id", "d-1"),
        "unknown field" => Good().With("replyTo", "x"),
        "attachment isn't base64" => Good().With("attachments", new JsonArray(new JsonObject { ["content"] = "not base64", ["filename"] = "x.txt" })),
        _ => throw new ArgumentException("No such fault.", nameof(fault)),
    };

    private static MailJson Good() => MailJson.To("ada@example.org");
}
