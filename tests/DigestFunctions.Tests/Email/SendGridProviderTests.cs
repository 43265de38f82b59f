using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using AngleSharp.Html.Parser;
using DigestFunctions.Core.Email;
using DigestFunctions.Tests.Emulator;
using NodaTime;
using Xunit;
using static DigestFunctions.Tests.Email.Provided;

namespace DigestFunctions.Tests.Email;

/// <summary>What the provider's every answer to mail, and every silence, is taken for.</summary>
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

    [Theory]
    [InlineData(""","retryAfterSeconds":30""", 30)]
    [InlineData("", 60)]
    public async Task Too_many_requests_are_not_taken_and_it_says_how_long_to_wait(string said, int seconds)
    {
        await using var emulator = await RunningEmulator.StartAsync();
        await emulator.PostAsync("/emulator/faults", $$"""{"calls":2,"status":429{{said}}}""");

        var outcome = Assert.IsType<SendOutcome.NotTaken>(await SendAsync(emulator));
        var batch = Assert.IsType<BatchIdOutcome.NotGiven>(await By(emulator).NewBatchIdAsync(Cancellation));

        Assert.Equal(Duration.FromSeconds(seconds), outcome.RetryAfter);
        Assert.Equal(Duration.FromSeconds(seconds), batch.RetryAfter);
        Assert.Equal(1, await emulator.StatAsync("requests"));
    }

    [Fact]
    public async Task Where_nothing_listens_nothing_is_taken()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var nobody = AddressOf(listener, "http");
        listener.Stop();
        var provider = At(nobody, TimeProvider.System);

        var notTaken = Assert.IsType<SendOutcome.NotTaken>(await provider.SendAsync(Mail(Person("reader@example.org")), Cancellation));
        var notGiven = Assert.IsType<BatchIdOutcome.NotGiven>(await provider.NewBatchIdAsync(Cancellation));

        Assert.Null(notTaken.RetryAfter);
        Assert.Null(notGiven.RetryAfter);
        Assert.IsType<CancelOutcome.Unknown>(await provider.CancelAsync("batch", Cancellation));
        Assert.IsType<CancelOutcome.Unknown>(await provider.FindCancellationAsync("batch", Cancellation));
        Assert.IsType<ProbeOutcome.Away>(await provider.ProbeAsync(Cancellation));
    }

    [Fact]
    public async Task What_waits_for_a_handshake_until_the_time_is_over_is_not_taken()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var provider = At(AddressOf(listener, "https"), TimeProvider.System, timeout: TimeSpan.FromSeconds(1));

        Assert.IsType<SendOutcome.NotTaken>(await provider.SendAsync(Mail(Person("reader@example.org")), Cancellation));
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
    [InlineData(408)]
    public async Task Other_answers_tell_nothing_and_it_is_called_once(int status)
    {
        await using var emulator = await RunningEmulator.StartAsync();
        await emulator.PostAsync("/emulator/faults", $$"""{"calls":1,"status":{{status}},"take":true}""");

        Assert.IsType<SendOutcome.Unknown>(await SendAsync(emulator));

        Assert.Equal(1, await emulator.StatAsync("requests"));
        Assert.Equal(1, await emulator.StatAsync("accepted"));
    }

    [Fact]
    public async Task An_answer_that_comes_too_late_tells_nothing()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        // Waited through to its end, and long enough for a slow machine to hand the mail over.
        var provider = By(emulator, timeout: TimeSpan.FromSeconds(10));
        // So that the time is spent on waiting for the answer, and not for a connection.
        Assert.IsType<ProbeOutcome.Well>(await provider.ProbeAsync(Cancellation));
        await emulator.PostAsync("/emulator/faults", """{"calls":1,"delayMs":600000,"take":true}""");

        Assert.IsType<SendOutcome.Unknown>(await provider.SendAsync(Mail(Person("reader@example.org")), Cancellation));

        Assert.Equal(1, await emulator.StatAsync("accepted"));
    }

    [Fact]
    public async Task Without_a_key_nothing_is_called()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var provider = By(emulator, key: "");

        Assert.IsType<SendOutcome.NotTaken>(await provider.SendAsync(Mail(Person("reader@example.org")), Cancellation));
        Assert.IsType<BatchIdOutcome.NotGiven>(await provider.NewBatchIdAsync(Cancellation));

        Assert.Equal(0, await emulator.StatAsync("requests"));
    }

    [Theory]
    [InlineData("""{"calls":1,"status":503}""")]
    [InlineData("""{"calls":1,"status":401}""")]
    [InlineData("""{"calls":1,"status":201,"body":"<html>"}""")]
    [InlineData("""{"calls":1,"status":201,"body":"[]"}""")]
    [InlineData("""{"calls":1,"status":201,"body":{"batch_id":1}}""")]
    [InlineData("""{"calls":1,"status":201,"body":{"other":1}}""")]
    public async Task Without_a_batch_id_none_is_given(string fault)
    {
        await using var emulator = await RunningEmulator.StartAsync();
        await emulator.PostAsync("/emulator/faults", fault);

        var outcome = Assert.IsType<BatchIdOutcome.NotGiven>(await By(emulator).NewBatchIdAsync(Cancellation));

        Assert.Equal(fault.Contains("401", StringComparison.Ordinal), outcome.KeyRefused);
    }

    [Fact]
    public async Task A_request_has_all_that_we_promise()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        using var copy = new CopyingHandler();
        var provider = Through(copy, emulator);
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

        Assert.IsType<SendOutcome.Taken>(await By(emulator).SendAsync(Mail(Person("reader@example.org", name) with { Practised = 2 }), Cancellation));

        var message = Assert.Single(await emulator.InboxAsync("reader@example.org"))!;
        Assert.Contains(name.Trim(), (string?)message["text"], StringComparison.Ordinal);
        Assert.Contains(name.Trim(), new HtmlParser().ParseDocument((string)message["html"]!).Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("[%", (string?)message["html"] + (string?)message["text"], StringComparison.Ordinal);
        Assert.Equal(name.Trim(), (string?)message["name"]);
    }

    private static Task<SendOutcome> SendAsync(RunningEmulator emulator) =>
        By(emulator).SendAsync(Mail(Person("reader@example.org")), Cancellation);

    private static Uri AddressOf(TcpListener listener, string scheme) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{scheme}://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"));

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
