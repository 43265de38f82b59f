namespace DigestFunctions.Core.Operations.Importing;

/// <summary>
/// Lets a stream's bytes through, of each line no more than so many: what reads it never holds more of a line, however
/// long that is, and can tell by the length that it was longer.
/// </summary>
internal sealed class LineGuard(Stream inner, int most) : Stream
{
    private int length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            // None is the end, so a block of which nothing is let through isn't handed on.
            if (read == 0 || Cut(buffer.Span[..read]) is not 0 and var kept && (read = kept) > 0)
                return read;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            var read = inner.Read(buffer);
            if (read == 0 || Cut(buffer[..read]) is not 0 and var kept && (read = kept) > 0)
                return read;
        }
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    // Moves what is let through to the front; returns how much that is.
    private int Cut(Span<byte> block)
    {
        var kept = 0;
        for (var rest = block; rest.Length > 0;)
        {
            var end = rest.IndexOfAny((byte)'\n', (byte)'\r');
            var line = rest[..(end < 0 ? rest.Length : end)];
            var passing = line[..Math.Min(line.Length, most - length)];
            passing.CopyTo(block[kept..]);
            kept += passing.Length;
            length += passing.Length;
            if (end < 0)
                break;
            block[kept++] = rest[end];
            length = 0;
            rest = rest[(end + 1)..];
        }

        return kept;
    }
}
