using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web;

/// <summary>A body as it came, byte by byte, in memory that is lent: it grows with what comes, and not with what is announced.</summary>
internal sealed class RawBody : IDisposable
{
    private const int FirstLength = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstLength);
    private int length;

    private RawBody()
    {
    }

    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    /// <summary>Null if it is longer than <paramref name="maxLength"/>.</summary>
    /// <param name="patience">How long its bytes may take to come, if that isn't the usual minute.</param>
    /// <exception cref="BadHttpRequestException">They took longer (408), or the server read no further.</exception>
    public static async Task<RawBody?> ReadAsync(HttpRequest request, int maxLength, TimeSpan? patience = null)
    {
        if (request.ContentLength > maxLength)
            return null;
        var aborted = request.HttpContext.RequestAborted;
        using var tooSlow = new CancellationTokenSource(patience ?? Patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, tooSlow.Token);
        var body = new RawBody();
        try
        {
            if (await body.FillAsync(request.Body, maxLength, either.Token))
                return body;
        }
        catch (OperationCanceledException ended) when (tooSlow.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            body.Dispose();
            throw new BadHttpRequestException("The body took too long to come.", StatusCodes.Status408RequestTimeout, ended);
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
