using System.Text.RegularExpressions;

namespace MemoryStore.Tables;

/// <summary>Reads paths such as <c>/deliveries(PartitionKey='a',RowKey='b')</c>.</summary>
internal static partial class TablePath
{
    /// <summary>The table's name at the head of a path.</summary>
    public static string NameOf(string path) => path[1..].Split('(', 2)[0];

    public static (string Partition, string Row)? KeysOf(string path) =>
        Keys().Match(path) is { Success: true } match
            ? (Unquote(match.Groups["partition"].Value), Unquote(match.Groups["row"].Value))
            : null;

    private static string Unquote(string text) => text.Replace("''", "'", StringComparison.Ordinal);

    [GeneratedRegex(@"\(PartitionKey='(?<partition>(?:[^']|'')*)',RowKey='(?<row>(?:[^']|'')*)'\)$", RegexOptions.None, 1000)]
    private static partial Regex Keys();
}
