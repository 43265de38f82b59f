using Azure;
using Azure.Data.Tables;
using DigestFunctions.Benchmarks.Scene;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using NodaTime;

namespace DigestFunctions.Benchmarks.Pages;

/// <summary>What the operator's pages show of a service with many slots: three months of days, and a day's runs, past and to come.</summary>
internal static class OperateScene
{
    private const int Runs = 250;

    public static async Task FillAsync(Store store, RunTable runs, Instant now, CancellationToken cancellation)
    {
        for (var back = 1; back <= TodayReader.DaysShown; back++)
            await store.Snapshots.UpsertEntityAsync(DayOf(now, back), TableUpdateMode.Merge, cancellation);
        await Filling.AddAsync(store.Slots, Near(now, Duration.FromHours(1), Duration.FromHours(23)).Take(Runs).Select(SlotTable.RowOf), cancellation);
        foreach (var run in Near(now, Duration.FromHours(-25), Duration.FromHours(-1)).Take(Runs))
        {
            await runs.RecordPlannedAsync(run, run.Due - Duration.FromHours(1), cancellation);
            var counted = new TableEntity(run.Issue.ToString(), run.ToString()) { ["State"] = "Settled", ["Accepted"] = 2_000, ["Delivered"] = 1_990, ["Bounced"] = 3 };
            await store.Runs.UpdateEntityAsync(counted, ETag.All, TableUpdateMode.Merge, cancellation);
        }
    }

    private static TableEntity DayOf(Instant now, int back) => new("days", now.InUtc().Date.PlusDays(-back).ToString("uuuu-MM-dd", null))
    {
        ["TakenAt"] = (now - Duration.FromDays(back)).ToDateTimeOffset(),
        ["Active"] = 1_000_000 - (700 * back),
        ["Paused"] = 3_000,
        ["Pending"] = 900,
        ["LeftInAll"] = 21_000 - (20 * back),
        ["Suppressed"] = 1_800,
        ["Accepted"] = 140_000,
        ["Delivered"] = 139_000,
        ["Bounced"] = 120,
        ["Complained"] = 30,
    };

    // A run of each zone and time, where that is due between the two.
    private static IEnumerable<RunId> Near(Instant now, Duration earliest, Duration latest) =>
        from zone in TimeZoneId.All
        from time in SlotTime.All
        from weekday in Weekdays.All
        let slot = new Slot(SlotKind.Digest, zone, weekday, time)
        let run = new RunId(slot, slot.NextDate(now + earliest))
        where run.Due < now + latest
        select run;
}
