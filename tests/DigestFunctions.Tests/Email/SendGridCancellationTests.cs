using DigestFunctions.Core.Email;
using DigestFunctions.Tests.Emulator;
using Xunit;
using static DigestFunctions.Tests.Email.Provided;

namespace DigestFunctions.Tests.Email;

/// <summary>Cancelling what was sent under a batch id, and knowing whether that was done.</summary>
public sealed class SendGridCancellationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_cancelled_is_found_until_it_is_forgotten()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var (provider, batch) = (By(emulator), await emulator.MakeBatchAsync());
        Assert.IsType<CancelOutcome.NotCancelled>(await provider.FindCancellationAsync(batch, Cancellation));

        Assert.IsType<CancelOutcome.Cancelled>(await provider.CancelAsync(batch, Cancellation));
        Assert.IsType<CancelOutcome.Cancelled>(await provider.FindCancellationAsync(batch, Cancellation));

        Assert.True(await provider.TryForgetCancellationAsync(batch, Cancellation));
        Assert.True(await provider.TryForgetCancellationAsync(batch, Cancellation));
        Assert.IsType<CancelOutcome.NotCancelled>(await provider.FindCancellationAsync(batch, Cancellation));
    }

    [Fact]
    public async Task What_is_cancelled_a_second_time_is_cancelled()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var (provider, batch) = (By(emulator), await emulator.MakeBatchAsync());
        await emulator.CancelAsync(batch);

        Assert.IsType<CancelOutcome.Cancelled>(await provider.CancelAsync(batch, Cancellation));
    }

    [Fact]
    public async Task What_is_only_paused_is_not_cancelled()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var (provider, batch) = (By(emulator), await emulator.MakeBatchAsync());
        await emulator.CancelAsync(batch, "pause");

        Assert.IsType<CancelOutcome.NotCancelled>(await provider.CancelAsync(batch, Cancellation));
        Assert.IsType<CancelOutcome.NotCancelled>(await provider.FindCancellationAsync(batch, Cancellation));
    }

    [Fact]
    public async Task Where_ten_are_in_use_nothing_is_cancelled_and_the_provider_says_so()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        for (var used = 0; used < 10; used++)
            await emulator.CancelAsync(await emulator.MakeBatchAsync());

        var outcome = await By(emulator).CancelAsync(await emulator.MakeBatchAsync(), Cancellation);

        Assert.Contains("max limit reached", Assert.IsType<CancelOutcome.NotCancelled>(outcome).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_that_the_provider_does_not_know_is_not_cancelled()
    {
        await using var emulator = await RunningEmulator.StartAsync();

        var outcome = await By(emulator).CancelAsync("unheard-of", Cancellation);

        Assert.Contains("invalid batch id", Assert.IsType<CancelOutcome.NotCancelled>(outcome).Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"calls":1,"reset":"before"}""", false)]
    [InlineData("""{"calls":1,"reset":"after"}""", true)]
    [InlineData("""{"calls":1,"status":503}""", false)]
    [InlineData("""{"calls":1,"status":503,"take":true}""", true)]
    [InlineData("""{"calls":1,"status":401}""", false)]
    [InlineData("""{"calls":1,"status":403}""", false)]
    [InlineData("""{"calls":1,"status":429}""", false)]
    [InlineData("""{"calls":1,"delayMs":600000,"take":true}""", true)]
    public async Task Where_the_answer_does_not_say_nobody_knows_and_asking_again_tells(string fault, bool done)
    {
        await using var emulator = await RunningEmulator.StartAsync();
        // Waited through to its end where no answer comes.
        var timeout = TimeSpan.FromSeconds(fault.Contains("delayMs", StringComparison.Ordinal) ? 10 : 30);
        var (provider, batch) = (By(emulator, timeout: timeout), await emulator.MakeBatchAsync());
        Assert.IsType<ProbeOutcome.Well>(await provider.ProbeAsync(Cancellation));
        await emulator.PostAsync("/emulator/faults", fault);

        Assert.IsType<CancelOutcome.Unknown>(await provider.CancelAsync(batch, Cancellation));

        Assert.Equal(done, await provider.FindCancellationAsync(batch, Cancellation) is CancelOutcome.Cancelled);
        Assert.IsType<CancelOutcome.Cancelled>(await provider.CancelAsync(batch, Cancellation));
    }

    [Theory]
    [InlineData("""{"calls":1,"status":503,"path":"/v3/user/scheduled_sends/"}""")]
    [InlineData("""{"calls":1,"status":200,"body":"<html>","path":"/v3/user/scheduled_sends/"}""")]
    [InlineData("""{"calls":1,"reset":"before","path":"/v3/user/scheduled_sends/"}""")]
    public async Task Where_asking_after_a_refusal_fails_nobody_knows(string fault)
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var (provider, batch) = (By(emulator), await emulator.MakeBatchAsync());
        await emulator.CancelAsync(batch);
        await emulator.PostAsync("/emulator/faults", fault);

        Assert.IsType<CancelOutcome.Unknown>(await provider.CancelAsync(batch, Cancellation));
    }

    [Theory]
    [InlineData("""{"calls":1,"reset":"after"}""")]
    [InlineData("""{"calls":1,"status":503}""")]
    public async Task A_cancellation_that_may_not_be_forgotten_is_said_not_to_be(string fault)
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var (provider, batch) = (By(emulator), await emulator.MakeBatchAsync());
        await emulator.CancelAsync(batch);
        await emulator.PostAsync("/emulator/faults", fault);

        Assert.False(await provider.TryForgetCancellationAsync(batch, Cancellation));
    }

    [Fact]
    public async Task Without_a_key_nothing_is_cancelled_forgotten_or_known()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var (provider, batch) = (By(emulator, key: ""), await emulator.MakeBatchAsync());
        await emulator.CancelAsync(batch);

        Assert.IsType<CancelOutcome.Unknown>(await provider.CancelAsync(batch, Cancellation));
        Assert.IsType<CancelOutcome.Unknown>(await provider.FindCancellationAsync(batch, Cancellation));
        Assert.False(await provider.TryForgetCancellationAsync(batch, Cancellation));

        Assert.Single((await emulator.AskAsync(HttpMethod.Get, "/v3/user/scheduled_sends")).Json.AsArray());
    }
}
