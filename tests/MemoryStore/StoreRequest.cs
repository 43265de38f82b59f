using Azure.Core;

namespace MemoryStore;

/// <summary>What matters of a request. A part of a transaction is one, too.</summary>
/// <param name="Path">Unescaped, from the slash on, without the account.</param>
internal sealed record StoreRequest(string Method, string Path, string RawQuery, string? IfMatch, ReadOnlyMemory<byte> Body)
{
    // Azurite's, which the development connection string puts into the path.
    private const string Account = "/devstoreaccount1";

    public static StoreRequest Read(Request request, bool isTable)
    {
        var body = ReadOnlyMemory<byte>.Empty;
        if (request.Content is { } content)
        {
            using var copy = new MemoryStream(content.TryComputeLength(out var length) ? (int)length : 0);
            content.WriteTo(copy, CancellationToken.None);
            body = copy.GetBuffer().AsMemory(0, (int)copy.Length);
        }

        var ifMatch = isTable && request.Headers.TryGetValue("If-Match", out var value) ? value : null;
        return Read(request.Method.Method, request.Uri.ToUri(), ifMatch, body);
    }

    public static StoreRequest Read(string method, Uri address, string? ifMatch, ReadOnlyMemory<byte> body)
    {
        var path = Uri.UnescapeDataString(address.AbsolutePath);
        if (path.StartsWith(Account + "/", StringComparison.Ordinal))
            path = path[Account.Length..];
        return new StoreRequest(method, path, address.Query, ifMatch, body);
    }

    /// <summary>The value of a query parameter, unescaped.</summary>
    public string? Query(string name)
    {
        foreach (var part in RawQuery.AsSpan(RawQuery.StartsWith('?') ? 1 : 0).Split('&'))
        {
            var pair = RawQuery.AsSpan(RawQuery.StartsWith('?') ? 1 : 0)[part];
            if (pair.Length > name.Length && pair[name.Length] == '=' && pair.StartsWith(name, StringComparison.Ordinal))
                return Uri.UnescapeDataString(pair[(name.Length + 1)..]);
        }

        return null;
    }

    public NotSupportedException NotSupported() => new($"The store in memory knows no {Method} of {Path}{RawQuery}.");
}
