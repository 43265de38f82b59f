using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;

namespace DigestFunctions.Local;

/// <summary>
/// Does for the queues what the Functions host does on Azure: hands each message to its worker, keeps it
/// invisible meanwhile, deletes it when done, and after five tries puts it with the poisoned ones. Told to stop, it takes
/// no more, finishes what it is at, and gives back at once what it can't finish.
/// </summary>
internal sealed partial class QueuePump(
    Store store,
    QueueServiceClient queues,
    QueueBell bell,
    RangeWorker ranges,
    SingleMailWorker mails,
    ScheduleOptions options,
    ILogger<QueuePump> logger) : BackgroundService
{
    private const int MaxTries = 5;
    private static readonly TimeSpan Invisible = TimeSpan.FromSeconds(30);
    // For messages of other processes, and for those that were to wait.
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(2);
    // A call for messages that was under way when we were to stop is heard out: what it gives would be out of sight for others.
    private static readonly TimeSpan HearOut = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        PumpAsync(store.Ranges, ranges.HandleAsync, stoppingToken),
        PumpAsync(store.Mails, mails.HandleAsync, stoppingToken));

    private async Task PumpAsync(QueueClient queue, Func<string, CancellationToken, Task> handle, CancellationToken stopping)
    {
        var underWay = new HashSet<Task>();
        using var late = new CancellationTokenSource();
        await using var hearingOut = stopping.Register(() => late.CancelAfter(HearOut));
        while (!stopping.IsCancellationRequested)
        {
            underWay.RemoveWhere(task => task.IsCompleted);
            var rung = bell.Next;
            var messages = await ReceiveAsync(queue, options.MaxConcurrency - underWay.Count, late.Token, stopping);
            foreach (var message in messages)
                underWay.Add(HandleAsync(queue, message, handle, stopping));
            if (underWay.Count == options.MaxConcurrency)
                await Task.WhenAny(underWay);
            else if (messages.Length == 0)
                await rung.WaitAsync(Idle, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(underWay);
    }

    private async Task<QueueMessage[]> ReceiveAsync(QueueClient queue, int count, CancellationToken late, CancellationToken stopping)
    {
        try
        {
            return await queue.ReceiveMessagesAsync(count, Invisible, late);
        }
        catch (Exception away) when (StoreFaults.IsAway(away))
        {
            if (!stopping.IsCancellationRequested)
                QueueAway(queue.Name, away.GetType().Name);
            await Task.Delay(Away, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return [];
        }
    }

    // The host, too, takes any failure of a function for a failed try: the message comes again.
    private async Task HandleAsync(
        QueueClient queue, QueueMessage message, Func<string, CancellationToken, Task> handle, CancellationToken stopping)
    {
        using var done = new CancellationTokenSource();
        var renewing = RenewAsync(queue, message, done.Token);
        Exception? failure = null;
        try
        {
            stopping.ThrowIfCancellationRequested();
            await handle(QueueMessages.Decode(message.Body.ToString()), stopping);
        }
        catch (Exception any) when (any is not OutOfMemoryException)
        {
            failure = any;
        }

        await done.CancelAsync();
        var receipt = await renewing;
        if (failure is null)
        {
            await DeleteAsync(queue, message, receipt);
            return;
        }

        // Cut short by our end: no fault of the message's.
        if (stopping.IsCancellationRequested)
        {
            await GiveBackAsync(queue, message, receipt);
            return;
        }

        Failed(queue.Name, message.DequeueCount, failure);
        if (message.DequeueCount >= MaxTries)
            await PoisonAsync(queue, message, receipt);
    }

    private static async Task<string> RenewAsync(QueueClient queue, QueueMessage message, CancellationToken done)
    {
        var receipt = message.PopReceipt;
        while (true)
        {
            await Task.Delay(Invisible / 2, done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (done.IsCancellationRequested)
                return receipt;
            try
            {
                receipt = (await queue.UpdateMessageAsync(message.MessageId, receipt, visibilityTimeout: Invisible, cancellationToken: CancellationToken.None)).Value.PopReceipt;
            }
            catch (Exception lost) when (StoreFaults.IsAway(lost))
            {
                // It becomes visible and comes again: harmless, by the ledger.
                return receipt;
            }
        }
    }

    private static async Task GiveBackAsync(QueueClient queue, QueueMessage message, string receipt)
    {
        try
        {
            await queue.UpdateMessageAsync(message.MessageId, receipt, visibilityTimeout: TimeSpan.Zero, cancellationToken: CancellationToken.None);
        }
        catch (Exception lost) when (StoreFaults.IsAway(lost))
        {
            // As above.
        }
    }

    private static async Task DeleteAsync(QueueClient queue, QueueMessage message, string receipt)
    {
        try
        {
            await queue.DeleteMessageAsync(message.MessageId, receipt, CancellationToken.None);
        }
        catch (Exception lost) when (StoreFaults.IsAway(lost))
        {
            // As above.
        }
    }

    private async Task PoisonAsync(QueueClient queue, QueueMessage message, string receipt)
    {
        try
        {
            var poison = queues.GetQueueClient(Names.PoisonOf(queue.Name));
            await poison.CreateIfNotExistsAsync();
            await poison.SendMessageAsync(message.Body, timeToLive: TimeSpan.FromSeconds(-1));
        }
        catch (Exception lost) when (StoreFaults.IsAway(lost))
        {
            return;
        }

        await DeleteAsync(queue, message, receipt);
        DeliveryMetrics.Poisoned(queue.Name);
        Poisoned(queue.Name);
    }

    [LoggerMessage(900, LogLevel.Warning, "The queue {Queue} can't be reached ({Failure}).")]
    private partial void QueueAway(string queue, string failure);

    [LoggerMessage(901, LogLevel.Warning, "A message of the queue {Queue} failed at try {Try}.")]
    private partial void Failed(string queue, long @try, Exception failure);

    [LoggerMessage(902, LogLevel.Error, "A message of the queue {Queue} failed at every try, and is with the poisoned ones.")]
    private partial void Poisoned(string queue);
}
