using System.Text.Json;

namespace SendGridEmulator.Mail;

/// <summary>
/// An append-only file: a JSON line for each entry, and after a mail's line its body. What was appended has
/// left the process when Append returns, so that a SIGKILL loses nothing that was answered; a line cut short by
/// one is dropped at the next start.
/// </summary>
internal sealed class Journal : IDisposable
{
    private readonly Lock gate = new();
    private readonly FileStream? file;

    /// <exception cref="IOException">The folder can't be used, or another emulator uses it.</exception>
    public Journal(EmulatorOptions options)
    {
        if (options.DataFolder is null || options.CountOnly)
            return;

        Directory.CreateDirectory(options.DataFolder);
        file = new FileStream(Path.Combine(options.DataFolder, "mail.journal"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
    }

    public void Append(JournalEntry entry, ReadOnlySpan<byte> body = default)
    {
        if (file is null)
            return;

        var line = JsonSerializer.SerializeToUtf8Bytes(entry, JournalJson.Default.JournalEntry);
        var written = new byte[line.Length + 1 + (body.IsEmpty ? 0 : body.Length + 1)];
        line.CopyTo(written, 0);
        written[line.Length] = (byte)'\n';
        if (!body.IsEmpty)
        {
            body.CopyTo(written.AsSpan(line.Length + 1));
            written[^1] = (byte)'\n';
        }

        lock (gate)
            file.Write(written);
    }

    /// <summary>Everything in the file, oldest first. Afterwards the file ends where the last whole entry does.</summary>
    public IEnumerable<(JournalEntry Entry, byte[] Body)> Replay()
    {
        if (file is null)
            yield break;

        var whole = 0L;
        file.Position = 0;
        // Not disposed of, since that would close the file.
        var reader = new BufferedStream(file, 1 << 16);
        while (ReadEntry(reader) is { } read)
        {
            whole = reader.Position;
            yield return read;
        }

        file.SetLength(whole);
        file.Position = whole;
    }

    private static (JournalEntry Entry, byte[] Body)? ReadEntry(BufferedStream reader)
    {
        var line = new List<byte>(256);
        int b;
        while ((b = reader.ReadByte()) is not (-1 or '\n'))
            line.Add((byte)b);
        if (b == -1)
            return null;

        var entry = JsonSerializer.Deserialize([.. line], JournalJson.Default.JournalEntry);
        if (entry is not MailTaken mail)
            return entry is null ? null : (entry, []);

        var body = new byte[mail.Length];
        return reader.ReadAtLeast(body, body.Length, throwOnEndOfStream: false) == body.Length && reader.ReadByte() == '\n'
            ? (mail, body)
            : null;
    }

    public void Dispose() => file?.Dispose();
}
