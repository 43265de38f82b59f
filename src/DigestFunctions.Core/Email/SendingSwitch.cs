using Azure.Data.Tables;
using DigestFunctions.Core.Storage;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace DigestFunctions.Core.Email;

/// <param name="By">Who paused all sending.</param>
/// <param name="Since">When.</param>
/// <param name="Why">The reason that they gave.</param>
internal sealed record SendingPause(string By, Instant Since, string Why);

/// <param name="Freshness">How old what an instance knows of the switch can be.</param>
internal sealed record SwitchOptions(Duration Freshness);

/// <summary>
/// The one switch that pauses all sending, of every instance. Each looks at it at most every half minute, so that it
/// holds within that, and costs next to nothing.
/// </summary>
/// <param name="options">Where it isn't the usual half minute: tests of several processes don't wait so long.</param>
internal sealed partial class SendingSwitch(Store store, TimeProvider time, ILogger<SendingSwitch> logger, SwitchOptions? options = null)
{
    /// <summary>How old what an instance knows can be, unless it was set otherwise.</summary>
    public static readonly Duration UsualFreshness = Duration.FromSeconds(30);

    public const string Partition = "switches";
    public const string Row = "sending";

    private volatile Known known = new(IsPaused: false, LookedAt: null);

    /// <summary>How old what this instance knows can be.</summary>
    public Duration Freshness { get; } = options?.Freshness ?? UsualFreshness;

    /// <summary>Whether all sending is paused. Doesn't fail: while the store is away, what was known holds.</summary>
    public async ValueTask<bool> IsPausedAsync(CancellationToken cancellation)
    {
        // A clock that was put back asks too often, and never too seldom.
        if (known.LookedAt is not { } at || time.Now < at || time.Now >= at + Freshness)
            await LookAsync(cancellation);
        return known.IsPaused;
    }

    /// <summary>The pause as it is now, for who has to know exactly; null while mail is sent.</summary>
    public async Task<SendingPause?> FindAsync(CancellationToken cancellation) =>
        await store.Switches.FindAsync(Partition, Row, cancellation) is { } row ? Read(row) : null;

    public static SendingPause Read(TableEntity row) => new(row.ReadText("By"), row.ReadInstant("Since"), row.ReadText("Why"));

    /// <summary>Pauses all sending; false if it is paused already, by whom and why as it was.</summary>
    public async Task<bool> PauseAsync(string by, string why, CancellationToken cancellation)
    {
        var paused = await store.Switches.TryInsertAsync(
            new TableEntity(Partition, Row) { ["By"] = by, ["Since"] = time.GetUtcNow(), ["Why"] = why }, cancellation);
        known = new Known(IsPaused: true, time.Now);
        return paused;
    }

    /// <summary>Goes on sending; false if it wasn't paused.</summary>
    public async Task<bool> ResumeAsync(CancellationToken cancellation)
    {
        var row = await store.Switches.FindAsync(Partition, Row, cancellation);
        var resumed = row is not null && await store.Switches.TryDeleteAsync(row, cancellation);
        known = new Known(IsPaused: false, time.Now);
        return resumed;
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        var was = known.IsPaused;
        try
        {
            known = new Known(await FindAsync(cancellation) is not null, time.Now);
        }
        catch (Exception away) when (StoreFaults.IsAway(away) && !cancellation.IsCancellationRequested)
        {
            known = known with { LookedAt = time.Now };
        }

        if (known.IsPaused != was)
            Changed(known.IsPaused ? "is paused by the operator" : "goes on");
    }

    private sealed record Known(bool IsPaused, Instant? LookedAt);

    [LoggerMessage(406, LogLevel.Warning, "All sending {How}.")]
    private partial void Changed(string how);
}
