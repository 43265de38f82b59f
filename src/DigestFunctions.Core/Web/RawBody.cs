using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web;

/// <summary>A body as it came, byte by byte, in memory that is lent: it grows with what comes, and not with what is announced.</summary>
internal sealed class RawBody : IDisposable
{
    private const int FirstLength = 64 * 1024;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstLength);
    private int length;

    private RawBody()
    {
    }

    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    /// <summary>Null if it is longer than <paramref name="maxLength"/>.</summary>
    public static async Task<RawBody?> ReadAsync(HttpRequest request, int maxLength)
    {
        if (request.ContentLength > maxLength)
            return null;
        var body = new RawBody();
        try
        {
            if (await body.FillAsync(request.Body, maxLength, request.HttpContext.RequestAborted))
                return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }

        body.Dispose();
        return null;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        (buffer, length) = ([], 0);
    }

    private async Task<bool> FillAsync(Stream stream, int maxLength, CancellationToken cancellation)
    {
        int read;
        while ((read = await stream.ReadAsync(buffer.AsMemory(length), cancellation)) > 0)
        {
            length += read;
            if (length > maxLength)
                return false;
            if (length == buffer.Length)
                Grow();
        }

        return true;
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        Bytes.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
