using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Delivery;

/// <summary>The provider is away for hours, in the midst of a run.</summary>
public sealed class OutageTests(SharedAzurite azurite)
{
    private const int People = 400;
    private const int BatchSize = 10;
    private const int BeforeIt = 5;
    private const int Handful = 5;

    private static readonly TimeSpan Step = TimeSpan.FromMinutes(5);

    private readonly FakeTimeProvider time = new((Sending.Run.Due - Duration.FromMinutes(50)).ToDateTimeOffset());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_an_outage_of_six_hours_all_is_sent_and_next_to_nothing_was_ever_in_doubt()
    {
        await using var sending = await StartAsync();
        sending.Provider.Answer = _ =>
        {
            sending.Provider.IsAway = sending.Provider.Calls.Count > BeforeIt;
            return Task.FromResult<SendOutcome>(sending.Provider.IsAway ? new SendOutcome.Unknown("503") : new SendOutcome.Taken());
        };

        await PassAsync(sending, TimeSpan.FromHours(6));
        var inDoubt = sending.Provider.Calls.Count - BeforeIt;
        sending.Provider.Answer = _ => Task.FromResult<SendOutcome>(new SendOutcome.Taken());
        sending.Provider.IsAway = false;
        await PassAsync(sending, TimeSpan.FromHours(1));

        Assert.InRange(inDoubt, 1, Handful);
        var batches = await sending.BatchesAsync();
        var held = batches.Count(batch => batch.State is BatchState.Held);
        Assert.InRange(held, 0, inDoubt);
        Assert.Equal(batches.Count - held, batches.Count(batch => batch.State is BatchState.Accepted));
        var taken = sending.Provider.TakenAddresses.ToList();
        Assert.Equal(People - held * BatchSize, taken.Count);
        Assert.Equal(taken.Count, taken.Distinct(StringComparer.Ordinal).Count());
    }

    // What the queue, or the look of every five minutes, would have us do.
    private async Task PassAsync(Sending sending, TimeSpan howLong)
    {
        for (var end = time.GetUtcNow() + howLong; time.GetUtcNow() < end; time.Advance(Step))
        {
            await sending.HandleAsync();
            await sending.Get<Settler>().SettleAsync(Cancellation);
        }
    }

    private async Task<Sending> StartAsync()
    {
        var sending = await Sending.StartWithoutPumpAsync(azurite, Tests.People.Entries(People), services =>
        {
            services.AddSingleton<TimeProvider>(time);
            services.AddSingleton(new RangeLimits { Batch = BatchSize });
            var inner = services.Last(service => service.ServiceType == typeof(IMailProvider)).ImplementationInstance;
            services.AddSingleton<IMailProvider>(known => new GuardedProvider(
                (IMailProvider)inner!, _ => new(false), time, known.GetRequiredService<ILogger<GuardedProvider>>()));
        });
        await sending.Get<RunTable>().RecordPlannedAsync(Sending.Run, Instant.FromDateTimeOffset(time.GetUtcNow()), Cancellation);
        return sending;
    }
}
