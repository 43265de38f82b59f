using System.Text;

namespace DigestFunctions.Core.Operations.Importing;

/// <summary>What a file seems to be by how it begins.</summary>
internal abstract record FileKind
{
    private const int Looked = 4_096;

    private FileKind()
    {
    }

    /// <summary>Text, of this encoding unless what follows says otherwise.</summary>
    internal sealed record Text(Encoding Encoding) : FileKind;

    internal sealed record Other(string Why) : FileKind;

    private static readonly (byte[] Mark, string Why)[] Known =
    [
        ([.. "PK"u8, 3, 4], "This is an Excel workbook, or another zip archive. Open it in the spreadsheet and save the sheet as “CSV UTF-8”."),
        ([0xD0, 0xCF, 0x11, 0xE0], "This is an old Excel workbook. Open it in the spreadsheet and save the sheet as “CSV UTF-8”."),
        ([.. "%PDF"u8], "This is a PDF. The list is wanted as CSV."),
        ([0x1F, 0x8B], "This is a gzip archive. Unpack it first."),
        ([.. "<"u8], "This is a web page or XML, and no CSV. It may be a sign-in page that was saved in place of the list."),
        ([.. "{"u8], "This is JSON. The list is wanted as CSV."),
        ([.. "["u8], "This is JSON. The list is wanted as CSV."),
    ];

    /// <summary>Looks at the beginning, and goes back to it.</summary>
    public static async Task<FileKind> OfAsync(Stream file, CancellationToken cancellation)
    {
        var buffer = new byte[Looked];
        file.Position = 0;
        var length = await file.ReadAtLeastAsync(buffer, Looked, throwOnEndOfStream: false, cancellation);
        file.Position = 0;
        return Of(buffer.AsSpan(0, length));
    }

    private static FileKind Of(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("\uFEFF"u8))
            return OfText(start[3..], Encoding.UTF8);
        // UTF-32 begins as UTF-16 does; nobody has it, and its zeros tell.
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) && !start[2..].StartsWith((ReadOnlySpan<byte>)[0, 0]))
            return new Text(Encoding.Unicode);
        return start.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? new Text(Encoding.BigEndianUnicode) : OfText(start, Encoding.UTF8);
    }

    private static FileKind OfText(ReadOnlySpan<byte> start, Encoding encoding)
    {
        var text = start.TrimStart(" \t\r\n"u8);
        if (text.IsEmpty)
            return new Other("The file is empty. It has to begin with a line that names its columns.");
        foreach (var (mark, why) in Known)
        {
            if (text.StartsWith(mark))
                return new Other(why);
        }

        return start.Contains((byte)0)
            ? new Other("This is no text: it holds zero bytes. If it comes from a spreadsheet, save the sheet as “CSV UTF-8”.")
            : new Text(encoding);
    }
}
