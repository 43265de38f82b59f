using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace DigestFunctions.Benchmarks;

/// <summary>Prints figures: as JSON for programs, as a table for people.</summary>
internal static class Printing
{
    private static readonly JsonSerializerOptions AsJson = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Print<T>(T figures, bool json)
    {
        using var document = JsonSerializer.SerializeToDocument(figures, AsJson);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(figures, AsJson));
            return;
        }

        var table = new Table().Border(TableBorder.Simple).HideHeaders().AddColumn("").AddColumn("", column => column.RightAligned());
        foreach (var figure in document.RootElement.EnumerateObject())
            table.AddRow(figure.Name, Text(figure.Value));
        AnsiConsole.Write(table);
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? value.GetDouble().ToString(Math.Abs(value.GetDouble()) >= 100 || value.TryGetInt64(out _) ? "N0" : "N2", CultureInfo.InvariantCulture)
        : value.ToString();
}
