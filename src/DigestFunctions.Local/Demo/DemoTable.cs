using System.Globalization;
using DigestFunctions.Core.Schedule;
using Spectre.Console;

namespace DigestFunctions.Local;

/// <summary>Who got which mail, scheduled for when.</summary>
internal static class DemoTable
{
    private static readonly string[] Kinds = ["confirm", "welcome", "digest"];

    /// <summary>True if each has exactly one of each.</summary>
    public static async Task<bool> ShowAsync(
        IReadOnlyList<DemoPerson> people, DemoInbox mails, CancellationToken cancellation)
    {
        // Fits into 80 columns.
        var table = new Table().Border(TableBorder.Simple);
        foreach (var heading in (string[])["Who", "Zone", "Chose", "Confirm", "Welcome", "Digest", "Due there"])
            table.AddColumn(heading, column => column.NoWrap().PadLeft(0).PadRight(1));
        var right = 0;
        foreach (var person in people)
        {
            var got = await mails.OfAsync(person.Address, cancellation);
            int[] counts = [.. Kinds.Select(kind => got.Count(mail => mail.Kind == kind))];
            right += Array.TrueForAll(counts, count => count == 1) ? 1 : 0;
            table.AddRow([
                new Text(person.Name),
                new Text(person.Slot.Zone.ToString()),
                new Text($"{Weekdays.Short(person.Slot.Weekday)} {person.Slot.Time}"),
                .. counts.Select(Count),
                new Text(string.Join(", ", got.Where(mail => mail.Kind == "digest").Select(mail => Scheduled(mail, person)))),
            ]);
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine($"{right} of {people.Count} people got exactly one confirm, one welcome and one digest.");
        return right == people.Count;
    }

    private static Markup Count(int count) => new(count == 1 ? "[green]1[/]" : $"[red]{count}[/]");

    private static string Scheduled(DemoMail mail, DemoPerson person) =>
        mail.SendAt is { } at
            ? at.InZone(person.Slot.Zone.Zone).ToString("d MMM HH:mm", CultureInfo.InvariantCulture)
            : "at once";
}
