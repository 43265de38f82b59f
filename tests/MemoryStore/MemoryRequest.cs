using System.Diagnostics.CodeAnalysis;
using Azure.Core;

namespace MemoryStore;

/// <summary>What the SDK fills in: a few headers, in a list.</summary>
internal sealed class MemoryRequest : Request
{
    private readonly HeaderList headers = new();

    public override string ClientRequestId { get; set; } = "";

    protected override void AddHeader(string name, string value) => headers.Add(name, value);

    protected override void SetHeader(string name, string value)
    {
        headers.Remove(name);
        headers.Add(name, value);
    }

    protected override bool RemoveHeader(string name) => headers.Remove(name);

    protected override bool ContainsHeader(string name) => headers.Find(name) is not null;

    protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value) => (value = headers.Find(name)) is not null;

    protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values) =>
        headers.TryFindAll(name, out values);

    protected override IEnumerable<HttpHeader> EnumerateHeaders() => headers.All;

    public override void Dispose() => Content?.Dispose();
}
