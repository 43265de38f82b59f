using System.Collections.Concurrent;
using System.Globalization;
using System.Security;

namespace MemoryStore.Queues;

/// <summary>The account's queues.</summary>
internal sealed class QueueService(TimeProvider time)
{
    private const int MaxCount = 32;

    private readonly ConcurrentDictionary<string, Queue> queues = new(StringComparer.Ordinal);

    public MemoryAnswer Answer(QueueRequest request)
    {
        switch (request.Operation)
        {
            case MemoryOperation.CreateQueue:
                return queues.TryAdd(request.Queue, new Queue(time)) ? new MemoryAnswer(201) : MemoryAnswer.NoContent;
            case MemoryOperation.DeleteQueue when queues.TryRemove(request.Queue, out _):
                return MemoryAnswer.NoContent;
        }

        if (IsOutOfRange(request))
            return MemoryAnswer.QueueError(400, "OutOfRangeQueryParameterValue");
        if (!queues.TryGetValue(request.Queue, out var queue))
            return MemoryAnswer.QueueError(404, "QueueNotFound");
        return request.Operation switch
        {
            MemoryOperation.CountMessages => new MemoryAnswer(200)
                .With("x-ms-approximate-messages-count", queue.Count().ToString(CultureInfo.InvariantCulture)),
            MemoryOperation.PutMessage => List(201, [queue.Put(request)], PartsOfPut),
            MemoryOperation.PeekMessages => List(200, queue.Peek(request.Count), PartsOfPeek),
            MemoryOperation.GetMessages => List(200, queue.Get(request), PartsOfGet),
            MemoryOperation.UpdateMessage => Update(queue, request),
            MemoryOperation.DeleteMessage => queue.Delete(request) is { } code ? Error(code) : MemoryAnswer.NoContent,
            MemoryOperation.ClearMessages => Clear(queue),
            _ => throw new ArgumentOutOfRangeException(nameof(request), request, message: null),
        };
    }

    private static bool IsOutOfRange(QueueRequest request) => request.Operation switch
    {
        MemoryOperation.PeekMessages or MemoryOperation.GetMessages when request.Count is < 1 or > MaxCount => true,
        MemoryOperation.GetMessages => request.Visibility < TimeSpan.FromSeconds(1),
        _ => request.Visibility < TimeSpan.Zero,
    };

    private static MemoryAnswer Update(Queue queue, QueueRequest request)
    {
        if (queue.Update(request, out var updated) is { } code)
            return Error(code);
        return new MemoryAnswer(204)
            .With("x-ms-popreceipt", updated!.PopReceipt)
            .With("x-ms-time-next-visible", Date(updated.VisibleAt));
    }

    private static MemoryAnswer Clear(Queue queue)
    {
        queue.Clear();
        return MemoryAnswer.NoContent;
    }

    private static MemoryAnswer Error(string code) => MemoryAnswer.QueueError(code == "MessageNotFound" ? 404 : 400, code);

    private static MemoryAnswer List(int status, IEnumerable<QueuedMessage> messages, Func<QueuedMessage, string> parts) => MemoryAnswer.Xml(
        status,
        $"<QueueMessagesList>{string.Concat(messages.Select(message => $"<QueueMessage>{PartsOfAll(message)}{parts(message)}</QueueMessage>"))}</QueueMessagesList>");

    private static string PartsOfAll(QueuedMessage message) =>
        $"<MessageId>{message.Id}</MessageId><InsertionTime>{Date(message.InsertedAt)}</InsertionTime><ExpirationTime>{Date(message.ExpiresAt)}</ExpirationTime>";

    private static string PartsOfPut(QueuedMessage message) =>
        $"<PopReceipt>{message.PopReceipt}</PopReceipt><TimeNextVisible>{Date(message.VisibleAt)}</TimeNextVisible>";

    private static string PartsOfGet(QueuedMessage message) => PartsOfPut(message) + PartsOfPeek(message);

    private static string PartsOfPeek(QueuedMessage message) => string.Create(
        CultureInfo.InvariantCulture,
        $"<DequeueCount>{message.DequeueCount}</DequeueCount><MessageText>{SecurityElement.Escape(message.Text)}</MessageText>");

    private static string Date(DateTimeOffset at) => at.ToString("R", CultureInfo.InvariantCulture);
}
