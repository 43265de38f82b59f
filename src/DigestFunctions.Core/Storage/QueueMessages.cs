using Azure.Storage.Queues;

namespace DigestFunctions.Core.Storage;

/// <summary>
/// Messages as the host's queue triggers expect them: base64, and living for ever. A message is a hint:
/// what it names is in the tables, and one that comes twice or never loses and doubles nothing.
/// </summary>
internal static class QueueMessages
{
    /// <summary>How long a message lives.</summary>
    public static readonly TimeSpan ForEver = TimeSpan.FromSeconds(-1);

    public static async Task EnqueueAsync(this QueueClient queue, string message, CancellationToken cancellation, TimeSpan? delay = null) =>
        await queue.SendMessageAsync(Encode(message), delay, ForEver, cancellation);

    public static string Encode(string message) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(message));

    public static string Decode(string body) => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(body));

    /// <summary>What somebody may have put there; null if it isn't even base64.</summary>
    public static string? TryDecode(string body)
    {
        var bytes = new byte[body.Length];
        return Convert.TryFromBase64String(body, bytes, out var length) ? System.Text.Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}
