using CsvHelper;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using NodaTime;
using NodaTime.Text;

namespace DigestFunctions.Core.Operations.Importing;

/// <param name="Unreadable">Rows of the store that can't be read, and aren't in the file.</param>
internal sealed record ExportCounts(long Subscribers, long Unreadable);

/// <summary>
/// Writes all subscribers as CSV, of the columns that an import reads, a page of the store at a time. UTF-8 with the
/// mark that spreadsheets want, and with nothing in it that they would run.
/// </summary>
internal sealed class Export(SubscriberStore subscribers, AuditLog audit, TimeProvider time)
{
    private const int ProgressEvery = 5_000;

    private static readonly CsvWriterOptions Options = new() { WriteByteOrderMark = true, NewLine = "\r\n" };

    public async Task<ExportCounts> WriteAsync(Stream output, Operator by, IProgress<long>? progress, CancellationToken cancellation)
    {
        // Before the first address leaves.
        await audit.AddAsync(by, AuditAction.Exported, "", "all subscribers", cancellation);
        await using var csv = CsvWriter.Create(output, Options, leaveOpen: true);
        await WriteAsync(csv, Enum.GetValues<ImportColumn>().Select(ImportHeader.NameOf), cancellation);
        var (written, unreadable) = (0L, 0L);
        await foreach (var found in subscribers.AllAsync(cancellation))
        {
            if (found.Subscriber is not { } subscriber)
            {
                unreadable++;
                continue;
            }

            await WriteAsync(csv, Enum.GetValues<ImportColumn>().Select(column => Field(subscriber, column, time.Now)), cancellation);
            if (++written % ProgressEvery == 0)
                progress?.Report(written);
        }

        await csv.FlushAsync(cancellation);
        return new ExportCounts(written, unreadable);
    }

    private static ValueTask WriteAsync(CsvWriter csv, IEnumerable<string> fields, CancellationToken cancellation)
    {
        foreach (var field in fields)
            csv.WriteField(FieldText.Neutralize(field));
        return csv.EndRecordAsync(cancellation);
    }

    private static string Field(Subscriber subscriber, ImportColumn column, Instant now)
    {
        var chosen = subscriber.Preferences;
        return column switch
        {
            ImportColumn.Email => subscriber.Address.ToString(),
            ImportColumn.Name => chosen.Name.ToString(),
            ImportColumn.Language => chosen.Language.ToString(),
            ImportColumn.Timezone => chosen.Zone.ToString(),
            ImportColumn.Weekday => Weekdays.Short(chosen.Weekday),
            ImportColumn.Time => chosen.Time.ToString(),
            ImportColumn.Focus => chosen.Tips.Focus.ToString(),
            ImportColumn.Energy => chosen.Tips.Energy.ToKey(),
            ImportColumn.Reminders => chosen.Reminders.Days.ToString(),
            ImportColumn.ReminderTime => chosen.Reminders.Days.IsEmpty ? "" : chosen.Reminders.Time.ToString(),
            ImportColumn.PausedUntil => WeeklyRule.PausedUntil(subscriber, now) is { } until ? LocalDatePattern.Iso.Format(until) : "",
            ImportColumn.Consent => subscriber.Consent.GivenAt is { } given ? InstantPattern.ExtendedIso.Format(given) : "",
            ImportColumn.ConsentSource => subscriber.Consent.GivenAt is null ? "" : subscriber.Consent.Asked.Text,
            _ => subscriber.State.GetType().Name.ToLowerInvariant(),
        };
    }
}
