using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace DigestFunctions.Tests.Emulator;

public sealed class FaultTests
{
    [Fact]
    public async Task A_status_is_answered_for_as_many_calls_as_asked_and_nothing_is_taken()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        await emulator.PostAsync("/emulator/faults", """{"calls":2,"status":503,"path":"/v3/mail/send"}""");

        Assert.Equal(200, (await emulator.AskAsync(HttpMethod.Get, "/v3/scopes")).Status);
        Assert.Equal(503, (await SendAsync(emulator)).Status);
        Assert.Equal(503, (await SendAsync(emulator)).Status);
        Assert.Equal(202, (await SendAsync(emulator)).Status);
        Assert.Equal(1, await emulator.StatAsync("messages"));
        Assert.Equal(3, await emulator.StatAsync("requests"));
    }

    [Fact]
    public async Task Mail_may_be_taken_and_the_answer_say_otherwise()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        await emulator.PostAsync("/emulator/faults", """{"calls":1,"status":500,"take":true,"body":"<html>"}""");

        var answer = await SendAsync(emulator);

        Assert.Equal(500, answer.Status);
        Assert.Equal("<html>", answer.Body);
        Assert.Equal(1, await emulator.StatAsync("messages"));
    }

    [Theory]
    [InlineData("before", 0)]
    [InlineData("after", 1)]
    public async Task The_connection_may_be_cut_before_or_after_the_mail_is_taken(string when, int messages)
    {
        await using var emulator = await RunningEmulator.StartAsync();
        await emulator.PostAsync("/emulator/faults", $$"""{"calls":1,"reset":"{{when}}"}""");

        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(emulator));

        Assert.Equal(messages, await emulator.StatAsync("messages"));
        Assert.Equal(202, (await SendAsync(emulator)).Status);
    }

    [Fact]
    public async Task Too_many_requests_say_when_to_come_back()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        await emulator.PostAsync("/emulator/faults", """{"calls":1,"status":429,"retryAfterSeconds":30}""");

        var answer = await SendAsync(emulator);

        Assert.Equal([": too many requests"], answer.Errors);
        Assert.Equal(RunningEmulator.Start.AddSeconds(30).ToUnixTimeSeconds(), long.Parse(answer.Headers.GetValues("X-RateLimit-Reset").Single(), CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task An_answer_may_be_late()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        await emulator.PostAsync("/emulator/faults", """{"calls":1,"delayMs":300}""");
        var watch = Stopwatch.StartNew();

        Assert.Equal(202, (await SendAsync(emulator)).Status);
        Assert.True(watch.ElapsedMilliseconds >= 290);
    }

    [Fact]
    public async Task Faults_are_shown_cleared_and_checked()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        await emulator.PostAsync("/emulator/faults", """{"status":500,"probability":0.5}""");
        Assert.Single((await emulator.AskAsync(HttpMethod.Get, "/emulator/faults")).Json.AsArray());

        await emulator.AskAsync(HttpMethod.Delete, "/emulator/faults");

        Assert.Empty((await emulator.AskAsync(HttpMethod.Get, "/emulator/faults")).Json.AsArray());
        foreach (var wrong in new[] { """{"probability":2}""", """{"stats":500}""", """{"reset":"sometimes"}""", "no JSON", """{"calls":0}""" })
            Assert.Equal(400, (await emulator.PostAsync("/emulator/faults", wrong)).Status);
    }

    private static Task<Answer> SendAsync(RunningEmulator emulator) => emulator.SendAsync(MailJson.To("ada@example.org"));
}
