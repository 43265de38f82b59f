using Azure.Data.Tables;
using DigestFunctions.Core.Storage;
using NodaTime;

namespace DigestFunctions.Core.Schedule;

/// <summary>The runs by ISO week: when each was planned, or that it came too late to be.</summary>
internal sealed class RunTable(Store store)
{
    /// <summary>Records a run; one that is recorded already stays as it is.</summary>
    public Task RecordPlannedAsync(RunId run, Instant now, CancellationToken cancellation) =>
        RecordAsync(run, now, "Planned", cancellation);

    /// <summary>Records a run that is skipped: its time was too long ago when it came to be planned. False if it is recorded already.</summary>
    public Task<bool> TryRecordLateAsync(RunId run, Instant now, CancellationToken cancellation) =>
        RecordAsync(run, now, "Late", cancellation);

    private Task<bool> RecordAsync(RunId run, Instant now, string state, CancellationToken cancellation) =>
        store.Runs.TryInsertAsync(
            new TableEntity(run.Issue.ToString(), run.ToString())
            {
                ["State"] = state,
                ["Due"] = run.Due.ToDateTimeOffset(),
                ["PlannedAt"] = now.ToDateTimeOffset(),
            },
            cancellation);
}
