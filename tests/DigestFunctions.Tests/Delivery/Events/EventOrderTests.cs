using System.Text;
using Azure.Data.Tables;
using CsCheck;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Delivery.Events;
using DigestFunctions.Core.Subscribers;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Delivery.Events;

/// <summary>Events come late, twice and in any order: what they leave behind is the same.</summary>
public sealed class EventOrderTests(SharedAzurite azurite)
{
    private const int Members = 8;

    // What can become of one mail, and of three in a row.
    private static readonly string[][] Stories =
    [
        ["processed", "delivered"],
        ["processed", "deferred", "deferred", "delivered"],
        ["processed", "delivered", "spamreport"],
        ["processed", "delivered", "unsubscribe"],
        ["processed", "delivered", "unsubscribe", "spamreport"],
        ["processed", "bounce:bounce"],
        ["processed", "bounce:blocked"],
        ["dropped:Bounced Address"],
        ["dropped:Spam Reporting Address"],
        ["dropped:Invalid"],
        ["processed", "open", "nonsense"],
        [],
    ];

    private static readonly Gen<(int[] Stories, int Seed)> Cases =
        Gen.Select(Gen.Int[0, Stories.Length - 1].Array[Members], Gen.Int);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_the_order_and_however_often_the_rows_are_the_same_in_the_end()
    {
        await using var sending = await Sending.StartAsync(azurite, webhook: true, []);
        var scene = 0;

        await Cases.SampleAsync(
            async one =>
            {
                var straight = await PlayAsync(sending, Interlocked.Increment(ref scene), one.Stories, events => [events]);
                var crooked = await PlayAsync(sending, Interlocked.Increment(ref scene), one.Stories, events => Disorder(events, new Random(one.Seed)));
                return straight == crooked
                    ? true
                    : throw new InvalidOperationException($"Straight:\n{straight}\nIn disorder:\n{crooked}");
            },
            iter: 25,
            threads: 1);
    }

    // Each comes at least once, some come again, in posts of a few.
    private static IEnumerable<string[]> Disorder(string[] events, Random random)
    {
        var order = events.Concat(events.Where(_ => random.Next(3) == 0)).Concat(events.Where(_ => random.Next(3) == 0)).ToArray();
        random.Shuffle(order);
        return order.Chunk(random.Next(1, 6));
    }

    private static async Task<string> PlayAsync(Sending sending, int scene, int[] stories, Func<string[], IEnumerable<string[]>> posts)
    {
        var people = Enumerable.Range(0, Members).Select(member => People.Id((scene * 100) + member)).ToList();
        await sending.Store.AddAsync(Enumerable.Range(0, Members).Select(member => People.Active((scene * 100) + member, Slots.Tuesday)));
        var batch = await RecordAsync(sending, scene, people);

        var events = stories.SelectMany((story, member) => Stories[story].Select((kind, step) =>
            Reported.Event(kind, Reported.Of(batch, 1, member), at: Reported.At + Duration.FromMinutes(step)))).ToArray();
        foreach (var post in posts(events))
        {
            await sending.Get<ProviderEvents>().ApplyAsync(
                EventReader.Read(Encoding.UTF8.GetBytes($"[{string.Join(',', post)}]"), sending.Now), Cancellation);
        }

        return await DescribeAsync(sending, batch, people);
    }

    private static async Task<Batch> RecordAsync(Sending sending, int scene, IReadOnlyList<SubscriberId> people)
    {
        Assert.True(Variant.TryParse("en|call-instead-of-typing", out var variant));
        var claimed = new BatchState.Claimed(new Attempt("ours", Sending.Run.Due, MemberSet.None), Sending.Run.Due);
        var range = Slots.Range(scene.ToString("x4", System.Globalization.CultureInfo.InvariantCulture));
        var batch = new Batch(Sending.Run, range, new BatchName(0), variant, people, MemberSet.None, Attempts: 0, new BatchState.Planned(), default);
        var recorded = Assert.Single((await sending.Get<Ledger>().TryRecordAsync(Sending.Run, range, [batch], Cancellation))!);
        return (await sending.Get<Ledger>().TryMoveAsync(recorded with { Attempts = 1, State = claimed }, Cancellation))!;
    }

    private static async Task<string> DescribeAsync(Sending sending, Batch batch, IReadOnlyList<SubscriberId> people)
    {
        var text = new StringBuilder();
        Describe((await sending.Store.Deliveries.GetEntityAsync<TableEntity>(batch.Run.ToString(), batch.Key, cancellationToken: Cancellation)).Value, "At", "Step", "Members");
        foreach (var id in people)
        {
            var suppression = await sending.Store.Suppressions.GetEntityIfExistsAsync<TableEntity>(id.Partition, id.ToString(), cancellationToken: Cancellation);
            if (suppression.HasValue)
                Describe(suppression.Value!);
            text.AppendLine((await sending.Get<SubscriberStore>().FindAsync(id, Cancellation))!.State.GetType().Name);
        }

        return text.ToString();

        void Describe(TableEntity row, params string[] without) => text.AppendJoin(' ', row
            .Where(column => !without.Contains(column.Key) && column.Key is not ("PartitionKey" or "RowKey" or "Timestamp" or "odata.etag"))
            .OrderBy(column => column.Key, StringComparer.Ordinal)
            .Select(column => $"{column.Key}={(column.Value is byte[] bits ? Convert.ToHexString(bits) : column.Value)}")).AppendLine();
    }
}
