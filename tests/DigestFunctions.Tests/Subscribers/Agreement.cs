using Azure.Data.Tables;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using Xunit;

namespace DigestFunctions.Tests.Subscribers;

/// <summary>What the schedule says, and what it ought to say by the subscribers.</summary>
internal static class Agreement
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<List<(Slot Slot, ScheduleEntry Entry)>> EntriesAsync(this Sending sending) => sending.Store.EntriesAsync();

    public static async Task<List<(Slot Slot, ScheduleEntry Entry)>> EntriesAsync(this Store store) =>
        await store.EntryRowsAsync()
            .Select(row => (Slots.Slot(row.PartitionKey), Read(row))).ToListAsync(Cancellation);

    /// <summary>The entries of one subscriber, as <c>SLOT FIRST..LAST</c>.</summary>
    public static async Task<IEnumerable<string>> EntriesAsync(this Sending sending, int number) =>
        (await sending.EntriesAsync())
            .Where(found => found.Entry.Id == People.Id(number))
            .Select(found => new Placement(found.Slot, found.Entry.FirstIssue, found.Entry.LastIssue).ToString());

    public static async Task<SubscriberState?> StateAsync(this Sending sending, int number) =>
        (await sending.Get<SubscriberStore>().FindAsync(People.Id(number), Cancellation))?.State;

    public static async Task<List<Subscriber>> SubscribersAsync(this Sending sending) =>
        await sending.Get<SubscriberStore>().AllAsync(Cancellation).Select(found => found.Subscriber!).ToListAsync(Cancellation);

    /// <summary>The schedule is what the subscribers say, and every slot is planned.</summary>
    public static async Task AssertAgreedAsync(this Sending sending)
    {
        var expected = (await sending.SubscribersAsync()).SelectMany(Entries).ToList();
        Assert.Equal(expected.OrderBy(Key, StringComparer.Ordinal), (await sending.EntriesAsync()).OrderBy(Key, StringComparer.Ordinal));

        var planned = await sending.Store.Slots.QueryAsync<TableEntity>(cancellationToken: Cancellation)
            .Select(row => row.RowKey).ToListAsync(Cancellation);
        Assert.Subset(planned.ToHashSet(), expected.Select(found => found.Slot.ToString()).ToHashSet());
    }

    /// <summary>No entry is for an issue that the subscriber's state doesn't have in that slot.</summary>
    public static async Task AssertNothingBeyondTheTruthAsync(this Sending sending, int number)
    {
        var state = await sending.StateAsync(number) as SubscriberState.Active;
        foreach (var text in await sending.EntriesAsync(number))
        {
            Assert.True(Placement.TryParse(text, out var entry));
            Assert.Equal(entry, state?.In(entry.Slot)?.And(entry));
        }
    }

    /// <summary>Has the store fail after so many calls, and says whether that was felt.</summary>
    public static async Task<bool> CutAsync(this Sending sending, int afterCalls, Func<Task> act)
    {
        var calls = 0;
        sending.Faults.Before = _ => Interlocked.Increment(ref calls) > afterCalls ? throw new IOException("Cut.") : Task.CompletedTask;
        var failure = await Record.ExceptionAsync(act);
        sending.Faults.Mend();
        return failure is not null;
    }

    public static Subscriber In(this Subscriber subscriber, SubscriberState state) => subscriber with { State = state };

    public static Preferences At(this Preferences preferences, Slot slot) =>
        preferences with { Zone = slot.Zone, Weekday = slot.Weekday, Time = slot.Time };

    private static IEnumerable<(Slot Slot, ScheduleEntry Entry)> Entries(Subscriber subscriber) =>
        subscriber.Placements.Select(placement => (placement.Slot, ScheduleEntry.Of(subscriber, placement)));

    private static ScheduleEntry Read(TableEntity row) => ScheduleEntry.TryRead(new EntryColumns
    {
        RowKey = row.RowKey,
        Email = row.GetString("Email"),
        Name = row.GetString("Name"),
        Language = row.GetString("Language"),
        Focus = row.GetString("Focus"),
        Energy = row.GetString("Energy"),
        Generation = row.GetInt32("Generation"),
        FirstIssue = row.GetString("FirstIssue"),
        LastIssue = row.GetString("LastIssue"),
        WeeksBack = row.GetInt32("WeeksBack"),
        CheckIns = row.GetString("CheckIns"),
    })!;

    private static string Key((Slot Slot, ScheduleEntry Entry) found) => $"{found.Entry.Id} {found.Slot}";
}
