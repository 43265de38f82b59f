using System.Globalization;
using Azure;
using Azure.Storage.Queues;
using CsCheck;

namespace DigestFunctions.Tests.Storage;

/// <summary>One call of a queue's client, and what it answers as a line of text: the same of every store.</summary>
internal abstract record QueueStep
{
    // Azurite orders by milliseconds and lets messages of one call become visible again together: so only the
    // hidden and the visible are told apart, and a text says which message it is.
    private static readonly Gen<int> Places = Gen.Int[0, 5];

    public static Gen<QueueStep> Any { get; } = Gen.Frequency(
        (2, Gen.Const((QueueStep)new Create())),
        (1, Gen.Const((QueueStep)new Clear())),
        (6, Gen.Select(Gen.OneOf("a", "<b> & 'c' \"한\"", ""), Gen.Bool).Select((text, hidden) => (QueueStep)new Put(text, hidden))),
        (2, Gen.Int[1, 33].Select(count => (QueueStep)new Peek(count))),
        (3, Gen.Select(Gen.Int[1, 3], Gen.OneOf(0, 30)).Select((count, seconds) => (QueueStep)new Get(count, seconds))),
        (2, Gen.Select(Places, Gen.Bool, Gen.OneOf(null, "new")).Select((which, stale, text) => (QueueStep)new Update(which, stale, text))),
        (3, Gen.Select(Places, Gen.Bool).Select((which, stale) => (QueueStep)new Delete(which, stale))),
        (2, Gen.Const((QueueStep)new Count())));

    public async Task<string> AnswerAsync(Scene scene, CancellationToken cancellation)
    {
        try
        {
            return await RunAsync(scene, cancellation);
        }
        catch (RequestFailedException failure)
        {
            return $"{failure.Status} {failure.ErrorCode}";
        }
    }

    protected abstract Task<string> RunAsync(Scene scene, CancellationToken cancellation);

    /// <summary>A queue, and the receipts that it gave.</summary>
    internal sealed class Scene(QueueClient queue)
    {
        private readonly List<(string Id, string First, string Last)> received = [];

        public QueueClient Queue => queue;

        public void Add(string id, string receipt)
        {
            var index = received.FindIndex(known => known.Id == id);
            if (index < 0)
                received.Add((id, receipt, receipt));
            else
                received[index] = received[index] with { Last = receipt };
        }

        public (string Id, string Receipt) Find(int which, bool stale) => received.Count == 0
            ? (Guid.Empty.ToString(), "none")
            : received[which % received.Count] is var (id, first, last) ? (id, stale ? first : last) : default;
    }

    internal sealed record Create : QueueStep
    {
        protected override async Task<string> RunAsync(Scene scene, CancellationToken cancellation) =>
            (await scene.Queue.CreateIfNotExistsAsync(cancellationToken: cancellation))?.Status.ToString(CultureInfo.InvariantCulture) ?? "there";
    }

    internal sealed record Clear : QueueStep
    {
        protected override async Task<string> RunAsync(Scene scene, CancellationToken cancellation) =>
            (await scene.Queue.ClearMessagesAsync(cancellation)).Status.ToString(CultureInfo.InvariantCulture);
    }

    internal sealed record Put(string Text, bool Hidden) : QueueStep
    {
        protected override async Task<string> RunAsync(Scene scene, CancellationToken cancellation)
        {
            var receipt = (await scene.Queue.SendMessageAsync(
                Text, Hidden ? TimeSpan.FromMinutes(1) : null, TimeSpan.FromSeconds(-1), cancellation)).Value;
            scene.Add(receipt.MessageId, receipt.PopReceipt);
            return $"{(receipt.TimeNextVisible - receipt.InsertionTime).TotalSeconds:F0} {receipt.ExpirationTime:O}";
        }
    }

    internal sealed record Peek(int Number) : QueueStep
    {
        protected override async Task<string> RunAsync(Scene scene, CancellationToken cancellation) => string.Join("; ",
            (await scene.Queue.PeekMessagesAsync(Number, cancellation)).Value.Select(message => $"{message.MessageText} {message.DequeueCount}"));
    }

    internal sealed record Get(int Number, int Seconds) : QueueStep
    {
        protected override async Task<string> RunAsync(Scene scene, CancellationToken cancellation)
        {
            var messages = (await scene.Queue.ReceiveMessagesAsync(Number, TimeSpan.FromSeconds(Seconds), cancellation)).Value;
            foreach (var message in messages)
                scene.Add(message.MessageId, message.PopReceipt);
            return string.Join("; ", messages.Select(message => $"{message.MessageText} {message.DequeueCount}"));
        }
    }

    internal sealed record Update(int Which, bool Stale, string? Text) : QueueStep
    {
        protected override async Task<string> RunAsync(Scene scene, CancellationToken cancellation)
        {
            var (id, receipt) = scene.Find(Which, Stale);
            var updated = (await scene.Queue.UpdateMessageAsync(id, receipt, Text, TimeSpan.FromMinutes(1), cancellation)).Value;
            scene.Add(id, updated.PopReceipt);
            return "updated";
        }
    }

    internal sealed record Delete(int Which, bool Stale) : QueueStep
    {
        protected override async Task<string> RunAsync(Scene scene, CancellationToken cancellation)
        {
            var (id, receipt) = scene.Find(Which, Stale);
            return (await scene.Queue.DeleteMessageAsync(id, receipt, cancellation)).Status.ToString(CultureInfo.InvariantCulture);
        }
    }

    internal sealed record Count : QueueStep
    {
        protected override async Task<string> RunAsync(Scene scene, CancellationToken cancellation) =>
            (await scene.Queue.GetPropertiesAsync(cancellation)).Value.ApproximateMessagesCount.ToString(CultureInfo.InvariantCulture);
    }
}
