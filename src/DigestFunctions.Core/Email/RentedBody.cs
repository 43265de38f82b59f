using System.Buffers;
using System.Net;
using System.Net.Http.Headers;

namespace DigestFunctions.Core.Email;

/// <summary>A request's JSON in a rented buffer, which goes back when the request is disposed of.</summary>
internal sealed class RentedBody : HttpContent, IBufferWriter<byte>
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private byte[] rented;
    private int length;
    private int copying;

    public RentedBody(int expected)
    {
        rented = ArrayPool<byte>.Shared.Rent(expected);
        Headers.ContentType = Json;
    }

    public ReadOnlyMemory<byte> Written => rented.AsMemory(0, length);

    public void Advance(int count) => length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Fit(Math.Max(sizeHint, 1));
        return rented.AsMemory(length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    protected override bool TryComputeLength(out long length)
    {
        length = this.length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref copying);
        await stream.WriteAsync(Written, cancellationToken);
        Interlocked.Decrement(ref copying);
    }

    protected override void Dispose(bool disposing)
    {
        // Where the copying was cut short, somebody may still read from the buffer: then it isn't another's.
        if (disposing && Volatile.Read(ref copying) == 0 && Interlocked.Exchange(ref rented, []) is { Length: > 0 } returned)
            ArrayPool<byte>.Shared.Return(returned);
        base.Dispose(disposing);
    }

    private void Fit(int more)
    {
        if (rented.Length - length >= more)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(rented.Length * 2, length + more));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(rented);
        rented = larger;
    }
}
