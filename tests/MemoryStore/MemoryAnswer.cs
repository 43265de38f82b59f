using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace MemoryStore;

/// <summary>A status, headers and a body.</summary>
/// <param name="Code">The service's error code, where it is an error.</param>
internal sealed record MemoryAnswer(int Status, ReadOnlyMemory<byte> Body = default, string? Code = null)
{
    public HeaderList Headers { get; } = new();

    public static MemoryAnswer NoContent { get; } = new(204);

    /// <param name="at">The index of the action that failed, in a transaction.</param>
    public static MemoryAnswer TableError(int status, string code, int? at = null)
    {
        var index = at is { } failed ? string.Create(CultureInfo.InvariantCulture, $"{failed}:") : "";
        var body = $$"""{"odata.error": {"code": "{{code}}", "message": {"lang": "en-US", "value": "{{index}}{{code}}."} } }""";
        return new MemoryAnswer(status, Encoding.UTF8.GetBytes(body), code)
            .With("x-ms-error-code", code)
            .With("Content-Type", "application/json;odata=minimalmetadata;streaming=true;charset=utf-8");
    }

    public static MemoryAnswer QueueError(int status, string code) =>
        Xml(status, $"<Error><Code>{code}</Code><Message>{code}.</Message></Error>", code).With("x-ms-error-code", code);

    public static MemoryAnswer Json(ReadOnlyMemory<byte> body) =>
        new MemoryAnswer(200, body).With("Content-Type", "application/json;odata=minimalmetadata");

    public static MemoryAnswer Xml(int status, string body, string? code = null) =>
        new MemoryAnswer(status, Encoding.UTF8.GetBytes("""<?xml version="1.0" encoding="utf-8"?>""" + body), code)
            .With("Content-Type", "application/xml");

    public MemoryAnswer With(string name, string value)
    {
        Headers.Add(name, value);
        return this;
    }

    public Stream? OpenBody() => MemoryMarshal.TryGetArray(Body, out var bytes) && bytes.Count > 0
        ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false)
        : null;
}
