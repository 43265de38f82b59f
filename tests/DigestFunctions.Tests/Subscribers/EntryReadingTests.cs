using Azure.Data.Tables;
using Azure.Storage.Queues;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using DigestFunctions.Tests.Delivery;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DigestFunctions.Tests.Subscribers;

public sealed class EntryReadingTests(SharedAzurite azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Entries_of_several_pages_are_read_as_they_were_written()
    {
        var written = Entries(2_345).OrderBy(entry => entry.Id.Value).ToList();
        await using var sending = await Sending.StartAsync(azurite, written);

        Assert.Equal(written, await ReadAsync(sending));
    }

    [Fact]
    public async Task A_page_whose_answer_is_lost_is_read_anew_and_nobody_stands_twice()
    {
        await using var sending = await Sending.StartAsync(azurite, Entries(3));
        sending.Faults.Forget();
        sending.Faults.LoseAnswer("GET schedule");

        Assert.Equal(3, (await ReadAsync(sending))?.Count);
        Assert.Equal(2, sending.Faults.Seen.Count(call => call == "GET schedule"));
    }

    [Theory]
    [InlineData("Email", null)]
    [InlineData("Email", 7)]
    [InlineData("Language", "english")]
    [InlineData("Focus", "cooking")]
    [InlineData("Focus", 3)]
    [InlineData("Energy", "wild")]
    [InlineData("Energy", "")]
    [InlineData("Generation", -1)]
    [InlineData("Generation", "1")]
    [InlineData("FirstIssue", null)]
    [InlineData("FirstIssue", "2026-W54")]
    [InlineData("LastIssue", "")]
    [InlineData("LastIssue", 2026)]
    public async Task An_entry_that_cannot_be_read_keeps_nobody_else_from_her_digest(string column, object? value)
    {
        var entries = Entries(2).ToList();
        await using var sending = await Sending.StartAsync(azurite, entries);
        var row = entries[0].Write(Sending.Run.Slot);
        row[column] = value;
        await sending.Store.Schedule.UpsertEntityAsync(row, TableUpdateMode.Replace, Cancellation);

        Assert.Equal([entries[1]], await ReadAsync(sending));
    }

    [Fact]
    public async Task A_client_that_would_show_no_entries_is_refused()
    {
        await using var sending = await Sending.StartAsync(azurite, Entries(2));
        var names = sending.Get<Names>();
        var store = new Store(new TableServiceClient(azurite.ConnectionString), new QueueServiceClient(azurite.ConnectionString), names);
        var schedule = ActivatorUtilities.CreateInstance<ScheduleEntries>(sending.App.Services, store);

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            schedule.TryReadAsync(Sending.Run.Slot, IdRange.Whole, Sending.Run.Issue, 10, Cancellation));
    }

    private static IEnumerable<ScheduleEntry> Entries(int count) => People.Entries(count)
        .Select((entry, index) => entry with { Tips = Chosen(index), Name = PersonName.FromStore(index % 2 == 0 ? "Zoë \"Z\" 민아" : "") });

    private static TipChoice Chosen(int index) => (index % 3) switch
    {
        0 => TipChoice.Usual,
        1 => new TipChoice(Focus.Of(Area.Listening, Area.Self), Energy.Gentle),
        _ => new TipChoice(Focus.Everything, Energy.Stretch),
    };

    private static Task<IReadOnlyList<ScheduleEntry>?> ReadAsync(Sending sending) =>
        sending.Get<ScheduleEntries>().TryReadAsync(Sending.Run.Slot, IdRange.Whole, Sending.Run.Issue, 5_000, Cancellation);
}
