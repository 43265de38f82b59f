using Azure.Data.Tables;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Core.Operations;

/// <summary>A batch that waits for the operator.</summary>
/// <param name="IsHeld">Held, where nobody knows whether it was sent; else blocked, and certainly not.</param>
/// <param name="People">How many it is for.</param>
/// <param name="CanBeSent">Whether its time isn't too long ago.</param>
/// <param name="Since">When it came to that, or the last that was heard of it.</param>
/// <param name="Attempts">How often it was tried: a decision is about the last time, and about no later one.</param>
internal sealed record Trouble(RunId Run, string Batch, bool IsHeld, int People, string Why, bool CanBeSent, int Attempts, Instant? Since);

/// <param name="Batches">Those of the first runs.</param>
/// <param name="HasMore">Whether there are runs beyond these.</param>
internal sealed record TroubleList(IReadOnlyList<Trouble> Batches, bool HasMore);

/// <summary>A message that failed at every try.</summary>
/// <param name="What">What it asks for; empty where it isn't one of ours, which no try makes better.</param>
/// <param name="Since">When it was given up.</param>
internal sealed record PoisonedMessage(string Queue, string What, Instant? Since)
{
    public bool IsOurs => What.Length > 0;
}

/// <param name="Handled">How many were moved back, or deleted.</param>
/// <param name="NotOurs">How many were left, since moving them back would only poison them again.</param>
internal sealed record Emptied(int Handled, int NotOurs);

/// <summary>What came of deciding about one.</summary>
internal enum Decided
{
    Done,

    /// <summary>Somebody else has decided, or it came out by itself.</summary>
    Already,

    /// <summary>Its time is too long ago.</summary>
    TooLate,

    /// <summary>It is blocked and can still go on: let be, it would keep the rest of its run from being sent.</summary>
    TooEarly,
}

/// <summary>
/// What waits for the operator: batches that are held or blocked, and messages that failed at every try. A decision is
/// written with If-Match: pressed twice, or in two tabs, it is taken once.
/// </summary>
internal sealed class Troubles(Store store, Ledger ledger, RunTable runs, Settler settler, AuditLog audit, TimeProvider time)
{
    /// <summary>How many runs are looked into at a time; the others come when these are decided.</summary>
    public const int MostRuns = 20;

    /// <summary>How many messages are taken at a time: the most that the service gives out.</summary>
    public const int MostMessages = 32;

    private const int Weeks = 2;
    private static readonly Duration LookPause = Duration.FromMinutes(1);

    // As long as it takes to move one.
    private static readonly TimeSpan Hidden = TimeSpan.FromSeconds(30);

    public async Task<TroubleList> ListAsync(CancellationToken cancellation)
    {
        var week = IssueId.Of(time.Now, DateTimeZone.Utc);
        var (first, last) = (week.Plus(-Weeks).ToString(), week.Plus(1).ToString());
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {first} and PartitionKey le {last} and (Held gt 0 or Blocked gt 0)");
        var (found, looked) = (new List<Trouble>(), 0);
        await foreach (var row in store.Runs.QueryAsync<TableEntity>(filter, Store.PageSize, ["PartitionKey", "RowKey"], cancellation).WithCancellation(cancellation))
        {
            if (looked++ == MostRuns)
                return new TroubleList(found, HasMore: true);
            if (RunId.TryParse(row.RowKey, out var run))
                found.AddRange(await ledger.InTroubleAsync(run, cancellation).Select(batch => Of(run, batch)).ToListAsync(cancellation));
        }

        return new TroubleList(found, HasMore: false);
    }

    /// <summary>
    /// Sends a held batch anew, which some may get twice; or lets a blocked run go on, with all of its batches.
    /// </summary>
    public async Task<Decided> SendAnewAsync(RunId run, string key, int attempts, Operator by, CancellationToken cancellation)
    {
        if (IsTooLate(run))
            return Decided.TooLate;
        if (await FindAsync(run, key, attempts, cancellation) is not { } batch)
            return Decided.Already;

        await audit.AddAsync(by, AuditAction.SentAnew, $"{run} {key}", Words(batch), cancellation);
        // Opened, and let go on, before anything is moved: cut in between, what is blocked is still seen to be.
        await runs.ReopenAsync(run, time.Now, cancellation);
        var others = new List<string>();
        if (batch.State is BatchState.Blocked)
        {
            await ledger.GoOnAsync(run, cancellation);
            others = await ledger.InTroubleAsync(run, cancellation).Where(row => row.RowKey != key && row.GetString("State") == nameof(BatchState.Blocked))
                .Select(row => row.RowKey).ToListAsync(cancellation);
        }

        if (!await PlanAsync(batch, by, cancellation))
            return Decided.Already;
        foreach (var other in others)
        {
            if ((await ledger.FindAsync(run, other, cancellation))?.Batch is { State: BatchState.Blocked } blocked)
                await PlanAsync(blocked, by, cancellation);
        }

        await settler.CountAsync(run, cancellation);
        return Decided.Done;
    }

    /// <summary>Leaves a batch as it is, so that it is no trouble any more: a blocked one only when it can't be sent any more.</summary>
    public async Task<Decided> LetBeAsync(RunId run, string key, int attempts, Operator by, CancellationToken cancellation)
    {
        if (await FindAsync(run, key, attempts, cancellation) is not { } batch)
            return Decided.Already;
        if (batch.State is BatchState.Blocked && !IsTooLate(run))
            return Decided.TooEarly;
        await audit.AddAsync(by, AuditAction.LetBe, $"{run} {key}", Words(batch), cancellation);
        BatchState next = batch.State is BatchState.Held held ? held with { IsLetBe = true } : ((BatchState.Blocked)batch.State) with { IsLetBe = true };
        // Asked for first, and so that it comes after: cut in between, there is a look for nothing.
        await runs.AskForLookAsync(run, time.Now + LookPause, cancellation);
        if (await ledger.TryMoveAsync(batch with { State = next }, cancellation) is null)
            return Decided.Already;
        await settler.CountAsync(run, cancellation);
        return Decided.Done;
    }

    /// <summary>Who is in a batch and still waits: not who was refused by name, or had left before it was handed over. Null if there is no such batch, or it waits no more.</summary>
    public async Task<IReadOnlyList<SubscriberId>?> WhoAsync(RunId run, string key, CancellationToken cancellation)
    {
        if ((await ledger.FindAsync(run, key, cancellation))?.Batch is not { State: BatchState.Held or BatchState.Blocked } batch)
            return null;
        var absent = BatchRow.AttemptOf(batch.State)?.Absent ?? MemberSet.None;
        return [.. batch.Members.Where((_, member) => !batch.Out[member] && !absent[member])];
    }

    private async Task<bool> PlanAsync(Batch batch, Operator by, CancellationToken cancellation)
    {
        if (await ledger.TryMoveAsync(batch with { State = new BatchState.Planned($"Sent anew by {by}.") }, cancellation) is null)
            return false;
        await store.Ranges.EnqueueAsync(new RangeMessage(batch.Run, batch.Range).ToString(), cancellation);
        return true;
    }

    /// <summary>The messages that failed at every try, up to 32 of each queue.</summary>
    public async Task<IReadOnlyList<PoisonedMessage>> PoisonedAsync(CancellationToken cancellation) =>
        [.. await PeekAsync(store.PoisonedRanges, store.Ranges, cancellation), .. await PeekAsync(store.PoisonedMails, store.Mails, cancellation)];

    /// <summary>Moves the messages that failed at every try back to their queues, or lets them go.</summary>
    public async Task<Emptied> EmptyPoisonedAsync(bool sendAnew, Operator by, CancellationToken cancellation)
    {
        var (ranges, mails) = (
            await EmptyAsync(store.PoisonedRanges, store.Ranges, sendAnew, by, cancellation),
            await EmptyAsync(store.PoisonedMails, store.Mails, sendAnew, by, cancellation));
        return new Emptied(ranges.Handled + mails.Handled, ranges.NotOurs + mails.NotOurs);
    }

    private static async Task<IEnumerable<PoisonedMessage>> PeekAsync(QueueClient poison, QueueClient queue, CancellationToken cancellation)
    {
        if (!await poison.ExistsAsync(cancellation))
            return [];
        PeekedMessage[] messages = await poison.PeekMessagesAsync(MostMessages, cancellation);
        return messages.Select(message => new PoisonedMessage(
            queue.Name, What(message.Body.ToString()), message.InsertedOn is { } at ? Instant.FromDateTimeOffset(at) : null));
    }

    private async Task<Emptied> EmptyAsync(QueueClient poison, QueueClient queue, bool sendAnew, Operator by, CancellationToken cancellation)
    {
        if (!await poison.ExistsAsync(cancellation))
            return new Emptied(0, 0);
        QueueMessage[] messages = await poison.ReceiveMessagesAsync(MostMessages, Hidden, cancellation);
        var handled = messages.Where(message => !sendAnew || What(message.Body.ToString()).Length > 0).ToList();
        if (handled.Count > 0)
            await audit.AddAsync(by, sendAnew ? AuditAction.SentAnew : AuditAction.LetBe, "poisoned messages", $"{handled.Count} of the queue {queue.Name}", cancellation);
        foreach (var message in messages.Except(handled))
            await poison.UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: TimeSpan.Zero, cancellationToken: cancellation);
        foreach (var message in handled)
        {
            // Cut in between, it is in both: a message that comes twice makes nothing twice.
            if (sendAnew)
                await queue.SendMessageAsync(message.Body, timeToLive: QueueMessages.ForEver, cancellationToken: cancellation);
            await poison.DeleteMessageAsync(message.MessageId, message.PopReceipt, cancellation);
        }

        return new Emptied(handled.Count, messages.Length - handled.Count);
    }

    // Of what isn't ours nothing is shown: nobody knows what is in it.
    private static string What(string body) => QueueMessages.TryDecode(body) switch
    {
        { } text when RangeMessage.TryParse(text, out var range) => $"Send {range.Run}{(range.Range.ToString().Length > 0 ? $", ids that begin with {range.Range}" : "")}",
        { } text when MailMessage.TryParse(text, out var mail) => $"Send the mail that subscriber {mail.Subscriber} is owed",
        _ => "",
    };

    private Trouble Of(RunId run, TableEntity row) => new(
        run,
        row.RowKey,
        row.GetString("State") == nameof(BatchState.Held),
        (row.GetInt32("Count") ?? 0) - row.ReadMembers("Out").Count - row.ReadMembers("Absent").Count,
        row.GetString("Why") ?? "",
        !IsTooLate(run),
        row.GetInt32("Attempts") ?? 0,
        row.Timestamp is { } at ? Instant.FromDateTimeOffset(at) : null);

    private bool IsTooLate(RunId run) => time.Now > run.Due + ScheduleOptions.Tolerance(run.Slot.Kind);

    // One that still waits for a decision.
    private async Task<Batch?> FindAsync(RunId run, string key, int attempts, CancellationToken cancellation) =>
        (await ledger.FindAsync(run, key, cancellation))?.Batch is { State: BatchState.Held { IsLetBe: false } or BatchState.Blocked { IsLetBe: false } } batch && batch.Attempts == attempts ? batch : null;

    private static string Words(Batch batch) => $"{batch.State.GetType().Name}, {batch.Members.Count} people";
}
