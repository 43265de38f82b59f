using Azure.Data.Tables;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Delivery;

/// <summary>A range is decided once, and whoever comes again works from what was decided.</summary>
public sealed class RangeWorkerTests(SharedAzurite azurite)
{
    private static readonly int MaxRecipients = new RangeLimits().Range;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_that_comes_five_times_makes_one_call()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));

        for (var time = 0; time < 5; time++)
            await sending.HandleAsync();

        Assert.Equal(3, Assert.Single(sending.Provider.Calls).Recipients.Count);
    }

    [Fact]
    public async Task Four_workers_on_one_message_at_once_make_one_call()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));
        var answer = new TaskCompletionSource();
        sending.Provider.Answer = async _ =>
        {
            await answer.Task;
            return new SendOutcome.Taken();
        };

        var workers = Enumerable.Range(0, 4).Select(_ => sending.HandleAsync()).ToList();
        // The one that calls waits for its answer; the others must come to an end without it.
        var calling = workers.ToList();
        while (calling.Count > 1 && sending.Provider.Calls.Count < 2)
            calling.Remove(await Task.WhenAny(calling).WaitAsync(TestApp.Patience, Cancellation));
        answer.SetResult();
        await Task.WhenAll(workers);

        Assert.Single(sending.Provider.Calls);
        Assert.IsType<BatchState.Accepted>(await sending.StateAsync());
    }

    [Fact]
    public async Task Who_joins_the_slot_after_the_decision_is_not_sent_by_a_repetition()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));
        await sending.DecideAsync();

        await sending.Store.ScheduleAsync(Sending.Run.Slot, People.Entry(4));
        await sending.HandleAsync();

        Assert.Equal([.. Enumerable.Range(1, 3).Select(People.AddressText)], sending.Provider.TakenAddresses.Order());
    }

    [Fact]
    public async Task A_change_of_language_in_mid_run_puts_nobody_into_two_batches()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entry(1, Language.English), People.Entry(2, Language.Korean));
        sending.Provider.AnswerOnce(new SendOutcome.NotTaken("429", Duration.FromHours(1)));
        await sending.HandleAsync();
        Assert.Single(sending.Provider.TakenAddresses);

        ScheduleEntry[] changed = [People.Entry(1, Language.Korean), People.Entry(2, Language.English)];
        foreach (var entry in changed)
            await sending.Store.Schedule.UpsertEntityAsync(entry.Write(Sending.Run.Slot), TableUpdateMode.Replace, Cancellation);
        await sending.HandleAsync();

        Assert.Equal([People.AddressText(1), People.AddressText(2)], sending.Provider.TakenAddresses.Order());
    }

    [Fact]
    public async Task Two_languages_make_two_variants()
    {
        await using var sending = await Sending.StartAsync(
            azurite, People.Entry(1, Language.English), People.Entry(2, Language.Korean), People.Entry(3, Language.Korean));

        await sending.HandleAsync();

        Assert.Equal(
            [("en", 1), ("ko", 2)],
            (await sending.BatchesAsync()).Select(batch => (batch.Variant.Language.ToString(), batch.Members.Count)).Order());
        Assert.Equal(2, sending.Provider.Calls.Select(call => call.Content.Subject).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Only_those_whose_issues_this_is_one_of_get_it()
    {
        await using var sending = await Sending.StartAsync(
            azurite,
            People.Entry(1, last: "2026-W48"),
            People.Entry(2, first: "2026-W49", last: "2026-W49"),
            People.Entry(3, first: "2026-W50"));

        await sending.HandleAsync();

        Assert.Equal([People.AddressText(2)], sending.Provider.TakenAddresses);
    }

    [Fact]
    public async Task Recipients_fill_batches_as_full_as_can_be_and_each_address_is_in_one()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(2_300));

        await sending.HandleAsync();

        Assert.Equal([1_000, 1_000, 300], sending.Provider.Calls.Select(call => call.Recipients.Count));
        Assert.Equal(2_300, sending.Provider.TakenAddresses.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_range_of_too_many_is_split_once_and_each_subscriber_is_in_one_batch()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(MaxRecipients + 100));

        await Task.WhenAll(sending.HandleAsync(), sending.HandleAsync());
        await sending.UntilTakenAsync(MaxRecipients + 100);
        await sending.HandleAsync();

        var parts = await Task.WhenAll(default(Core.Schedule.IdRange).Parts().Select(part => sending.BatchesAsync(part)));
        Assert.Equal(
            [.. Enumerable.Range(1, MaxRecipients + 100).Select(People.Id).OrderBy(id => id.Value)],
            parts.SelectMany(part => part).SelectMany(batch => batch.Members).OrderBy(id => id.Value));
        Assert.Equal(16, sending.Provider.Calls.Count);
        Assert.Equal(MaxRecipients + 100, sending.Provider.TakenAddresses.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Entries_that_this_issue_is_not_for_take_nobodys_place()
    {
        // More entries than one message reads, fewer for this issue than it sends.
        var entries = People.Entries(MaxRecipients + 20).OrderBy(entry => entry.Id.Value)
            .Select((entry, place) => place < 30 ? entry with { FirstIssue = Slots.Issue("2026-W50") } : entry);
        await using var sending = await Sending.StartAsync(azurite, entries);

        await sending.HandleAsync();

        Assert.Equal(MaxRecipients - 10, sending.Provider.TakenAddresses.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task An_empty_range_is_decided_and_nobody_is_called()
    {
        await using var sending = await Sending.StartAsync(azurite);

        await sending.HandleAsync();

        Assert.Empty(await sending.BatchesAsync());
        Assert.Empty(sending.Provider.Calls);
        Assert.Equal(0, await sending.QueuedAsync());
    }

    [Fact]
    public async Task Who_is_to_stop_hears_the_provider_out_and_leaves_the_rest_to_another()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(
            azurite, People.Entries(3), services => services.AddSingleton(new RangeLimits { Batch = 1 }));
        using var stopping = new CancellationTokenSource();
        sending.Provider.Answer = async _ =>
        {
            await stopping.CancelAsync();
            return new SendOutcome.Taken();
        };

        await sending.HandleAsync(cancellation: stopping.Token);

        Assert.Equal(["Accepted", "Planned", "Planned"], (await sending.BatchesAsync()).Select(batch => batch.State.GetType().Name).Order(StringComparer.Ordinal));
        Assert.Equal(1, await sending.QueuedAsync());
        // Their ids were asked for together, and two of them are given back.
        Assert.Equal(2, sending.Provider.UnusedIds.Count);

        await sending.HandleAsync();
        Assert.Equal([.. Enumerable.Range(1, 3).Select(People.AddressText)], sending.Provider.TakenAddresses.Order());
    }

    [Fact]
    public async Task A_batch_that_comes_too_late_is_recorded_as_late_and_not_sent()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));
        sending.App.SetTime(Sending.Run.Due + Duration.FromHours(25));

        await sending.HandleAsync();

        Assert.IsType<BatchState.Late>(await sending.StateAsync());
        Assert.Empty(sending.Provider.Calls);
    }

    [Theory]
    [InlineData("State", "Sideways")]
    [InlineData("ProviderBatchId", null)] // claimed by nobody
    [InlineData("LeaseUntil", null)] // until never
    [InlineData("Members", null)]
    [InlineData("Members", new byte[] { 1, 2, 3 })]
    public async Task Of_a_row_of_the_ledger_that_can_not_be_nothing_is_sent(string column, object? value)
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));
        await sending.DecideAsync();
        var calls = sending.Provider.Calls.Count;
        var row = await sending.Store.Deliveries.QueryAsync<TableEntity>(row => row.RowKey != "|", cancellationToken: Cancellation).SingleAsync(Cancellation);
        row["State"] = "Claimed";
        row[column] = value;
        if (value is null)
            row.Remove(column);
        await sending.Store.Deliveries.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, Cancellation);

        await sending.HandleAsync();

        Assert.Equal(calls, sending.Provider.Calls.Count);
    }

    [Theory]
    [InlineData("2/digest|Europe~Paris|Tue|08:30|2026-12-01/")]
    [InlineData("{}")]
    public async Task What_is_no_message_of_ours_is_refused(string text)
    {
        await using var sending = await Sending.StartAsync(azurite);

        await Assert.ThrowsAsync<FormatException>(() => sending.Get<RangeWorker>().HandleAsync(text, Cancellation));
    }

    [Fact]
    public async Task What_is_no_message_of_ours_ends_with_the_poisoned_ones()
    {
        var names = new Names("p" + Guid.NewGuid().ToString("n")[..20]);
        var queues = new Azure.Storage.Queues.QueueServiceClient(azurite.ConnectionString);
        var queue = queues.GetQueueClient(names.Ranges);
        await queue.CreateAsync(cancellationToken: Cancellation);
        await queue.EnqueueAsync("nonsense", Cancellation);
        // Four tries have failed: between two of them the pump waits longer than a test should.
        for (var tried = 0; tried < 4; tried++)
        {
            var message = (await queue.ReceiveMessageAsync(cancellationToken: Cancellation)).Value;
            await queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: TimeSpan.Zero, cancellationToken: Cancellation);
        }

        await using var app = await TestApp.StartAsync(azurite, services => services.AddSingleton(names));
        await app.IdleAsync();

        var poison = queues.GetQueueClient(names.Ranges + "-poison");
        var poisoned = await poison.PeekMessageAsync(Cancellation);
        Assert.Equal("nonsense", QueueMessages.Decode(poisoned.Value.Body.ToString()));
        await poison.DeleteAsync(Cancellation);
    }
}
