using System.Net;
using Azure;
using Azure.Data.Tables;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Delivery.Events;

/// <summary>What the provider's events prove, and what the ledger says of it.</summary>
public sealed class EvidenceTests(SharedAzurite azurite)
{
    private static readonly Attempt Theirs = new("theirs", Sending.Run.Due, MemberSet.None);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Unproven => [.. States.Keys];

    private static Dictionary<string, BatchState> States { get; } = new BatchState[]
    {
        new BatchState.Claimed(Theirs, Sending.Run.Due),
        new BatchState.Accepted(Theirs, Sending.Run.Due),
        new BatchState.Unknown(Theirs, "503"),
        new BatchState.Cancelling(Theirs, "503"),
        new BatchState.Held(Theirs, "503"),
    }.ToDictionary(state => state.GetType().Name);

    [Theory]
    [MemberData(nameof(Unproven))]
    public async Task An_event_of_the_present_attempt_proves_that_it_was_taken(string state)
    {
        await using var sending = await DecidedAsync(States[state]);

        await PostAsync(sending, Reported.Event("processed", await ReferenceAsync(sending, attempt: 1, member: 0)));

        Assert.Equal("theirs", Assert.IsType<BatchState.Proven>(await sending.StateAsync()).Attempt.ProviderBatchId);
    }

    [Theory]
    [MemberData(nameof(Unproven))]
    public async Task An_event_of_an_attempt_of_before_proves_nothing_and_is_told(string state)
    {
        await using var sending = await DecidedAsync(States[state]);
        var batch = Assert.Single(await sending.BatchesAsync());
        Assert.NotNull(await sending.Get<Ledger>().TryMoveAsync(batch with { Attempts = 2 }, Cancellation));

        await PostAsync(sending, Reported.Event("delivered", Reported.Of(batch, attempt: 1, member: 0)));

        Assert.Equal(state, (await sending.StateAsync()).GetType().Name);
        Assert.Equal(1, (await EventsAsync(sending)).Delivered.Count);
        Assert.Contains(sending.App.Log.All, line => line.Contains("may get it twice", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_taken_back_and_was_sent_all_the_same_is_not_sent_again()
    {
        await using var sending = await DecidedAsync();

        await PostAsync(sending, Reported.Event("processed", await ReferenceAsync(sending, attempt: 1, member: 0)));
        await sending.HandleAsync();

        Assert.IsType<BatchState.Proven>(await sending.StateAsync());
        Assert.Empty(sending.Provider.TakenAddresses);
        Assert.Contains(sending.App.Log.All, line => line.Contains("was sent, which was Planned", StringComparison.Ordinal));
    }

    [Fact]
    public async Task That_one_was_dropped_does_not_say_that_what_was_taken_back_left()
    {
        await using var sending = await DecidedAsync();

        await PostAsync(sending, Reported.Event("dropped:Bounced Address", await ReferenceAsync(sending, attempt: 1, member: 0)));
        await sending.HandleAsync();

        Assert.Equal(3, sending.Provider.TakenAddresses.Count());
    }

    [Fact]
    public async Task Evidence_that_comes_before_the_answer_is_the_answer()
    {
        await using var sending = await Sending.StartAsync(azurite, webhook: true, People.Entries(3));
        sending.Provider.Answer = async mail =>
        {
            await PostAsync(sending, Reported.Event("processed", mail.Recipients[0].Reference));
            return new SendOutcome.Taken();
        };

        await sending.HandleAsync();

        Assert.IsType<BatchState.Proven>(await sending.StateAsync());
        Assert.DoesNotContain(sending.App.Log.All, line => line.Contains("taken back", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_event_of_an_attempt_of_before_does_not_cost_the_present_one_its_answer()
    {
        await using var sending = await DecidedAsync();
        var old = await ReferenceAsync(sending, attempt: 1, member: 0);
        sending.Provider.Answer = async _ =>
        {
            await PostAsync(sending, Reported.Event("delivered", old));
            return new SendOutcome.Taken();
        };

        await sending.HandleAsync();

        Assert.IsType<BatchState.Accepted>(await sending.StateAsync());
        Assert.Equal(1, (await EventsAsync(sending)).Delivered.Count);
    }

    [Fact]
    public async Task A_run_that_was_settled_as_held_is_looked_at_again_when_it_is_proven()
    {
        await using var sending = await DecidedAsync(States["Held"]);
        await sending.Get<RunTable>().RecordPlannedAsync(Sending.Run, sending.Now, Cancellation);
        sending.App.SetTime(Sending.Run.Due + Duration.FromHours(10));
        await sending.Get<Settler>().SettleAsync(Cancellation);
        Assert.Equal((0, 3), await TotalsAsync(sending));

        await PostAsync(sending, Reported.Event("delivered", await ReferenceAsync(sending, attempt: 1, member: 2)));
        sending.App.SetTime(sending.Now + Duration.FromMinutes(2));
        await sending.Get<Settler>().SettleAsync(Cancellation);

        Assert.Equal((3, 0), await TotalsAsync(sending));
    }

    [Fact]
    public async Task The_figures_are_exact_and_posting_again_writes_nothing()
    {
        await using var sending = await DecidedAsync();
        var batch = Assert.Single(await sending.BatchesAsync());
        string[] events =
        [
            Event("processed", 0), Event("processed", 1), Event("processed", 2), Event("delivered", 0), Event("deferred", 1),
            Event("delivered", 1), Event("bounce:blocked", 2), Event("delivered", 3),
        ];

        await PostAsync(sending, events);
        sending.Faults.Forget();
        await PostAsync(sending, [.. events, .. events.Reverse()]);

        var known = await EventsAsync(sending);
        Assert.Equal((3, 2, 1, 1, 0), (known.Processed.Count, known.Delivered.Count, known.Deferred.Count, known.SoftBounced.Count, known.Bounced.Count));
        Assert.True(known.SoftBounced[2]);
        Assert.DoesNotContain(sending.Faults.Seen, call => !call.StartsWith("GET", StringComparison.Ordinal));
        string Event(string kind, int member) => Reported.Event(kind, Reported.Of(batch, 1, member));
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_costs_the_others_nothing()
    {
        await using var sending = await DecidedAsync();
        var batches = await RecordAsync(sending, count: 2, size: 3);
        await sending.Store.Deliveries.UpdateEntityAsync(
            new TableEntity(batches[0].Run.ToString(), batches[0].Key) { ["State"] = "Nonsense" }, ETag.All, TableUpdateMode.Merge, Cancellation);

        await PostAsync(sending, [.. batches.Select(batch => Reported.Event("delivered", Reported.Of(batch, 1, 0)))]);

        Assert.Equal(1, (await EventsAsync(sending, batches[1])).Delivered.Count);
        Assert.Contains(sending.App.Log.All, line => line.StartsWith("Error 263", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_batch_that_the_ledger_does_not_know_costs_the_others_nothing()
    {
        await using var sending = await DecidedAsync();
        var batch = Assert.Single(await sending.BatchesAsync());

        await PostAsync(
            sending,
            Reported.Event("delivered", Reported.Of(batch with { Name = new BatchName(9) }, 1, 0)),
            Reported.Event("delivered", Reported.Of(batch, 1, 0)));

        Assert.Equal(1, (await EventsAsync(sending)).Delivered.Count);
    }

    [Fact]
    public async Task While_the_store_is_away_the_provider_is_asked_to_come_again()
    {
        await using var sending = await DecidedAsync();
        var delivered = Reported.Event("delivered", await ReferenceAsync(sending, attempt: 1, member: 0));
        sending.Faults.Before = call => call.Is("PATCH deliveries") ? throw new RequestFailedException("The store is away.") : Task.CompletedTask;

        using (var refused = await sending.App.PostEventsAsync(delivered))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        sending.Faults.Mend();
        await PostAsync(sending, delivered);

        Assert.Equal(1, (await EventsAsync(sending)).Delivered.Count);
    }

    [Fact]
    public async Task Ten_thousand_events_cost_a_read_and_a_write_for_each_batch()
    {
        await using var sending = await DecidedAsync();
        var batches = await RecordAsync(sending, count: 5, size: Batch.MaxSize);
        var events = batches.SelectMany(batch => Enumerable.Range(0, Batch.MaxSize).SelectMany(member => (string[])
            [Reported.Event("processed", Reported.Of(batch, 1, member)), Reported.Event("delivered", Reported.Of(batch, 1, member))])).ToArray();
        Random.Shared.Shuffle(events);
        sending.Faults.Forget();

        await PostAsync(sending, events);

        Assert.Equal(5, sending.Faults.Seen.Count(call => call == "GET deliveries"));
        Assert.Equal(5, sending.Faults.Seen.Count(call => call == "PATCH deliveries"));
        Assert.Equal(10, sending.Faults.Seen.Count);
        Assert.Equal((Batch.MaxSize, Batch.MaxSize), await EventsAsync(sending, batches[4]) is var known ? (known.Processed.Count, known.Delivered.Count) : default);
    }

    [Fact]
    public async Task Posts_at_once_about_one_batch_are_all_in_the_end()
    {
        await using var sending = await DecidedAsync();
        var batch = Assert.Single(await RecordAsync(sending, count: 1, size: 40));

        await Task.WhenAll(Enumerable.Range(0, 40).Select(member => PostAsync(sending, Reported.Event("delivered", Reported.Of(batch, 1, member)))));

        Assert.Equal(40, (await EventsAsync(sending, batch)).Delivered.Count);
    }

    // Three members, and one attempt that wasn't taken.
    private async Task<Sending> DecidedAsync(BatchState? state = null)
    {
        var sending = await Sending.StartAsync(azurite, webhook: true, People.Entries(3));
        await sending.DecideAsync();
        if (state is not null)
            await sending.MoveAsync(state);
        return sending;
    }

    // In another run's ledger, which nobody sends.
    private static async Task<IReadOnlyList<Batch>> RecordAsync(Sending sending, int count, int size)
    {
        var first = Assert.Single(await sending.BatchesAsync());
        var batches = Enumerable.Range(0, count).Select(index => first with
        {
            Run = Slots.Run("digest|Europe~Paris|Fri|08:30|2026-12-04"),
            Name = new BatchName(index),
            Members = [.. Enumerable.Range(index * size, size).Select(People.Id)],
            State = new BatchState.Planned(),
            Attempts = 0,
        }).ToList();
        return (await sending.Get<Ledger>().TryRecordAsync(batches[0].Run, IdRange.Whole, batches, Cancellation))!;
    }

    private static async Task PostAsync(Sending sending, params string[] events)
    {
        using var answer = await sending.App.PostEventsAsync(events);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    private static async Task<string> ReferenceAsync(Sending sending, int attempt, int member) =>
        Reported.Of(Assert.Single(await sending.BatchesAsync()), attempt, member);

    private static async Task<BatchEvents> EventsAsync(Sending sending, Batch? batch = null)
    {
        batch ??= Assert.Single(await sending.BatchesAsync());
        return (await sending.Get<Ledger>().FindAsync(batch.Run, batch.Key, Cancellation))!.Events;
    }

    private static async Task<(int? Accepted, int? Held)> TotalsAsync(Sending sending)
    {
        var row = (await sending.Store.Runs.GetEntityAsync<TableEntity>(Sending.Run.Issue.ToString(), Sending.Run.ToString(), cancellationToken: Cancellation)).Value;
        return (row.GetInt32("Accepted"), row.GetInt32("Held"));
    }
}
