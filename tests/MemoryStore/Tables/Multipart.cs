using System.Globalization;
using System.Text;

namespace MemoryStore.Tables;

/// <summary>A transaction on the wire: one changeset of HTTP requests in a multipart body, and their answers in another.</summary>
internal static class Multipart
{
    private const string Boundary = "memory";

    public static List<TableAction> Read(ReadOnlyMemory<byte> body)
    {
        var actions = new List<TableAction>();
        var delimiter = Delimiter(body.Span);
        var at = body.Span.IndexOf(delimiter) + delimiter.Length;
        while (body.Span[at..].IndexOf(delimiter) is >= 0 and var length)
        {
            actions.Add(TableAction.Read(ReadPart(body.Slice(at, length))));
            at += length + delimiter.Length;
        }

        return actions;
    }

    public static MemoryAnswer Write(IEnumerable<Outcome> outcomes, int? failed)
    {
        var text = new StringBuilder($"--batch_{Boundary}\r\nContent-Type: multipart/mixed; boundary=changeset_{Boundary}\r\n\r\n");
        foreach (var outcome in outcomes)
        {
            text.Append(CultureInfo.InvariantCulture, $"--changeset_{Boundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n");
            text.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {outcome.Status} {outcome.Code ?? "No Content"}\r\nDataServiceVersion: 3.0;\r\n");
            if (outcome.ETag is not null)
                text.Append(CultureInfo.InvariantCulture, $"ETag: {outcome.ETag}\r\n");
            if (outcome.Code is not null)
                text.Append(CultureInfo.InvariantCulture, $"Content-Type: application/json;odata=minimalmetadata;charset=utf-8\r\n\r\n{Encoding.UTF8.GetString(MemoryAnswer.TableError(outcome.Status, outcome.Code, failed).Body.Span)}");
            text.Append("\r\n\r\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"--changeset_{Boundary}--\r\n--batch_{Boundary}--\r\n");
        return new MemoryAnswer(202, Encoding.UTF8.GetBytes(text.ToString()))
            .With("Content-Type", $"multipart/mixed; boundary=batch_{Boundary}");
    }

    // The first header names the changeset's.
    private static byte[] Delimiter(ReadOnlySpan<byte> body)
    {
        var boundary = body[(body.IndexOf("boundary="u8) + "boundary=".Length)..];
        return [.. "--"u8, .. boundary[..boundary.IndexOf("\r\n"u8)]];
    }

    // Headers of the part, the request's line and headers, its body; an empty line after each.
    private static StoreRequest ReadPart(ReadOnlyMemory<byte> part)
    {
        var request = part[After(part.Span, "\r\n\r\n"u8)..];
        var end = After(request.Span, "\r\n\r\n"u8);
        var lines = Encoding.UTF8.GetString(request.Span[..end]).Split("\r\n");
        var line = lines[0].Split(' ');
        var ifMatch = Array.Find(lines, header => header.StartsWith("If-Match: ", StringComparison.OrdinalIgnoreCase))?["If-Match: ".Length..];
        return StoreRequest.Read(line[0], new Uri(line[1]), ifMatch, request[end..]);
    }

    private static int After(ReadOnlySpan<byte> text, ReadOnlySpan<byte> mark) => text.IndexOf(mark) + mark.Length;
}
