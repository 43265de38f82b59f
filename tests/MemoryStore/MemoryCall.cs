namespace MemoryStore;

internal enum MemoryOperation
{
    CreateTable,
    DeleteTable,
    Query,
    Get,
    Insert,

    /// <summary>With If-Match an update, without it an upsert.</summary>
    Replace,
    Merge,
    Delete,
    Transaction,

    CreateQueue,
    DeleteQueue,
    CountMessages,
    PutMessage,
    PeekMessages,
    GetMessages,
    UpdateMessage,
    DeleteMessage,
    ClearMessages,
}

/// <summary>One request of the SDK, as the hooks see it.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Name">The table's or the queue's.</param>
/// <param name="PartitionKey">Where the request names one; of a query, the one that it is limited to. A transaction's is its first action's.</param>
internal sealed record MemoryCall(
    MemoryOperation Operation, string Method, string Name, string? PartitionKey, string? RowKey, CancellationToken Cancellation)
{
    private (int Status, string Code)? instead;

    /// <summary>The status of the answer, when there is one.</summary>
    public int? Status { get; internal set; }

    public bool IsQueue => Operation >= MemoryOperation.CreateQueue;

    /// <summary>
    /// Answers this. Said before the call, it isn't done; said after it, it is, and its own answer is lost.
    /// To have the client see a broken connection, let the hook throw, an <see cref="IOException"/> for one.
    /// </summary>
    public void Answer(int status, string code = "InternalError") => instead = (status, code);

    internal MemoryAnswer? Instead => instead is not var (status, code) ? null
        : IsQueue ? MemoryAnswer.QueueError(status, code)
        : MemoryAnswer.TableError(status, code);

    /// <summary>Such as <c>PUT deliveries</c>.</summary>
    public override string ToString() => $"{Method} {Name}";
}
