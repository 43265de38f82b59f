using System.Globalization;

namespace MemoryStore.Tables;

internal static class Edm
{
    public const string TypeSuffix = "@odata.type";

    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    public static string DateTime(long ticks) =>
        new DateTime(ticks, DateTimeKind.Utc).ToString(Format, CultureInfo.InvariantCulture);

    public static void WriteDateTime(long ticks, Span<byte> destination) =>
        new DateTime(ticks, DateTimeKind.Utc).TryFormat(destination, out _, Format, CultureInfo.InvariantCulture);

    public static long Ticks(string text) =>
        System.DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal).Ticks;
}
