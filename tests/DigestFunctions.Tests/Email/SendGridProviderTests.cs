using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using AngleSharp.Html.Parser;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Emulator;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SendGrid;
using Xunit;

namespace DigestFunctions.Tests.Email;

/// <summary>What the provider's every answer, and every silence, is taken for.</summary>
public sealed class SendGridProviderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_it_accepts_is_taken()
    {
        await using var emulator = await RunningEmulator.StartAsync();

        Assert.IsType<SendOutcome.Taken>(await SendAsync(emulator));

        Assert.Equal(1, await emulator.StatAsync("accepted"));
    }

    [Fact]
    public async Task Too_many_requests_are_not_taken_and_it_says_how_long_to_wait()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        await emulator.PostAsync("/emulator/faults", """{"calls":1,"status":429,"retryAfterSeconds":30}""");

        var outcome = Assert.IsType<SendOutcome.NotTaken>(await SendAsync(emulator));

        Assert.Equal(Duration.FromSeconds(30), outcome.RetryAfter);
        Assert.Equal(1, await emulator.StatAsync("requests"));
    }

    [Fact]
    public async Task Where_nothing_listens_nothing_is_taken()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var nobody = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"));
        listener.Stop();
        var provider = Services(nobody, TimeProvider.System).GetRequiredService<IMailProvider>();

        Assert.IsType<SendOutcome.NotTaken>(await provider.SendAsync(Mail(Person("reader@example.org")), Cancellation));
        Assert.IsType<BatchIdOutcome.NotGiven>(await provider.NewBatchIdAsync(Cancellation));
    }

    [Theory]
    [InlineData("before", 0)]
    [InlineData("after", 1)]
    public async Task A_cut_connection_tells_nothing_and_it_is_called_once(string when, long accepted)
    {
        await using var emulator = await RunningEmulator.StartAsync();
        await emulator.PostAsync("/emulator/faults", $$"""{"calls":1,"reset":"{{when}}"}""");

        Assert.IsType<SendOutcome.Unknown>(await SendAsync(emulator));

        Assert.Equal(1, await emulator.StatAsync("requests"));
        Assert.Equal(accepted, await emulator.StatAsync("accepted"));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(307)]
    public async Task Other_answers_tell_nothing_and_it_is_called_once(int status)
    {
        await using var emulator = await RunningEmulator.StartAsync();
        await emulator.PostAsync("/emulator/faults", $$"""{"calls":1,"status":{{status}},"take":true}""");

        Assert.IsType<SendOutcome.Unknown>(await SendAsync(emulator));

        Assert.Equal(1, await emulator.StatAsync("requests"));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_refusal_says_why_and_names_no_address(int status)
    {
        await using var emulator = await RunningEmulator.StartAsync();
        await emulator.PostAsync("/emulator/faults", $$$"""
            {"calls":1,"status":{{{status}}},"body":{"errors":[
              {"message":"reader@example.org is not valid.","field":"personalizations.0.to"},
              {"message":"Not allowed.","field":"from.email"}]}}
            """);

        var refused = Assert.IsType<SendOutcome.Refused>(await SendAsync(emulator));

        Assert.Equal(status, refused.Status);
        Assert.Contains("from.email: Not allowed.", refused.Why, StringComparison.Ordinal);
        Assert.DoesNotContain('@', refused.Why);
    }

    [Fact]
    public async Task A_refusal_whose_body_is_no_json_is_one()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        await emulator.PostAsync("/emulator/faults", """{"calls":1,"status":403,"body":"<html>"}""");

        Assert.Equal(403, Assert.IsType<SendOutcome.Refused>(await SendAsync(emulator)).Status);
    }

    [Fact]
    public async Task Without_a_key_nothing_is_called()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var provider = Services(emulator.Address, emulator.Clock, key: "").GetRequiredService<IMailProvider>();

        Assert.IsType<SendOutcome.NotTaken>(await provider.SendAsync(Mail(Person("reader@example.org")), Cancellation));
        Assert.IsType<BatchIdOutcome.NotGiven>(await provider.NewBatchIdAsync(Cancellation));

        Assert.Equal(0, await emulator.StatAsync("requests"));
    }

    [Theory]
    [InlineData("""{"calls":1,"status":503}""")]
    [InlineData("""{"calls":1,"status":429}""")]
    [InlineData("""{"calls":1,"status":201,"body":"<html>"}""")]
    [InlineData("""{"calls":1,"status":201,"body":{"other":1}}""")]
    public async Task Without_a_batch_id_none_is_given(string fault)
    {
        await using var emulator = await RunningEmulator.StartAsync();
        await emulator.PostAsync("/emulator/faults", fault);

        Assert.IsType<BatchIdOutcome.NotGiven>(await Provider(emulator).NewBatchIdAsync(Cancellation));
    }

    [Fact]
    public async Task A_request_has_all_that_we_promise()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        using var copy = new CopyingHandler();
        var client = new SendGridClient(new HttpClient(copy), new SendGridClientOptions { ApiKey = "SG.test", Host = emulator.Address.ToString().TrimEnd('/') });
        var provider = ActivatorUtilities.CreateInstance<SendGridProvider>(Services(emulator.Address, emulator.Clock), (ISendGridClient)client);
        var batch = Assert.IsType<BatchIdOutcome.Given>(await provider.NewBatchIdAsync(Cancellation)).Id;
        var sendAt = Instant.FromDateTimeOffset(RunningEmulator.Start.AddHours(1));

        var mail = Mail(Person("one@example.org", token: "T1"), Person("two@example.org", token: "T2")) with { BatchId = batch, SendAt = sendAt };
        Assert.IsType<SendOutcome.Taken>(await provider.SendAsync(mail, Cancellation));

        var body = JsonNode.Parse(copy.Last)!;
        Assert.Equal(batch, (string?)body["batch_id"]);
        Assert.Equal(sendAt.ToUnixTimeSeconds(), (long?)body["send_at"]);
        Assert.Equal(["digest"], body["categories"]!.AsArray().Select(category => (string?)category));
        Assert.Equal(
            """{"click_tracking":{"enable":false,"enable_text":false},"open_tracking":{"enable":false},"subscription_tracking":{"enable":false}}""",
            body["tracking_settings"]!.ToJsonString());
        Assert.Equal("auto-generated", (string?)body["headers"]!["Auto-Submitted"]);
        Assert.Equal("<digest.example.org>", (string?)body["headers"]!["List-Id"]);
        Assert.Equal(["T1", "T2"], body["personalizations"]!.AsArray().Select(to => ((string?)to!["headers"]!["List-Unsubscribe"])![..^1].Split('/')[^1]));
        Assert.All(body["personalizations"]!.AsArray(), to =>
        {
            Assert.Equal("List-Unsubscribe=One-Click", (string?)to!["headers"]!["List-Unsubscribe-Post"]);
            Assert.Equal("""{"key":"digest:2026-W48","ref":"run/batch/1/0"}""", to["custom_args"]!.ToJsonString());
            Assert.Single(to["to"]!.AsArray());
        });
    }

    [Theory]
    [InlineData("""O'Neill & "Sons" """)]
    [InlineData("김민아")]
    [InlineData("%token% & $1")]
    public async Task A_name_arrives_as_it_was_typed_in_both_parts(string name)
    {
        await using var emulator = await RunningEmulator.StartAsync();

        Assert.IsType<SendOutcome.Taken>(await Provider(emulator).SendAsync(Mail(Person("reader@example.org", name)), Cancellation));

        var message = Assert.Single(await emulator.InboxAsync("reader@example.org"))!;
        Assert.Contains(name.Trim(), (string?)message["text"], StringComparison.Ordinal);
        Assert.Contains(name.Trim(), new HtmlParser().ParseDocument((string)message["html"]!).Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("[%", (string?)message["html"] + (string?)message["text"], StringComparison.Ordinal);
        Assert.Equal(name.Trim(), (string?)message["name"]);
    }

    private static Task<SendOutcome> SendAsync(RunningEmulator emulator) =>
        Provider(emulator).SendAsync(Mail(Person("reader@example.org")), Cancellation);

    private static IMailProvider Provider(RunningEmulator emulator) =>
        Services(emulator.Address, emulator.Clock).GetRequiredService<IMailProvider>();

    private static ServiceProvider Services(Uri address, TimeProvider time, string key = "SG.test") => new ServiceCollection()
        .AddSingleton(new SendGridOptions { ApiKey = key, BaseUrl = address })
        .AddSingleton(Mails.Options)
        .AddSingleton(Mails.Texts)
        .AddSingleton(new PublicAddress(new Uri("https://digest.example.org/")))
        .AddSingleton(time)
        .AddSingleton<IMailProvider>(SendGridProvider.Create)
        .BuildServiceProvider();

    private static OutgoingMail Mail(params IReadOnlyList<Recipient> recipients) =>
        new(Mails.Render($"digest {Mails.Tips.All[0].Id}", "en"), "digest", FromList: true, recipients);

    private static Recipient Person(string address, string name = "", string token = "AbCd-_123")
    {
        Assert.True(EmailAddress.TryParse(address, out var parsed));
        Assert.True(PersonName.TryParse(name, out var personName));
        return new Recipient(parsed, personName, Language.English, token, "digest:2026-W48", "run/batch/1/0");
    }

    /// <summary>Keeps the last body that went by.</summary>
    private sealed class CopyingHandler() : DelegatingHandler(new SocketsHttpHandler())
    {
        public string Last { get; private set; } = "";

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Last = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
