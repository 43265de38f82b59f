using System.Diagnostics;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Emulator;
using Xunit;
using static DigestFunctions.Tests.Email.Provided;

namespace DigestFunctions.Tests.Email;

/// <summary>The provider's own suppressions, and how it says that it is well.</summary>
public sealed class SendGridSuppressionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("reader@example.org")]
    [InlineData("a+b/c%2f=d?&#@example.org")]
    public async Task An_address_gets_nothing_from_its_suppression_to_its_release(string text)
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var (provider, address) = (By(emulator), EmailAddress.FromStore(text));

        Assert.True(await provider.TrySuppressAsync(address, Cancellation));
        Assert.True(await provider.TrySuppressAsync(address, Cancellation));
        await provider.SendAsync(Mail(Person(text)), Cancellation);
        Assert.Empty(await emulator.InboxAsync());

        Assert.True(await provider.TryReleaseAsync(address, Cancellation));
        Assert.True(await provider.TryReleaseAsync(address, Cancellation));
        await provider.SendAsync(Mail(Person(text)), Cancellation);
        Assert.Single(await emulator.InboxAsync());
    }

    [Theory]
    [InlineData("""{"calls":2,"reset":"after"}""")]
    [InlineData("""{"calls":2,"status":503,"take":true}""")]
    [InlineData("""{"calls":2,"status":401}""")]
    public async Task What_may_not_have_been_done_is_said_not_to_be(string fault)
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var (provider, address) = (By(emulator), EmailAddress.FromStore("reader@example.org"));
        await emulator.PostAsync("/emulator/faults", fault);

        Assert.False(await provider.TrySuppressAsync(address, Cancellation));
        Assert.False(await provider.TryReleaseAsync(address, Cancellation));
    }

    [Fact]
    public async Task No_trace_holds_an_address()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var traced = 0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            // Other tests call meanwhile, some by the test's own client.
            ActivityStopped = activity =>
            {
                if (activity.GetTagItem("url.full") is string url && url.Contains("traced%40", StringComparison.Ordinal))
                    Interlocked.Increment(ref traced);
            },
        };
        ActivitySource.AddActivityListener(listener);

        Assert.True(await By(emulator).TryReleaseAsync(EmailAddress.FromStore("traced@example.org"), Cancellation));

        Assert.Equal(0, traced);
    }

    [Theory]
    [InlineData(null, typeof(ProbeOutcome.Well))]
    [InlineData("""{"calls":1,"status":401}""", typeof(ProbeOutcome.KeyRefused))]
    [InlineData("""{"calls":1,"status":403}""", typeof(ProbeOutcome.KeyRefused))]
    [InlineData("""{"calls":1,"status":200,"body":{"scopes":["mail.batch.create"]}}""", typeof(ProbeOutcome.KeyRefused))]
    [InlineData("""{"calls":1,"status":200,"body":"<html>"}""", typeof(ProbeOutcome.Away))]
    [InlineData("""{"calls":1,"status":429}""", typeof(ProbeOutcome.Away))]
    [InlineData("""{"calls":1,"status":503}""", typeof(ProbeOutcome.Away))]
    [InlineData("""{"calls":1,"reset":"before"}""", typeof(ProbeOutcome.Away))]
    public async Task A_probe_tells_well_from_away_from_a_refused_key(string? fault, Type expected)
    {
        await using var emulator = await RunningEmulator.StartAsync();
        if (fault is not null)
            await emulator.PostAsync("/emulator/faults", fault);

        Assert.IsType(expected, await By(emulator).ProbeAsync(Cancellation));
    }

    [Fact]
    public async Task Without_a_key_nothing_is_suppressed_or_released()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var (provider, address) = (By(emulator, key: ""), EmailAddress.FromStore("reader@example.org"));

        Assert.False(await provider.TrySuppressAsync(address, Cancellation));
        Assert.False(await provider.TryReleaseAsync(address, Cancellation));
        Assert.IsType<ProbeOutcome.KeyRefused>(await provider.ProbeAsync(Cancellation));
    }
}
