using System.Globalization;
using Azure.Data.Tables;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using NodaTime;
using NodaTime.Text;

namespace DigestFunctions.Core.Operations;

/// <summary>What became of the digests and reminders that were due on a UTC day.</summary>
internal sealed record MailsOfDay(int Accepted, int Delivered, int Bounced, int Complained, int Refused, int Held, int Blocked, int LetBe, int Late)
{
    public static readonly MailsOfDay None = new(0, 0, 0, 0, 0, 0, 0, 0, 0);

    public MailsOfDay Plus(MailsOfDay other) => new(
        Accepted + other.Accepted,
        Delivered + other.Delivered,
        Bounced + other.Bounced,
        Complained + other.Complained,
        Refused + other.Refused,
        Held + other.Held,
        Blocked + other.Blocked,
        LetBe + other.LetBe,
        Late + other.Late);
}

/// <summary>A UTC day as the sweep wrote it down.</summary>
/// <param name="TakenAt">When the people were counted; null where only the day's mails were.</param>
/// <param name="Left">How many left on that day; null until it is over.</param>
/// <param name="Mails">What became of its mails; null until they were counted, in the night after it.</param>
internal sealed record Day(
    LocalDate Date, Instant? TakenAt, PeopleCounts People, int? Left, MailsOfDay? Mails, IReadOnlyList<CheckInCounts> CheckIns, IReadOnlyList<int> DueByHour);

/// <summary>A row for each UTC day, which the daily sweep writes: how many subscribers there are, and what became of the day's mails.</summary>
internal sealed class Snapshots(Store store)
{
    private const string Partition = "days";

    // A run can go a day late, and is counted for a week after.
    private const int DaysRecounted = 9;

    /// <summary>Writes down what a sweep counted, and counts the mails of the last days anew. Returns how many days it wrote.</summary>
    public async Task<int> WriteAsync(Census census, Instant now, CancellationToken cancellation)
    {
        var today = now.InUtc().Date;
        await MergeAsync(PeopleRow(today, census, now), cancellation);
        await MergeAsync(new TableEntity(Partition, Key(today.PlusDays(-1))) { ["LeftOnDay"] = census.LeftYesterday }, cancellation);
        var mails = await CountMailsAsync(today.PlusDays(-DaysRecounted), today, cancellation);
        foreach (var (date, counts) in mails)
            await MergeAsync(MailsRow(date, counts), cancellation);
        return 1 + mails.Count;
    }

    /// <summary>The days from a date on, oldest first; one query.</summary>
    public async Task<IReadOnlyList<Day>> SinceAsync(LocalDate date, CancellationToken cancellation)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey ge {Key(date)}");
        return await store.Snapshots.QueryAsync<TableEntity>(filter, Store.PageSize, cancellationToken: cancellation).Select(Read).ToListAsync(cancellation);
    }

    /// <summary>What became of the mails that were due between two moments, as far as it is known now; one query.</summary>
    public async Task<MailsOfDay> MailsAsync(Instant from, Instant until, CancellationToken cancellation)
    {
        var mails = MailsOfDay.None;
        await foreach (var row in RunsAsync(from, until, cancellation))
            mails = mails.Plus(MailsOf(row));
        return mails;
    }

    private async Task<Dictionary<LocalDate, MailsOfDay>> CountMailsAsync(LocalDate from, LocalDate until, CancellationToken cancellation)
    {
        var days = new Dictionary<LocalDate, MailsOfDay>();
        for (var date = from; date < until; date = date.PlusDays(1))
            days[date] = MailsOfDay.None;
        await foreach (var row in RunsAsync(from.AtMidnight().InUtc().ToInstant(), until.AtMidnight().InUtc().ToInstant(), cancellation))
        {
            var date = row.ReadInstant("Due").InUtc().Date;
            days[date] = days[date].Plus(MailsOf(row));
        }

        return days;
    }

    private Azure.AsyncPageable<TableEntity> RunsAsync(Instant from, Instant until, CancellationToken cancellation)
    {
        // A nominal date, and its week, can be a day off the UTC day.
        var (first, last) = (IssueId.Of(from.InUtc().Date.PlusDays(-1)).ToString(), IssueId.Of(until.InUtc().Date.PlusDays(1)).ToString());
        var (start, end) = (from.ToDateTimeOffset(), until.ToDateTimeOffset());
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {first} and PartitionKey le {last} and Due ge {start} and Due lt {end}");
        return store.Runs.QueryAsync<TableEntity>(filter, Store.PageSize, cancellationToken: cancellation);
    }

    /// <summary>What a run's row says became of its mails.</summary>
    public static MailsOfDay MailsOf(TableEntity run) => new(
        Number(run, "Accepted"),
        Number(run, "Delivered"),
        Number(run, "Bounced") + Number(run, "Dropped"),
        Number(run, "Complained"),
        Number(run, "Refused"),
        Number(run, "Held"),
        Number(run, "Blocked"),
        Number(run, "LetBe"),
        Number(run, "Late"));

    private Task<Azure.Response> MergeAsync(TableEntity row, CancellationToken cancellation) =>
        store.Snapshots.UpsertEntityAsync(row, TableUpdateMode.Merge, cancellation);

    private static TableEntity PeopleRow(LocalDate date, Census census, Instant now) => new(Partition, Key(date))
    {
        ["TakenAt"] = now.ToDateTimeOffset(),
        ["Active"] = census.People.Active,
        ["Paused"] = census.People.Paused,
        ["Pending"] = census.People.Pending,
        ["LeftInAll"] = census.People.Left,
        ["Suppressed"] = census.People.Suppressed,
        ["CheckIns"] = string.Join(' ', census.CheckIns.Select(counts => string.Create(CultureInfo.InvariantCulture, $"{counts.Issue}:{counts.Tried},{counts.NotYet},{counts.TooMuch}"))),
        ["DueByHour"] = string.Join(' ', census.DueByHour.Select(count => count.ToString(CultureInfo.InvariantCulture))),
    };

    private static TableEntity MailsRow(LocalDate date, MailsOfDay counts) => new(Partition, Key(date))
    {
        ["Accepted"] = counts.Accepted,
        ["Delivered"] = counts.Delivered,
        ["Bounced"] = counts.Bounced,
        ["Complained"] = counts.Complained,
        ["Refused"] = counts.Refused,
        ["Held"] = counts.Held,
        ["Blocked"] = counts.Blocked,
        ["LetBe"] = counts.LetBe,
        ["Late"] = counts.Late,
    };

    private static Day Read(TableEntity row) => new(
        LocalDatePattern.Iso.Parse(row.RowKey).Value,
        row.FindInstant("TakenAt"),
        new PeopleCounts(Number(row, "Active"), Number(row, "Paused"), Number(row, "Pending"), Number(row, "LeftInAll"), Number(row, "Suppressed")),
        row.GetInt32("LeftOnDay"),
        row.ContainsKey("Accepted") ? MailsOf(row) : null,
        [.. Parts(row, "CheckIns").Select(ReadCheckIns)],
        [.. Parts(row, "DueByHour").Select(count => int.Parse(count, CultureInfo.InvariantCulture))]);

    private static CheckInCounts ReadCheckIns(string text)
    {
        var counts = text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(',').Select(count => int.Parse(count, CultureInfo.InvariantCulture)).ToList();
        return IssueId.TryParse(text.Split(':')[0], out var issue) ? new CheckInCounts(issue, counts[0], counts[1], counts[2]) : throw new InvalidDataException("A snapshot's check-ins can't be read.");
    }

    private static string[] Parts(TableEntity row, string column) => (row.GetString(column) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Key(LocalDate date) => LocalDatePattern.Iso.Format(date);

    private static int Number(TableEntity row, string column) => row.GetInt32(column) ?? 0;
}
