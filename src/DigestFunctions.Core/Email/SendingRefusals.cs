using Azure.Data.Tables;
using DigestFunctions.Core.Storage;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace DigestFunctions.Core.Email;

/// <param name="Since">When the provider first refused, of those times that came without one that it took between them.</param>
/// <param name="Why">What it said.</param>
internal sealed record SendingRefusal(Instant Since, string Why)
{
    /// <summary>Whether the sender isn't verified, by the provider's words; else it is the key or the account.</summary>
    public bool IsOfSender =>
        Why.Contains("Sender Identity", StringComparison.OrdinalIgnoreCase) || Why.Contains("from address", StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// Keeps in the store that the provider refuses whatever we send (401, 403), for the operator's page: the instance that
/// shows it need not be the one that sends, and a probe says that all is well while the sender isn't verified.
/// </summary>
internal sealed partial class SendingRefusals(Store store, TimeProvider time, ILogger<SendingRefusals> logger)
{
    public const string Row = "refused";

    /// <summary>One that nobody has met for so long tells of a process that is no more: what was due is over by then.</summary>
    private static readonly Duration Memory = Duration.FromHours(25);

    // Again and again: so that it doesn't grow old while it lasts, and so that one who sends takes away what another noted.
    private static readonly Duration Repeat = Duration.FromMinutes(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private volatile Noted? noted;

    /// <summary>The refusal of a row, unless it is too old.</summary>
    public static SendingRefusal? Read(TableEntity row, Instant now) =>
        row.ReadInstant("At") + Memory > now ? new SendingRefusal(row.ReadInstant("Since"), row.ReadText("Why")) : null;

    public async Task<SendingRefusal?> FindAsync(CancellationToken cancellation) =>
        await store.Switches.FindAsync(SendingSwitch.Partition, Row, cancellation) is { } row ? Read(row, time.Now) : null;

    /// <summary>
    /// Notes why a mail was refused, or null for one that was taken. Costs nothing while it is as before, but for a look
    /// every quarter of an hour, and fails never: what became of a mail is worth more than a note of it.
    /// </summary>
    public async Task NoteAsync(string? why)
    {
        var now = time.Now;
        if (noted is { } last && last.Why == why && now < last.At + Repeat)
            return;
        // Where it can't be written, too: no mail waits for a store that is away.
        noted = new Noted(why, now);
        try
        {
            using var patience = new CancellationTokenSource(Patience, time);
            await WriteAsync(why, now, patience.Token);
        }
        catch (Exception failure) when (StoreFaults.IsAway(failure) || failure is OperationCanceledException or InvalidDataException)
        {
            NotNoted(failure.GetType().Name);
        }
    }

    private async Task WriteAsync(string? why, Instant now, CancellationToken cancellation)
    {
        var row = await store.Switches.FindAsync(SendingSwitch.Partition, Row, cancellation);
        if (why is not null)
        {
            var since = row is not null && Read(row, now) is { } known ? known.Since : now;
            await store.Switches.UpsertEntityAsync(
                new TableEntity(SendingSwitch.Partition, Row) { ["Since"] = since.ToDateTimeOffset(), ["At"] = now.ToDateTimeOffset(), ["Why"] = why },
                TableUpdateMode.Replace, cancellation);
        }
        else if (row is not null)
        {
            await store.Switches.TryDeleteAsync(row, cancellation);
        }
    }

    [LoggerMessage(407, LogLevel.Warning, "Whether SendGrid takes what we send could not be written down for the operator's page ({Failure}).")]
    private partial void NotNoted(string failure);

    private sealed record Noted(string? Why, Instant At);
}
