using System.Diagnostics.CodeAnalysis;
using Azure.Core;

namespace MemoryStore;

internal sealed class HeaderList
{
    private readonly List<HttpHeader> all = new(8);

    public IEnumerable<HttpHeader> All => all;

    public void Add(string name, string value) => all.Add(new HttpHeader(name, value));

    public bool Remove(string name) => all.RemoveAll(header => Is(header, name)) > 0;

    public string? Find(string name)
    {
        foreach (var header in all)
        {
            if (Is(header, name))
                return header.Value;
        }

        return null;
    }

    public bool TryFindAll(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
    {
        values = Find(name) is { } value ? [value] : null;
        return values is not null;
    }

    private static bool Is(HttpHeader header, string name) => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}
