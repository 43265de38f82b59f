using System.Globalization;
using System.Xml.Linq;

namespace MemoryStore.Queues;

/// <summary>What a request to the queues asks for.</summary>
internal sealed record QueueRequest(MemoryOperation Operation, string Queue)
{
    public string MessageId { get; private init; } = "";

    public string PopReceipt { get; private init; } = "";

    public string? Text { get; private init; }

    public int Count { get; private init; } = 1;

    public TimeSpan? Visibility { get; private init; }

    /// <summary>Negative for ever.</summary>
    public TimeSpan? TimeToLive { get; private init; }

    public static QueueRequest Read(StoreRequest request)
    {
        var parts = request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var operation = (request.Method, parts) switch
        {
            ("PUT", [_]) => MemoryOperation.CreateQueue,
            ("DELETE", [_]) => MemoryOperation.DeleteQueue,
            ("GET", [_]) when request.Query("comp") == "metadata" => MemoryOperation.CountMessages,
            ("POST", [_, "messages"]) => MemoryOperation.PutMessage,
            ("GET", [_, "messages"]) => request.Query("peekonly") == "true" ? MemoryOperation.PeekMessages : MemoryOperation.GetMessages,
            ("DELETE", [_, "messages"]) => MemoryOperation.ClearMessages,
            ("PUT", [_, "messages", _]) => MemoryOperation.UpdateMessage,
            ("DELETE", [_, "messages", _]) => MemoryOperation.DeleteMessage,
            _ => throw request.NotSupported(),
        };
        return new QueueRequest(operation, parts[0])
        {
            MessageId = parts.Length > 2 ? parts[2] : "",
            PopReceipt = request.Query("popreceipt") ?? "",
            Text = TextIn(request.Body),
            Count = int.Parse(request.Query("numofmessages") ?? "1", CultureInfo.InvariantCulture),
            Visibility = Seconds(request.Query("visibilitytimeout")),
            TimeToLive = Seconds(request.Query("messagettl")),
        };
    }

    /// <summary>A message's id stands in the place of the row key.</summary>
    public MemoryCall Call(StoreRequest request, CancellationToken cancellation) =>
        new(Operation, request.Method, Queue, null, MessageId.Length > 0 ? MessageId : null, cancellation);

    private static TimeSpan? Seconds(string? text) =>
        text is null ? null : TimeSpan.FromSeconds(int.Parse(text, CultureInfo.InvariantCulture));

    private static string? TextIn(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
            return null;
        using var stream = new MemoryStream(body.ToArray());
        return XDocument.Load(stream, LoadOptions.PreserveWhitespace).Root!.Element("MessageText")!.Value;
    }
}
