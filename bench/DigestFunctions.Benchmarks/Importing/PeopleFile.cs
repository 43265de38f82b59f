using System.Globalization;
using DigestFunctions.Benchmarks.Scene;
using DigestFunctions.Core.Operations.Importing;

namespace DigestFunctions.Benchmarks.Importing;

/// <summary>A CSV file of people who all gave their consent, in 64 slots; every thousandth row is twice in it, and every thousandth is bad.</summary>
internal static class PeopleFile
{
    private const int Slots = 64;
    private const int EverySo = 1_000;

    public static async Task WriteAsync(string path, int rows, CancellationToken cancellation)
    {
        var slots = new Crowd(rows, Slots, Variants: 1).AllSlots;
        await using var file = new StreamWriter(path);
        await file.WriteLineAsync(string.Join(',', Enum.GetValues<ImportColumn>().Select(ImportHeader.NameOf)));
        for (var row = 0; row < rows; row++)
        {
            var slot = slots[row % Slots];
            var number = row % EverySo == 1 ? row - 1 : row;
            var at = row % EverySo == 2 ? "nowhere" : "example.com";
            await file.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"person{number}@{at},Person {number},en,{slot.Zone},{slot.Weekday},{slot.Time},\"listening,habits\",gentle,,,,2025-05-17T10:{row % 60:D2}:00Z,Sign-up sheet at the spring fair,active").AsMemory(), cancellation);
        }
    }
}
