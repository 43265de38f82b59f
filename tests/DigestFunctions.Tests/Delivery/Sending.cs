using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Local;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Delivery;

/// <summary>The service with a provider and a store that fail on command, 50 minutes before a run is due.</summary>
internal sealed class Sending : IAsyncDisposable
{
    private Sending(TestApp app, FakeProvider provider, FaultyStore faults) => (App, Provider, Faults) = (app, provider, faults);

    public static RunId Run => Slots.NextTuesday;

    public TestApp App { get; }

    public FakeProvider Provider { get; }

    public FaultyStore Faults { get; }

    public Store Store => App.Store;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="azurite">Where the store is.</param>
    /// <param name="entries">The entries of the run's slot.</param>
    public static Task<Sending> StartAsync(SharedAzurite azurite, params IEnumerable<ScheduleEntry> entries) =>
        StartAsync(azurite, webhook: false, entries);

    /// <summary>Where messages are handled only when a test says so.</summary>
    public static Task<Sending> StartWithoutPumpAsync(SharedAzurite azurite, params IEnumerable<ScheduleEntry> entries) =>
        StartWithoutPumpAsync(azurite, entries, also: null);

    /// <param name="azurite">Where the store is.</param>
    /// <param name="entries">The entries of the run's slot.</param>
    /// <param name="also">What else is different from the service as it is.</param>
    public static Task<Sending> StartWithoutPumpAsync(
        SharedAzurite azurite, IEnumerable<ScheduleEntry> entries, Action<IServiceCollection>? also) =>
        StartAsync(azurite, webhook: false, entries, services =>
        {
            services.Remove(services.Single(service => service.ImplementationType == typeof(QueuePump)));
            also?.Invoke(services);
        });

    /// <param name="azurite">Where the store is.</param>
    /// <param name="webhook">Whether the provider's events are set up.</param>
    /// <param name="entries">The entries of the run's slot.</param>
    /// <param name="also">What is different from the service as it is.</param>
    public static async Task<Sending> StartAsync(
        SharedAzurite azurite, bool webhook, IEnumerable<ScheduleEntry> entries, Action<IServiceCollection>? also = null)
    {
        var (provider, faults) = (new FakeProvider(), new FaultyStore());
        var app = await TestApp.StartAsync(azurite, services =>
        {
            services.AddSingleton<IMailProvider>(provider);
            if (!webhook)
                services.AddSingleton(new SendGridOptions());
            services.AddSingleton(known => faults.StoreIn(azurite, known));
            also?.Invoke(services);
        });
        app.SetTime(Run.Due - Duration.FromMinutes(50));
        await app.Store.ScheduleAsync(Run.Slot, entries);
        return new Sending(app, provider, faults);
    }

    public T Get<T>()
        where T : notnull => App.Services.GetRequiredService<T>();

    /// <summary>Hands a message to the worker, as the queue would.</summary>
    public Task HandleAsync(IdRange range = default, CancellationToken? cancellation = null) =>
        Get<RangeWorker>().HandleAsync(new RangeMessage(Run, range).ToString(), cancellation ?? Cancellation);

    public async Task<IReadOnlyList<Batch>> BatchesAsync(IdRange range = default) =>
        Assert.IsType<RangeDecision.Batches>(await Get<Ledger>().ReadAsync(Run, range, Cancellation)).All;

    /// <summary>The state of the only batch.</summary>
    public async Task<BatchState> StateAsync() => Assert.Single(await BatchesAsync()).State;

    /// <summary>Takes the only batch into a state, as if another had.</summary>
    public async Task MoveAsync(BatchState state) =>
        Assert.NotNull(await Get<Ledger>().TryMoveAsync(Assert.Single(await BatchesAsync()) with { State = state }, Cancellation));

    /// <summary>A claim of somebody else, for the run's moment.</summary>
    public static BatchState Claim(string providerBatchId, Instant leaseUntil) =>
        new BatchState.Claimed(new Attempt(providerBatchId, Run.Due, MemberSet.None), leaseUntil);

    /// <summary>Decides the range, and sends nothing.</summary>
    public async Task DecideAsync()
    {
        Provider.AnswerOnce(new SendOutcome.NotTaken("429", Duration.FromHours(1)));
        await HandleAsync();
        Assert.IsType<BatchState.Planned>(await StateAsync());
        await Store.Ranges.ClearMessagesAsync(Cancellation);
    }

    public void PassLease() => App.SetTime(Now + BatchSender.Lease + BatchSender.LeaseMargin + Duration.FromSeconds(1));

    public Instant Now => Instant.FromDateTimeOffset(App.Time.GetUtcNow());

    /// <summary>Waits for the pump to have sent to so many. Not for empty queues: who found a live claim comes again when it is over.</summary>
    public Task UntilTakenAsync(int recipients) =>
        App.EventuallyAsync(() => Task.FromResult(Provider.TakenAddresses.Count() >= recipients), $"{recipients} recipients");

    /// <summary>Takes the next message out of a queue, when its time has come: where there is no pump to do that.</summary>
    public async Task<string> NextAsync(QueueClient queue)
    {
        QueueMessage? next = null;
        await App.EventuallyAsync(
            async () => (next = (await queue.ReceiveMessageAsync(cancellationToken: Cancellation)).Value) is not null, "the next message");
        await queue.DeleteMessageAsync(next!.MessageId, next.PopReceipt, Cancellation);
        return QueueMessages.Decode(next.Body.ToString());
    }

    /// <summary>How many messages there are, those that still wait included.</summary>
    public async Task<int> QueuedAsync() =>
        (await Store.Ranges.GetPropertiesAsync(Cancellation)).Value.ApproximateMessagesCount;

    public ValueTask DisposeAsync()
    {
        Faults.Mend();
        return App.DisposeAsync();
    }
}
