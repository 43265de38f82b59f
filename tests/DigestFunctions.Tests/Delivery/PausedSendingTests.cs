using Azure;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using DigestFunctions.Tests.Email;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DigestFunctions.Tests.Delivery;

/// <summary>The operator pauses all sending, and goes on.</summary>
public sealed class PausedSendingTests(SharedAzurite azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_it_is_paused_nothing_is_handed_over_and_the_provider_is_asked_for_nothing()
    {
        using var scene = new GuardedScene { IsPaused = true };

        Assert.Equal(SendingSwitch.UsualFreshness, await scene.HeldBackAsync());
        Assert.IsType<BatchIdOutcome.NotGiven>(await scene.Provider.NewBatchIdAsync(Cancellation));
        Assert.Equal((0, 0, 0), (scene.Inner.BatchIds, scene.Inner.Sends, scene.Inner.Probes));

        scene.IsPaused = false;
        Assert.IsType<SendOutcome.Taken>(await scene.SendAsync());
    }

    [Fact]
    public async Task A_run_waits_and_goes_on_when_sending_does()
    {
        await using var sending = await StartAsync();
        var control = sending.Get<SendingSwitch>();
        Assert.True(await control.PauseAsync("Jo", "wrong tip", Cancellation));

        await sending.HandleAsync();
        Assert.IsType<BatchState.Planned>(await sending.StateAsync());
        Assert.Empty(sending.Provider.Calls);

        Assert.True(await control.ResumeAsync(Cancellation));
        await sending.HandleAsync();
        Assert.Equal(3, sending.Provider.TakenAddresses.Count());
    }

    [Fact]
    public async Task Another_instance_knows_within_half_a_minute()
    {
        await using var sending = await StartAsync();
        var here = sending.Get<SendingSwitch>();
        Assert.False(await here.IsPausedAsync(Cancellation));
        var elsewhere = new SendingSwitch(sending.Store, sending.App.Time, NullLogger<SendingSwitch>.Instance);

        Assert.True(await elsewhere.PauseAsync("Jo", "wrong tip", Cancellation));
        Assert.False(await elsewhere.PauseAsync("Bo", "again", Cancellation));
        sending.App.Time.Pass(SendingSwitch.UsualFreshness);

        Assert.True(await here.IsPausedAsync(Cancellation));
        Assert.Equal(("Jo", "wrong tip"), await here.FindAsync(Cancellation) is { } pause ? (pause.By, pause.Why) : default);
        Assert.True(await elsewhere.ResumeAsync(Cancellation));
        Assert.False(await elsewhere.ResumeAsync(Cancellation));
        sending.App.Time.Pass(SendingSwitch.UsualFreshness);
        Assert.False(await here.IsPausedAsync(Cancellation));
    }

    [Fact]
    public async Task While_the_store_is_away_what_was_known_holds()
    {
        await using var sending = await StartAsync();
        var control = sending.Get<SendingSwitch>();
        await control.PauseAsync("Jo", "wrong tip", Cancellation);
        sending.Faults.Before = call => call.Is("GET switches") ? throw new RequestFailedException("The store is away.") : Task.CompletedTask;
        sending.App.Time.Pass(SendingSwitch.UsualFreshness);

        Assert.True(await control.IsPausedAsync(Cancellation));
    }

    [Fact]
    public async Task One_look_a_half_minute_is_all_that_it_costs()
    {
        await using var sending = await StartAsync();
        sending.Faults.Forget();

        for (var mail = 0; mail < 50; mail++)
            await sending.Get<SendingSwitch>().IsPausedAsync(Cancellation);

        Assert.Equal("GET switches", Assert.Single(sending.Faults.Seen));
    }

    private Task<Sending> StartAsync() => Sending.StartWithoutPumpAsync(azurite, People.Entries(3), services =>
    {
        var inner = services.Last(service => service.ServiceType == typeof(IMailProvider)).ImplementationInstance;
        services.AddSingleton<IMailProvider>(known => new GuardedProvider(
            (IMailProvider)inner!, known.GetRequiredService<SendingSwitch>().IsPausedAsync, known.GetRequiredService<TimeProvider>(), known.GetRequiredService<ILogger<GuardedProvider>>()));
    });
}
