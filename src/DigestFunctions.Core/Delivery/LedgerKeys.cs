using DigestFunctions.Core.Schedule;

namespace DigestFunctions.Core.Delivery;

/// <summary>
/// The ledger's row keys. All of a range lies together: its decision <c>PREFIX|</c>, then its batches
/// <c>PREFIX|000|en|tip-id</c>.
/// </summary>
internal static class LedgerKeys
{
    /// <summary>The row that says that a run is stopped, and why: it lies before all ranges.</summary>
    public const string Stopped = "!stopped";

    public static string Decision(IdRange range) => $"{range}|";

    public static string Batch(IdRange range, BatchName name, Variant variant) => $"{range}|{name}|{variant}";

    /// <summary>The first key after all of a range's: '}' follows '|'.</summary>
    public static string End(IdRange range) => $"{range}}}";

    public static bool TryParseDecision(string key, out IdRange range)
    {
        range = default;
        return key.IndexOf('|', StringComparison.Ordinal) == key.Length - 1 && IdRange.TryParse(key[..^1], out range);
    }

    public static bool TryParseBatch(string key, out IdRange range, out BatchName name, out Variant variant)
    {
        (range, name, variant) = (default, default, default);
        return key.Split('|', 3) is [var rangeText, var nameText, var variantText]
            && IdRange.TryParse(rangeText, out range)
            && BatchName.TryParse(nameText, out name)
            && Variant.TryParse(variantText, out variant);
    }
}
