using System.Globalization;

namespace MemoryStore.Queues;

/// <summary>A message as it is now. Changed by putting another in its place.</summary>
internal sealed record QueuedMessage(
    long Number, string Text, DateTimeOffset InsertedAt, DateTimeOffset ExpiresAt, DateTimeOffset VisibleAt, int DequeueCount, int Receipt)
{
    /// <summary>By number, so that every run of a simulation sees the same ids.</summary>
    public string Id => new Guid((int)Number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]).ToString();

    public string PopReceipt => string.Create(CultureInfo.InvariantCulture, $"{Number}.{Receipt}");
}

/// <summary>One queue. Messages come in the order in which they became visible.</summary>
internal sealed class Queue(TimeProvider time)
{
    private static readonly TimeSpan UsualTimeToLive = TimeSpan.FromDays(7);
    private static readonly TimeSpan UsualVisibility = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly List<QueuedMessage> messages = [];
    private long lastNumber;

    public int Count()
    {
        lock (gate)
        {
            Expire();
            return messages.Count;
        }
    }

    public QueuedMessage Put(QueueRequest request)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var life = request.TimeToLive ?? UsualTimeToLive;
            var message = new QueuedMessage(
                ++lastNumber,
                request.Text ?? "",
                now,
                life < TimeSpan.Zero ? DateTimeOffset.MaxValue : now + life,
                now + (request.Visibility ?? TimeSpan.Zero),
                DequeueCount: 0,
                Receipt: 0);
            messages.Add(message);
            return message;
        }
    }

    public IReadOnlyList<QueuedMessage> Peek(int count)
    {
        lock (gate)
            return Visible(count);
    }

    public IReadOnlyList<QueuedMessage> Get(QueueRequest request)
    {
        lock (gate)
        {
            var visibleAt = time.GetUtcNow() + (request.Visibility ?? UsualVisibility);
            return
            [
                .. Visible(request.Count).Select(message => Replace(message, message with
                {
                    VisibleAt = visibleAt,
                    DequeueCount = message.DequeueCount + 1,
                    Receipt = message.Receipt + 1,
                })),
            ];
        }
    }

    /// <summary>The error's code, or null if it is done.</summary>
    public string? Update(QueueRequest request, out QueuedMessage? updated)
    {
        lock (gate)
        {
            updated = null;
            var fault = Find(request, out var message);
            if (message is not null)
            {
                updated = Replace(message, message with
                {
                    Text = request.Text ?? message.Text,
                    VisibleAt = time.GetUtcNow() + (request.Visibility ?? UsualVisibility),
                    Receipt = message.Receipt + 1,
                });
            }

            return fault;
        }
    }

    /// <summary>The error's code, or null if it is done.</summary>
    public string? Delete(QueueRequest request)
    {
        lock (gate)
        {
            var fault = Find(request, out var message);
            if (message is not null)
                messages.Remove(message);
            return fault;
        }
    }

    public void Clear()
    {
        lock (gate)
            messages.Clear();
    }

    private string? Find(QueueRequest request, out QueuedMessage? found)
    {
        Expire();
        found = messages.Find(message => message.Id == request.MessageId);
        if (found is null)
            return "MessageNotFound";
        if (found.PopReceipt == request.PopReceipt)
            return null;
        found = null;
        return "PopReceiptMismatch";
    }

    private QueuedMessage Replace(QueuedMessage old, QueuedMessage now)
    {
        messages[messages.IndexOf(old)] = now;
        return now;
    }

    private List<QueuedMessage> Visible(int count)
    {
        Expire();
        var now = time.GetUtcNow();
        return [.. messages.Where(message => message.VisibleAt <= now).OrderBy(message => message.VisibleAt).ThenBy(message => message.Number).Take(count)];
    }

    private void Expire()
    {
        var now = time.GetUtcNow();
        messages.RemoveAll(message => message.ExpiresAt <= now);
    }
}
