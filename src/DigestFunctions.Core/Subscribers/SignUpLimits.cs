using System.Globalization;
using Azure.Data.Tables;
using DigestFunctions.Core.Storage;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace DigestFunctions.Core.Subscribers;

/// <param name="MaxPerHour">How many sign-ups the whole service takes in an hour.</param>
internal sealed record SignUpOptions(int MaxPerHour = SignUpOptions.DefaultMaxPerHour)
{
    public const int DefaultMaxPerHour = 2_000;
    public const int HighestMaxPerHour = 1_000_000;
}

/// <summary>Whether one more sign-up is taken.</summary>
internal enum Admission
{
    Taken,

    /// <summary>Its network has had its share of this hour.</summary>
    NetworkFull,

    /// <summary>So has the whole service.</summary>
    ServiceFull,

    /// <summary>Too many came at the same moment.</summary>
    Busy,
}

/// <summary>
/// Counts sign-ups by hour, in all and by network, for all instances together: one query and one transaction for each.
/// The whole is divided among shards, so that not everybody waits for one row, and each network is in one of them.
/// </summary>
internal sealed partial class SignUpLimits(Store store, SignUpOptions options, TimeProvider time, ILogger<SignUpLimits> logger)
{
    /// <summary>Enough for a workshop that signs up together behind one address.</summary>
    public const int PerNetwork = 30;

    // Beyond all networks, which are hex digits.
    private const string All = "~all";
    private const string Unknown = "unknown";
    private const string Count = "Count";
    private const int MostTries = 8;

    // A query looks at every row of its shard; and in a small one, chance alone would reach the ceiling too early.
    private const int ShardSize = 500;
    private readonly int shards = Math.Clamp(options.MaxPerHour / ShardSize, 1, 256);
    private long toldHour;

    /// <summary>Counts a sign-up from a network, by its hash, unless that would be one too many: then nothing is written.</summary>
    public async Task<Admission> AdmitAsync(string networkHash, CancellationToken cancellation)
    {
        var network = networkHash.Length > 0 ? networkHash : Unknown;
        var shard = networkHash.Length > 0 ? Convert.ToUInt16(networkHash[..4], 16) % shards : 0;
        // Not for ever: many who want the same row get it one after the other.
        for (var tries = 1; tries <= MostTries; tries++)
        {
            var counts = await ReadAsync($"{Hour(time.Now)}|{shard}", network, cancellation);
            if (NumberOf(counts.OfNetwork) >= PerNetwork)
                return Admission.NetworkFull;
            if (NumberOf(counts.OfAll) >= ShareOf(shard))
                return TellCeiling();
            if (await TryCountAsync([counts.OfNetwork, counts.OfAll], cancellation))
                return Admission.Taken;
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 20 * tries)), time, cancellation);
        }

        return Admission.Busy;
    }

    /// <summary>How long until all counts begin anew.</summary>
    public Duration UntilNextHour => Duration.FromHours(1) - Duration.FromTicks(time.Now.ToUnixTimeTicks() % NodaConstants.TicksPerHour);

    /// <summary>The filter for the counts of all hours before that of a moment.</summary>
    public static string Before(Instant moment) => TableClient.CreateQueryFilter($"PartitionKey lt {Hour(moment)}");

    // The shards' shares are the whole, also where it can't be divided.
    private int ShareOf(int shard) => (options.MaxPerHour + shards - 1 - shard) / shards;

    private static string Hour(Instant moment) => moment.ToString("yyyy-MM-dd'T'HH", CultureInfo.InvariantCulture);

    private static int NumberOf(TableEntity row) => row.GetInt32(Count) ?? 0;

    private async Task<(TableEntity OfNetwork, TableEntity OfAll)> ReadAsync(string partition, string network, CancellationToken cancellation)
    {
        var (ofNetwork, ofAll) = (new TableEntity(partition, network), new TableEntity(partition, All));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and (RowKey eq {network} or RowKey eq {All})");
        await foreach (var row in store.Limits.QueryAsync<TableEntity>(filter, cancellationToken: cancellation))
            (ofNetwork, ofAll) = row.RowKey == All ? (ofNetwork, row) : (row, ofAll);
        return (ofNetwork, ofAll);
    }

    private async Task<bool> TryCountAsync(TableEntity[] rows, CancellationToken cancellation)
    {
        try
        {
            await store.Limits.SubmitTransactionAsync(rows.Select(One), cancellation);
            return true;
        }
        catch (TableTransactionFailedException busy) when (busy.Status is 409 or 412)
        {
            return false;
        }
    }

    // One more of a row that is as it was read, or still isn't there.
    private static TableTransactionAction One(TableEntity row)
    {
        var counted = new TableEntity(row.PartitionKey, row.RowKey) { [Count] = NumberOf(row) + 1 };
        return row.ETag == default
            ? new TableTransactionAction(TableTransactionActionType.Add, counted)
            : new TableTransactionAction(TableTransactionActionType.UpdateReplace, counted, row.ETag);
    }

    private Admission TellCeiling()
    {
        var hour = time.Now.ToUnixTimeSeconds() / NodaConstants.SecondsPerHour;
        if (Interlocked.Exchange(ref toldHour, hour) != hour)
            CeilingReached(options.MaxPerHour);
        return Admission.ServiceFull;
    }

    [LoggerMessage(412, LogLevel.Warning, "There are as many sign-ups in this hour as SignUp:MaxPerHour allows ({MaxPerHour}), and more are told to come back later: a flood, or good news.")]
    private partial void CeilingReached(int maxPerHour);
}
