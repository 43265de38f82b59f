using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Core.Delivery;

/// <summary>
/// The entries of a range while its batches are sent: read at the decision or at the first need, and read anew
/// once they are no longer fresh, so that nobody is sent to by what was true ten seconds before.
/// </summary>
internal sealed class RangeEntries(ScheduleEntries schedule, RunId run, IdRange range, TimeProvider time)
{
    /// <summary>How old an entry may be when its batch is claimed.</summary>
    public static readonly Duration Fresh = Duration.FromSeconds(10);

    private Dictionary<SubscriberId, ScheduleEntry> entries = [];
    private long? readAt;

    /// <summary>The first <paramref name="limit"/> entries of the run's issue, in the order of ids.</summary>
    public async Task<IReadOnlyList<ScheduleEntry>> ReadAsync(int limit, CancellationToken cancellation)
    {
        // As of before the first page: what changes while we read may be missed.
        var at = time.GetTimestamp();
        var read = await schedule.ReadAsync(run.Slot, range, run.Issue, limit, cancellation);
        entries = read.ToDictionary(entry => entry.Id);
        readAt = at;
        return read;
    }

    /// <summary>Makes sure that what <see cref="TryFind"/> finds is fresh.</summary>
    public async ValueTask RefreshAsync(CancellationToken cancellation)
    {
        if (readAt is not { } at || time.GetElapsedTime(at) > Fresh.ToTimeSpan())
            await ReadAsync(int.MaxValue, cancellation);
    }

    public bool TryFind(SubscriberId id, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ScheduleEntry? entry) =>
        entries.TryGetValue(id, out entry);
}
