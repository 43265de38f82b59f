using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using NodaTime;

namespace DigestFunctions.Core.Operations;

/// <summary>
/// Reads how all is, by ten storage operations however many subscribers there are, all at once. None of them looks at
/// all subscribers: the sweep counts those.
/// </summary>
internal sealed class TodayReader(
    Store store, Snapshots snapshots, SettingGaps gaps, IMailProvider provider, SendGridOptions options, TimeProvider time)
{
    /// <summary>How many days are shown over time.</summary>
    public const int DaysShown = 90;

    private const int WeeksOfTrouble = 2;
    private static readonly Duration LongestRecent = Duration.FromHours(26);
    private static readonly TimeSpan ProviderPatience = TimeSpan.FromSeconds(2);

    public async Task<Today> ReadAsync(CancellationToken cancellation)
    {
        var now = time.Now;
        var switches = SwitchesAsync(now, cancellation);
        var next = NextAsync(now, cancellation);
        var runs = RunsAsync(now, cancellation);
        var queues = Task.WhenAll(ReadAsync(store.Ranges, store.PoisonedRanges, cancellation), ReadAsync(store.Mails, store.PoisonedMails, cancellation));
        var days = snapshots.SinceAsync(now.InUtc().Date.PlusDays(-DaysShown), cancellation);
        var health = HealthAsync(cancellation);
        await Task.WhenAll(switches, next, runs, queues, days, health);
        return new Today(
            now, (await switches).Pause, [.. (await next).Runs], [.. (await runs).Runs], (await next).HasMore || (await runs).HasMore,
            await queues, await health is ProviderHealth.Away && !gaps.IsProviderKnown ? ProviderHealth.Unknown : await health, await days)
        {
            Refusal = (await switches).Refusal,
            Gaps = gaps.All,
        };
    }

    private async Task<(SendingPause? Pause, SendingRefusal? Refusal)> SwitchesAsync(Instant now, CancellationToken cancellation)
    {
        var (rows, _) = await FirstPageAsync(store.Switches, TableClient.CreateQueryFilter($"PartitionKey eq {SendingSwitch.Partition}"), cancellation);
        return (
            rows.FirstOrDefault(row => row.RowKey == SendingSwitch.Row) is { } pause ? SendingSwitch.Read(pause) : null,
            rows.FirstOrDefault(row => row.RowKey == SendingRefusals.Row) is { } refusal ? SendingRefusals.Read(refusal, now) : null);
    }

    private async Task<(IEnumerable<RunId> Runs, bool HasMore)> NextAsync(Instant now, CancellationToken cancellation)
    {
        var filter = SlotTable.DueUntil(now + Duration.FromDays(1));
        var (rows, hasMore) = await FirstPageAsync(store.Slots, filter, cancellation);
        // One that can't be read is said by the planner.
        return (rows.Select(row => SlotTable.TryReadNext(row, out var run) ? run : (RunId?)null).OfType<RunId>().OrderBy(run => run.Due), hasMore);
    }

    private async Task<(IEnumerable<RunToday> Runs, bool HasMore)> RunsAsync(Instant now, CancellationToken cancellation)
    {
        var week = IssueId.Of(now, DateTimeZone.Utc);
        var (first, last) = (week.Plus(-WeeksOfTrouble).ToString(), week.Plus(1).ToString());
        var recent = (now - LongestRecent).ToDateTimeOffset();
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey ge {first} and PartitionKey le {last} and (Due ge {recent} or Held gt 0 or Blocked gt 0 or Late gt 0 or Unproven gt 0 or State eq 'Late' or Settled eq false)");
        var (rows, hasMore) = await FirstPageAsync(store.Runs, filter, cancellation);
        return (rows.Select(Read).OfType<RunToday>().OrderByDescending(run => run.IsTroubled(now)).ThenByDescending(run => run.Run.Due), hasMore);
    }

    private static RunToday? Read(TableEntity row) => RunId.TryParse(row.RowKey, out var run)
        ? new RunToday(run, row.GetString("State") ?? "", row.FindInstant("PlannedAt"), Snapshots.MailsOf(row), row.GetInt32("Absent") ?? 0, row.GetInt32("Unproven") ?? 0, row.ContainsKey(nameof(RunTotals.Accepted)))
        : null;

    private static async Task<(IReadOnlyList<TableEntity> Rows, bool HasMore)> FirstPageAsync(TableClient table, string filter, CancellationToken cancellation)
    {
        await foreach (var page in table.QueryAsync<TableEntity>(filter, Store.PageSize, cancellationToken: cancellation).AsPages())
            return (page.Values, page.ContinuationToken is not null);
        return ([], false);
    }

    private static async Task<QueueToday> ReadAsync(QueueClient queue, QueueClient poison, CancellationToken cancellation)
    {
        var (messages, oldest, poisoned) = (CountAsync(queue, cancellation), queue.PeekMessagesAsync(1, cancellation), CountAsync(poison, cancellation));
        await Task.WhenAll(messages, oldest, poisoned);
        var insertedOn = (await oldest).Value is [{ InsertedOn: { } at }, ..] ? Instant.FromDateTimeOffset(at) : (Instant?)null;
        return new QueueToday(queue.Name, await messages, insertedOn, await poisoned);
    }

    private static async Task<int> CountAsync(QueueClient queue, CancellationToken cancellation)
    {
        try
        {
            return (await queue.GetPropertiesAsync(cancellation)).Value.ApproximateMessagesCount;
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            // A poison queue is made with its first message.
            return 0;
        }
    }

    private async Task<ProviderHealth> HealthAsync(CancellationToken cancellation)
    {
        if (options.ApiKey.Length == 0)
            return ProviderHealth.NoKey;
        using var patience = new CancellationTokenSource(ProviderPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            return await provider.ProbeAsync(either.Token) switch
            {
                ProbeOutcome.Well => ProviderHealth.Well,
                ProbeOutcome.KeyRefused => ProviderHealth.KeyRefused,
                _ => ProviderHealth.Away,
            };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return ProviderHealth.Away;
        }
    }
}
