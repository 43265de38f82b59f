using System.Diagnostics.CodeAnalysis;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Delivery;

/// <summary>
/// The entries of a range while its batches are sent: read once, at the decision or at the first need, and read
/// anew, a batch at a time, only when one of the slot's was taken away or changed since.
/// </summary>
internal sealed class RangeEntries(ScheduleEntries schedule, RunId run, IdRange range)
{
    private Dictionary<SubscriberId, ScheduleEntry> entries = [];
    private string? changes;

    /// <summary>The entries of the run's issue, in the order of ids; null where they are more than the limit.</summary>
    public async Task<IReadOnlyList<ScheduleEntry>?> TryReadAsync(int limit, CancellationToken cancellation)
    {
        // Before the first page: what changes while we read counts as changed since.
        var before = await schedule.ChangesAsync(run.Slot, cancellation);
        if (await schedule.TryReadAsync(run.Slot, range, run.Issue, limit, cancellation) is not { } read)
            return null;
        entries = read.ToDictionary(entry => entry.Id);
        changes = before;
        return read;
    }

    /// <summary>Whether <see cref="TryFind"/> finds nobody who has left by now.</summary>
    public async Task<bool> AreFreshAsync(CancellationToken cancellation) =>
        changes is not null && changes == await schedule.ChangesAsync(run.Slot, cancellation);

    /// <summary>Reads those of a batch anew.</summary>
    public async Task RefreshAsync(Batch batch, CancellationToken cancellation)
    {
        foreach (var member in batch.Members)
            entries.Remove(member);
        foreach (var entry in await schedule.ReadAsync(run.Slot, batch.Members[0], batch.Members[^1], run.Issue, cancellation))
            entries[entry.Id] = entry;
    }

    public bool TryFind(SubscriberId id, [NotNullWhen(true)] out ScheduleEntry? entry) => entries.TryGetValue(id, out entry);
}
