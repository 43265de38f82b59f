using System.Net;
using Azure.Data.Tables;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using MemoryStore;
using Microsoft.Extensions.Logging;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Subscribers;

/// <summary>How many sign-ups are taken in an hour. It is eight o'clock.</summary>
public sealed class SignUpLimitsTests : IDisposable
{
    private static readonly Identities Identities = new(new byte[Secrets.MinLength]);

    private readonly MemoryTransport memory = new();
    private readonly FaultyStore faults = new();
    private readonly TestTime time = new();
    private readonly TestApp.LogLines log = new();

    public SignUpLimitsTests()
    {
        time.Stop();
        time.Set(TestApp.Start.ToDateTimeOffset());
    }

    public void Dispose() => log.Dispose();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_network_has_thirty_in_an_hour_and_another_has_its_own()
    {
        var limits = await StartAsync();

        for (var number = 0; number < SignUpLimits.PerNetwork; number++)
            Assert.Equal(Admission.Taken, await FromAsync(limits, "192.0.2.1"));

        Assert.Equal(Admission.NetworkFull, await FromAsync(limits, "192.0.2.1"));
        Assert.Equal(Admission.Taken, await FromAsync(limits, "192.0.2.2"));
        Assert.Equal(Admission.Taken, await limits.AdmitAsync("", Cancellation));
    }

    [Fact]
    public async Task An_IPv6_network_is_its_64_bits()
    {
        var limits = await StartAsync();

        for (var number = 0; number < SignUpLimits.PerNetwork; number++)
            Assert.Equal(Admission.Taken, await FromAsync(limits, $"2001:db8:0:1::{number:x}"));

        Assert.Equal(Admission.NetworkFull, await FromAsync(limits, "2001:db8:0:1:ffff::1"));
        Assert.Equal(Admission.Taken, await FromAsync(limits, "2001:db8:0:2::1"));
    }

    [Fact]
    public async Task With_the_next_hour_all_begins_anew()
    {
        var limits = await StartAsync(maxPerHour: 1);
        time.Pass(Duration.FromMinutes(48));
        await FromAsync(limits, "192.0.2.1");

        Assert.Equal(Admission.ServiceFull, await FromAsync(limits, "192.0.2.2"));
        Assert.Equal(Duration.FromMinutes(12), limits.UntilNextHour);
        time.Pass(limits.UntilNextHour);
        Assert.Equal(Admission.Taken, await FromAsync(limits, "192.0.2.2"));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(1_001)]
    public async Task The_shards_together_take_exactly_the_ceiling(int ceiling)
    {
        var limits = await StartAsync(ceiling);

        var taken = 0;
        for (var number = 0; number < ceiling * 3 / 2; number++)
            taken += await FromAsync(limits, $"198.51.{number / 256}.{number % 256}") == Admission.Taken ? 1 : 0;

        Assert.Equal(ceiling, taken);
    }

    [Fact]
    public async Task The_operator_is_told_once_in_each_hour_that_the_ceiling_is_reached()
    {
        var limits = await StartAsync(maxPerHour: 1);
        for (var hour = 0; hour < 2; hour++)
        {
            for (var number = 0; number < 5; number++)
                await FromAsync(limits, $"192.0.2.{number}");
            time.Pass(Duration.FromHours(1));
        }

        Assert.Equal(2, log.All.Count(line => line.StartsWith("Warning 412", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task It_takes_a_query_and_a_transaction_and_who_is_refused_writes_nothing()
    {
        var limits = await StartAsync(maxPerHour: 1);

        await FromAsync(limits, "192.0.2.1");
        Assert.Equal(["GET limits", "POST $batch"], faults.Seen);
        faults.Forget();
        await FromAsync(limits, "192.0.2.2");
        Assert.Equal(["GET limits"], faults.Seen);
    }

    [Fact]
    public async Task Who_comes_at_the_same_moment_as_another_is_counted_too()
    {
        var limits = await StartAsync();
        faults.Once("GET limits", () => CountAnotherAsync(), after: true);

        Assert.Equal(Admission.Taken, await FromAsync(limits, "192.0.2.1"));

        Assert.Equal(2, (await Another.Limits.QueryAsync<TableEntity>(row => row.RowKey == "~all", cancellationToken: Cancellation).SingleAsync(Cancellation)).GetInt32("Count"));
    }

    [Fact]
    public async Task Who_is_always_too_late_is_told_that_it_is_busy()
    {
        var limits = await StartAsync();
        faults.After = call => call.Is("GET limits") ? CountAnotherAsync() : Task.CompletedTask;

        Assert.Equal(Admission.Busy, await FromAsync(limits, "192.0.2.1"));
    }

    // In one shard: the same rows.
    private async Task CountAnotherAsync() => await FromAsync(LimitsOf(Another, maxPerHour: 100), "192.0.2.9");

    private Store Another => new FaultyStore().StoreIn(memory, new Names());

    private static Task<Admission> FromAsync(SignUpLimits limits, string address) =>
        limits.AdmitAsync(Identities.HashOf(IPAddress.Parse(address)), Cancellation);

    private async Task<SignUpLimits> StartAsync(int maxPerHour = 100)
    {
        await Another.CreateAsync(Cancellation);
        return LimitsOf(faults.StoreIn(memory, new Names()), maxPerHour);
    }

    private SignUpLimits LimitsOf(Store store, int maxPerHour) =>
        new(store, new SignUpOptions(maxPerHour), time, new Logger<SignUpLimits>(new LoggerFactory([log])));
}
