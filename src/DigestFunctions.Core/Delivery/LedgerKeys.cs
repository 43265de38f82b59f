using System.Globalization;
using DigestFunctions.Core.Schedule;

namespace DigestFunctions.Core.Delivery;

/// <summary>
/// The ledger's row keys. All of a range lies together: its decision <c>PREFIX|</c>, then its batches
/// <c>PREFIX|000|en|tip-id</c>.
/// </summary>
internal static class LedgerKeys
{
    public static string Decision(IdRange range) => $"{range}|";

    public static string Batch(IdRange range, int index, Variant variant) =>
        string.Create(CultureInfo.InvariantCulture, $"{range}|{index:D3}|{variant}");

    /// <summary>The first key after all of a range's: '}' follows '|'.</summary>
    public static string End(IdRange range) => $"{range}}}";

    public static bool TryParseBatch(string key, out IdRange range, out int index, out Variant variant)
    {
        (range, index, variant) = (default, default, default);
        return key.Split('|', 3) is [var rangeText, var indexText, var variantText]
            && IdRange.TryParse(rangeText, out range)
            && int.TryParse(indexText, NumberStyles.None, CultureInfo.InvariantCulture, out index)
            && Variant.TryParse(variantText, out variant);
    }
}
