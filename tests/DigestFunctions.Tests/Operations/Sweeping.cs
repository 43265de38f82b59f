using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Operations;

/// <summary>What the tests of the sweep begin with, and look at.</summary>
internal static class Sweeping
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<Sending> StartSweepableAsync(this SharedAzurite azurite, params IEnumerable<Subscriber> subscribers)
    {
        var sending = await Sending.StartAsync(azurite);
        await sending.Store.AddAsync(subscribers);
        return sending;
    }

    public static Task SweepAsync(this Sending sending) => sending.Get<Sweep>().RunAsync(Cancellation);

    public static Subscriber Left(int number) => People.Active(number, Slots.Tuesday) with
    {
        State = new SubscriberState.Left(TestApp.Start, Slots.Issue("2026-W49")),
    };

    public static Subscriber Pending(int number, Instant asked)
    {
        var active = People.Active(number, Slots.Tuesday);
        return active with
        {
            State = new SubscriberState.Pending(FirstIssue: null),
            Consent = active.Consent with { AskedAt = asked, GivenAt = null },
        };
    }

    public static Task<Subscriber?> FindAsync(this Sending sending, int number) =>
        sending.Get<SubscriberStore>().FindAsync(People.Id(number), Cancellation);

    public static async Task<List<(string Slot, string Id)>> EntryKeysAsync(this Sending sending) =>
        await sending.Store.EntryRowsAsync()
            .Select(row => (row.PartitionKey, row.RowKey)).ToListAsync(Cancellation);
}
