using System.Diagnostics.CodeAnalysis;
using Azure;
using Azure.Core;

namespace MemoryStore;

/// <summary>An answer as the SDK reads it. Its stream can seek, so that the SDK doesn't copy it.</summary>
internal sealed class MemoryResponse(MemoryAnswer answer) : Response
{
    public override int Status => answer.Status;

    public override string ReasonPhrase => answer.Code ?? "";

    public override Stream? ContentStream { get; set; } = answer.OpenBody();

    public override string ClientRequestId { get; set; } = "";

    protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value) => (value = answer.Headers.Find(name)) is not null;

    protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values) =>
        answer.Headers.TryFindAll(name, out values);

    protected override bool ContainsHeader(string name) => answer.Headers.Find(name) is not null;

    protected override IEnumerable<HttpHeader> EnumerateHeaders() => answer.Headers.All;

    // The SDK reads it afterwards.
    public override void Dispose()
    {
    }
}
