using Azure.Data.Tables;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using DigestFunctions.Tests.Subscribers;
using Xunit;

namespace DigestFunctions.Tests.Operations;

/// <summary>Tables at random: subscribers in every state, and entries that may have nothing to do with them.</summary>
internal static class Mess
{
    public const int People = 60;

    private static readonly Slot[] All =
    [
        Slots.Tuesday, Slots.Friday, Slots.Slot("digest|Asia~Seoul|Thu|07:00"), Slots.Slot("digest|Pacific~Niue|Sun|23:30"),
    ];

    public static async Task MakeAsync(Sending sending, int seed)
    {
        var random = new Random(seed);
        for (var number = 1; number <= People; number++)
        {
            if (Subscriber(random, number) is { } subscriber)
                await sending.Store.AddAsync(subscriber);
            foreach (var slot in All.Where(_ => random.Next(3) == 0))
                await sending.Store.Schedule.AddEntityAsync(Entry(random, number, slot), TestContext.Current.CancellationToken);
        }
    }

    private static Subscriber? Subscriber(Random random, int number)
    {
        var (slot, other) = (All[random.Next(All.Length)], All[random.Next(All.Length)]);
        var issue = Issue(random);
        var active = Tests.People.Active(number, slot);
        return random.Next(8) switch
        {
            0 => null,
            1 => active.In(new SubscriberState.Pending(random.Next(2) == 0 ? null : issue)),
            2 => active.In(new SubscriberState.Left(TestApp.Start, issue)),
            3 => active.In(new SubscriberState.Suppressed(TestApp.Start, SuppressionReason.Blocked, issue)),
            4 => active.In(new SubscriberState.Active([new Placement(slot, issue, null)], new Pause(issue.Monday, issue.Plus(-3)))),
            5 when slot != other => active.In(new SubscriberState.Active([new Placement(other, issue.Plus(-5), issue), new Placement(slot, issue.Plus(1), null)])),
            _ => active,
        };
    }

    private static TableEntity Entry(Random random, int number, Slot slot)
    {
        var first = Issue(random);
        var row = (Tests.People.Entry(number) with { FirstIssue = first, LastIssue = random.Next(3) == 0 ? first.Plus(random.Next(9)) : null }).Write(slot);
        if (random.Next(6) == 0)
            row["FirstIssue"] = "some day";
        if (random.Next(6) == 0)
            row["Language"] = "ko";
        return row;
    }

    private static IssueId Issue(Random random) => Slots.Issue("2026-W40").Plus(random.Next(14));
}
