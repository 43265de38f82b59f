using Azure.Data.Tables;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Core.Operations.Explaining;

/// <summary>
/// Finds out why one person got or didn't get each issue, or each reminder of a week: from her row, from the runs and
/// from the ledger. Three storage operations, and two for each run; of a run of millions only the rows of the ranges
/// that hold her id are read.
/// </summary>
internal sealed class Explain(Store store, SubscriberStore subscribers, SuppressionTable suppressions, SendingSwitch sending, TimeProvider time)
{
    /// <summary>How many issues are looked at: with all else, a line in the audit log and the key's check, 20 operations at the most.</summary>
    public const int Issues = 7;

    // The ledger is kept as long.
    private const int WeeksKnown = Purge.WeeksKept;

    // The next two digests are said as well: of this week and the coming one.
    private const int WeeksAhead = 1;

    private static readonly string[] Columns =
        ["PartitionKey", "RowKey", "Decision", "Members", "Count", "Attempts", "Out", "State", "ProviderBatchId", "SendAt", "Absent", "LeaseUntil", "At", "Why", "LetBe", .. BatchEvents.Columns];

    /// <summary>Her digests.</summary>
    /// <param name="id">Whom it is about.</param>
    /// <param name="newest">The newest issue to look at; the coming one if null.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<Explanation> RunAsync(SubscriberId id, IssueId? newest, CancellationToken cancellation)
    {
        var (now, nobody) = (time.Now, await AboutAsync(id, cancellation));
        if (nobody.Subscriber is not { } subscriber)
            return nobody;
        var present = IssueId.Of(now, subscriber.Preferences.Zone.Zone);
        var (from, oldest) = (newest ?? present.Plus(WeeksAhead), present.Plus(-WeeksKnown));
        var issues = await Task.WhenAll(Enumerable.Range(0, Issues).Select(back => from.Plus(-back)).Where(issue => issue >= oldest)
            .Select(issue => ExplainAsync(subscriber, DigestOf(subscriber, issue), now, cancellation)));
        var older = from.Plus(-Issues);
        return nobody with { Runs = issues, Older = older >= oldest ? older : null };
    }

    /// <summary>Her reminders in one week, which are seven at the most: those of the days that she chooses now.</summary>
    /// <param name="id">Whom it is about.</param>
    /// <param name="week">The week that they come in; the present one if null.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<Explanation> RemindersAsync(SubscriberId id, IssueId? week, CancellationToken cancellation)
    {
        var (now, nobody) = (time.Now, await AboutAsync(id, cancellation));
        if (nobody.Subscriber is not { } subscriber)
            return nobody;
        var present = IssueId.Of(now, subscriber.Preferences.Zone.Zone);
        var (wanted, oldest) = (week ?? present, present.Plus(-WeeksKnown));
        if (wanted < oldest)
            return nobody;
        var reminders = await Task.WhenAll(RemindersOf(subscriber, wanted).OrderByDescending(run => run.Due)
            .Select(run => ExplainAsync(subscriber, run, now, cancellation)));
        var older = wanted.Plus(-1);
        return nobody with { Runs = reminders, Older = older >= oldest ? older : null };
    }

    private async Task<Explanation> AboutAsync(SubscriberId id, CancellationToken cancellation) => new(
        id,
        await subscribers.FindAsync(id, cancellation),
        (await suppressions.FindAsync(id, cancellation))?.Suppression,
        await sending.FindAsync(cancellation),
        Runs: [],
        Older: null);

    private static RunId DigestOf(Subscriber subscriber, IssueId issue)
    {
        var slot = subscriber.SlotOf(issue);
        return new RunId(slot, slot.DateIn(issue));
    }

    // One that she asked for once is of one week only.
    private static IEnumerable<RunId> RemindersOf(Subscriber subscriber, IssueId week)
    {
        var chosen = subscriber.Preferences.Reminders.Days.Days.Select(subscriber.Preferences.ReminderSlot);
        var once = subscriber.RemindOnce is { } one && IssueId.Of(one.Date) == week ? [subscriber.Preferences.ReminderSlot(one.Date.DayOfWeek)] : Enumerable.Empty<Slot>();
        return chosen.Union(once).Select(slot => new RunId(slot, slot.DateIn(week)));
    }

    private async Task<RunExplained> ExplainAsync(Subscriber subscriber, RunId run, Instant now, CancellationToken cancellation)
    {
        var found = run.Due > now + Duration.FromDays(1) ? null : await FindAsync(run, subscriber.Id, cancellation);
        // That she wasn't in a run, her own row may say better.
        return found is Fate.InBatch or Fate.Unreadable
            ? new RunExplained(run, found)
            : new RunExplained(run, ByHerRow(subscriber, run) ?? found ?? await OfRunAsync(run, now, cancellation));
    }

    /// <summary>What her own row says of a run that no batch has her in; null where the run has to say it.</summary>
    public static Fate? ByHerRow(Subscriber subscriber, RunId run) => subscriber.State switch
    {
        _ when run.Slot.Kind == SlotKind.Digest && subscriber.Consent is { IsByFile: false, GivenAt: { } given } && WelcomeOf(subscriber, given) == run.Issue => new Fate.Welcomed(given),
        _ when subscriber.Consent.MovedAt is { } moved && run.Due < moved => new Fate.AtOtherAddress(moved),
        SubscriberState.Left left when run.Due >= left.At => new Fate.AfterLeaving(left.At),
        SubscriberState.Suppressed suppressed when run.Due >= suppressed.At => new Fate.WhileSuppressed(suppressed.At),
        SubscriberState.Active active when run.Slot.Kind == SlotKind.Digest => OfIssue(subscriber, active, run.Issue, active.Placements[0].FirstIssue),
        SubscriberState.Active active => OfReminder(subscriber, active, run),
        SubscriberState.Pending when run.Due >= subscriber.Consent.AskedAt => new Fate.NotConfirmed(),
        _ when PastStay(subscriber, run.Issue) is { } past => OfPast(past),
        SubscriberState.Pending => new Fate.NotConfirmed(),
        _ when subscriber.Consent.CameAt is { } came && run.Due < came => new Fate.BeforeComing(came),
        _ => null,
    };

    // By the zone of the slot that she came into, in which her first issue is the next, or the one after.
    private static IssueId WelcomeOf(Subscriber subscriber, Instant given) =>
        IssueId.Of(given, subscriber.SlotOf(IssueId.Of(given, DateTimeZone.Utc).Plus(2)).Zone.Zone);

    // Null where she was in a slot for it: its run says the rest. Reminders begin with the welcome's practice, a week before the digests.
    private static Fate? OfIssue(Subscriber subscriber, SubscriberState.Active active, IssueId issue, IssueId first)
    {
        var past = PastStay(subscriber, issue);
        return past is { IsPaused: true } ? new Fate.WasAway(HadPaused: true)
            : issue >= first ? null
            : active.Pause is { } pause && issue >= pause.FirstIssue ? new Fate.Paused(pause.Until)
            // Whoever was in no slot yet hadn't been away.
            : past is { } stay && subscriber.History.First <= issue ? OfPast(stay)
            : new Fate.BeforeFirst(subscriber.History.First ?? first);
    }

    private static Fate? OfReminder(Subscriber subscriber, SubscriberState.Active active, RunId run)
    {
        if (subscriber.Placements.FirstOrDefault(placement => placement.Slot == run.Slot) is not { } placement)
            return new Fate.WithDigest();
        var practice = ScheduleEntry.Of(subscriber, placement).PracticeOf(run.Issue);
        // Who pauses after a digest isn't reminded of it either.
        return subscriber.CheckIns.IsDoneWith(practice) ? new Fate.Answered(practice, subscriber.CheckIns.Find(practice)!.Value)
            : active.Pause is { } pause && practice < placement.FirstIssue && practice >= pause.FirstIssue.Plus(-1) ? new Fate.Paused(pause.Until)
            : OfIssue(subscriber, active, practice, placement.FirstIssue);
    }

    // Null for an issue of one who is active since, or from before all that is known.
    private static Stay? PastStay(Subscriber subscriber, IssueId issue) => subscriber.State is SubscriberState.Active active && active.OpenFrom <= issue
        ? null
        : subscriber.History.All.Where(stay => stay.From <= issue).Select(stay => (Stay?)stay).LastOrDefault();

    private static Fate.WasAway? OfPast(Stay past) => past.Slot is null ? new Fate.WasAway(past.IsPaused) : null;

    private async Task<Fate> OfRunAsync(RunId run, Instant now, CancellationToken cancellation)
    {
        if (run.Due > now + Duration.FromDays(1))
            return new Fate.NotYetDue();
        var row = await store.Runs.FindAsync(run.Issue.ToString(), run.ToString(), cancellation);
        return row?.GetString("State") switch
        {
            null when run.Due > now => new Fate.NotYetDue(),
            null => new Fate.NoRun(),
            "Late" => new Fate.RunLate(),
            "Settled" => new Fate.NotInRun(),
            _ => new Fate.NotYetDecided(row.FindInstant("PlannedAt") ?? now),
        };
    }

    // The rows of the ranges that hold her id, from the whole of them to the smallest: their keys begin with what her id does.
    private async Task<Fate?> FindAsync(RunId run, SubscriberId id, CancellationToken cancellation)
    {
        var text = id.ToString();
        var ranges = Enumerable.Range(0, Depth).Select(length => IdRange.TryParse(text[..length], out var range) ? range : default)
            .Select(range => TableClient.CreateQueryFilter($"(RowKey ge {LedgerKeys.Decision(range)} and RowKey lt {LedgerKeys.End(range)})"));
        var stopped = TableClient.CreateQueryFilter($"RowKey eq {LedgerKeys.Stopped}");
        var filter = $"{TableClient.CreateQueryFilter($"PartitionKey eq {run.ToString()}")} and ({stopped} or {string.Join(" or ", ranges)})";
        Fate? found = null;
        string? whyStopped = null;
        await foreach (var row in store.Deliveries.QueryAsync<TableEntity>(filter, Store.PageSize, Columns, cancellation))
        {
            // The first row of a run that has it.
            if (row.RowKey == LedgerKeys.Stopped)
            {
                whyStopped = row.GetString("Why");
                continue;
            }

            if (row.RowKey.EndsWith('|'))
            {
                found ??= row.GetString("Decision") == Ledger.KindBatches ? new Fate.NotInRun() : null;
                continue;
            }

            if (BatchRow.TryRead(row) is not { } batch)
            {
                found = found is Fate.InBatch ? found : new Fate.Unreadable(row.RowKey);
            }
            else if (batch.Members.ToList().IndexOf(id) is >= 0 and var member && (batch.State is not BatchState.Halved || found is not Fate.InBatch))
            {
                var attempt = BatchRow.AttemptOf(batch.State);
                found = new Fate.InBatch(batch.Key, batch.State, batch.Attempts, batch.Out[member], attempt?.Absent[member] ?? false, Evidence.Of(BatchEvents.Read(row), member), whyStopped);
            }
        }

        return found;
    }

    // A slot of 8,000 times 16 times 16 is larger than any; and a filter has at most 15 comparisons.
    private const int Depth = 4;
}
