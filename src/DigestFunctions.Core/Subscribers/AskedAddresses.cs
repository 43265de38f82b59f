using System.Globalization;
using Azure.Data.Tables;
using DigestFunctions.Core.Storage;
using NodaTime;
using NodaTime.Text;

namespace DigestFunctions.Core.Subscribers;

/// <summary>
/// How often an address was asked whether somebody's mail is to go there, whoever asked: for one of whom there may be
/// no row to count it in. A row for each day, by id.
/// </summary>
internal sealed class AskedAddresses(Store store, TimeProvider time)
{
    private const string Asked = "Asked";

    /// <summary>Counts one more, unless that would be one too many: then nothing is written.</summary>
    public async Task<bool> TryCountAsync(SubscriberId id, CancellationToken cancellation)
    {
        while (true)
        {
            var (now, today) = (time.Now, time.Now.InUtc().Date);
            var yesterdays = await FindAsync(today.PlusDays(-1), id, cancellation);
            var todays = await FindAsync(today, id, cancellation);
            if (!AskLimit.Allows([.. Read(yesterdays), .. Read(todays)], now))
                return false;
            var counted = new TableEntity(Partition(today), id.ToString())
            {
                [Asked] = string.Join(' ', Read(todays).Append(now).Select(InstantPattern.ExtendedIso.Format)),
                ETag = todays?.ETag ?? default,
            };
            if (todays is null ? await store.Limits.TryInsertAsync(counted, cancellation) : await store.Limits.TryReplaceAsync(counted, cancellation))
                return true;
        }
    }

    // Beyond all hours of the day, with which it goes.
    private static string Partition(LocalDate day) => day.ToString("uuuu-MM-dd'T24'", CultureInfo.InvariantCulture);

    private Task<TableEntity?> FindAsync(LocalDate day, SubscriberId id, CancellationToken cancellation) =>
        store.Limits.FindAsync(Partition(day), id.ToString(), cancellation);

    private static IEnumerable<Instant> Read(TableEntity? row) =>
        (row?.GetString(Asked) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => InstantPattern.ExtendedIso.Parse(text).Value);
}
