using System.Buffers;

namespace SendGridEmulator.Api;

/// <summary>A request's body in a rented buffer.</summary>
internal sealed class RequestBody : IDisposable
{
    /// <summary>SendGrid: the total size of a message is at most 30 MB.</summary>
    public const int MaxBytes = 30 * 1024 * 1024;

    private byte[] rented;

    private RequestBody(byte[] buffer, int length)
    {
        rented = buffer;
        Length = length;
    }

    public int Length { get; }

    public ReadOnlySpan<byte> Bytes => rented.AsSpan(0, Length);

    /// <summary>Null where the body is larger than SendGrid takes.</summary>
    public static async Task<RequestBody?> ReadAsync(HttpRequest request)
    {
        if (request.ContentLength > MaxBytes)
            return null;

        var cancellation = request.HttpContext.RequestAborted;
        var buffer = ArrayPool<byte>.Shared.Rent((int)(request.ContentLength ?? 0) + 4096);
        var length = 0;
        int read;
        while ((read = await request.Body.ReadAsync(buffer.AsMemory(length), cancellation)) > 0)
        {
            length += read;
            if (length > MaxBytes)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                return null;
            }

            if (length == buffer.Length)
                buffer = Grown(buffer);
        }

        return new RequestBody(buffer, length);
    }

    private static byte[] Grown(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    public void Dispose()
    {
        var returned = Interlocked.Exchange(ref rented, []);
        if (returned.Length > 0)
            ArrayPool<byte>.Shared.Return(returned);
    }
}
