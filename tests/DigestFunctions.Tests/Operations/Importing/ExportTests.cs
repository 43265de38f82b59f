using System.Text;
using CsCheck;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Operations.Importing;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using DigestFunctions.Tests.Delivery;
using DigestFunctions.Tests.Subscribers;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Operations.Importing;

/// <summary>All subscribers as a file, and back.</summary>
public sealed class ExportTests(SharedAzurite azurite)
{
    private static readonly string[] Names = ["", "Mina", "Kim, Mina", "=1+1", "+82 10", "-", "'=1+1", "''+1", "'t Hooft", "Zoé \"Z\"", "민아", "＝1", "Jo;=1+1;x", "Jo;\"=1+1;x", "Jo; '-1;+2", "Jo;x"];
    private static readonly string[] Locals = ["ada", "-bob", "+cy", "=dee", "'=eve", "'fay"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_begins_with_the_mark_and_the_columns_and_has_a_line_for_each()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        await sending.ImportAsync(Importer.File("mina@example.com,Mina,en,Europe/Paris,Tue,08:30,\"habits,listening\",gentle," + Importer.Evidence));

        var (bytes, counts) = await ExportAsync(sending);

        Assert.Equal(new ExportCounts(1, 0), counts);
        Assert.True(bytes.AsSpan().StartsWith((byte[])[0xEF, 0xBB, 0xBF]));
        Assert.Equal(
            "email,name,language,timezone,weekday,time,focus,energy,reminders,reminder_time,paused_until,consent,consent_source,state\r\n"
            + "mina@example.com,Mina,en,Europe/Paris,Tue,08:30,\"listening,habits\",gentle,,,,2025-05-17T10:00:00Z,Sign-up sheet at the spring fair,active\r\n",
            Encoding.UTF8.GetString(bytes)[1..]);
        Assert.Equal(AuditAction.Exported, (await sending.Get<AuditLog>().NewestAsync(1, Cancellation).SingleAsync(Cancellation)).Action);
    }

    [Fact]
    public async Task No_spreadsheet_runs_anything_of_it()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        await sending.Store.AddAsync(Names.Select((name, number) => People.Active(number, Slots.Tuesday) is var person
            ? person with { Preferences = person.Preferences with { Name = PersonName.FromStore(name) } }
            : person));

        var text = Encoding.UTF8.GetString((await ExportAsync(sending)).Bytes);

        Assert.All(text[1..].Split("\r\n").SelectMany(line => line.Split(',')).SelectMany(Cells), cell => Assert.False(FieldText.IsFormula(cell), cell));
    }

    [Fact]
    public async Task Imported_elsewhere_and_exported_again_it_is_the_same()
    {
        await using var here = await Sending.StartWithoutPumpAsync(azurite);
        await using var there = await Sending.StartWithoutPumpAsync(azurite);
        var numbers = Enumerable.Range(0, 200).ToList();
        await here.Store.AddAsync(numbers.Select(number => Anybody.Example(number)));
        var (first, _) = await ExportAsync(here);

        var report = await there.ImportAsync(Encoding.UTF8.GetString(first));
        var (second, _) = await ExportAsync(there);

        Assert.Equal(numbers.Count(number => Anybody.IsActive(number)), report.Counts[RowOutcome.Added]);
        Assert.Equal(0, report.Counts[RowOutcome.Refused] - numbers.Count(number => Anybody.IsPending(number)));
        Assert.Equal(
            Encoding.UTF8.GetString(first).Split("\r\n").Where(line => line.EndsWith(",active", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            Encoding.UTF8.GetString(second).Split("\r\n").Where(line => line.EndsWith(",active", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        await there.AssertAgreedAsync();
    }

    [Fact]
    public async Task Imported_where_it_comes_from_all_are_there()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        await sending.Store.AddAsync(Enumerable.Range(0, 50).Select(number => Anybody.Example(number) is var person ? person with { Id = sending.IdOf(person.Address.ToString()) } : null!));
        var (file, _) = await ExportAsync(sending);

        var report = await sending.ImportAsync(Encoding.UTF8.GetString(file));

        Assert.Equal("AlreadyActive 20, AlreadyAsked 10, NotSubscribed 20", report.Told());
    }

    [Fact]
    public void What_is_neutralized_is_no_formula_and_is_restored_to_what_it_was() =>
        Gen.OneOf(Gen.String, Gen.String[Gen.Char["'\"=+-@;\t\r\n＝a "], 0, 8]).Sample(text =>
            !FieldText.IsFormula(FieldText.Neutralize(text))
            && !Cells(FieldText.Neutralize(text)).Any(FieldText.IsFormula)
            && FieldText.Restore(FieldText.Neutralize(text)) == text);

    // As one makes them of a field that parts cells at semicolons or tabs, and so isn't held together by our quotes.
    private static IEnumerable<string> Cells(string field) => field.Split(';', '\t', '\r', '\n').Select(cell => cell.TrimStart('"', ' '));

    private static async Task<(byte[] Bytes, ExportCounts Counts)> ExportAsync(Sending sending)
    {
        using var output = new MemoryStream();
        var counts = await sending.Get<Export>().WriteAsync(output, Operator.Unnamed, progress: null, Cancellation);
        return (output.ToArray(), counts);
    }

    /// <summary>People of every state, with names and choices of every kind.</summary>
    private static class Anybody
    {
        public static bool IsActive(int number) => number % 5 < 2;

        public static bool IsPending(int number) => number % 5 == 2;

        public static Subscriber Example(int number)
        {
            Assert.True(EmailAddress.TryParse($"{Locals[number % Locals.Length]}{number}@example.com", out var address));
            var zone = TimeZoneId.All[number * 7 % TimeZoneId.All.Count];
            var slot = new Slot(SlotKind.Digest, zone, Weekdays.All[number % 7], SlotTime.All[number % 48]);
            var person = People.Active(number, slot);
            return person with
            {
                Address = address,
                Preferences = person.Preferences with
                {
                    Name = PersonName.FromStore(Names[number % Names.Length]),
                    Language = number % 2 == 0 ? Language.English : Language.Korean,
                    Tips = new TipChoice(number % 3 == 0 ? Focus.Everything : Focus.Of(Area.Habits, Area.Self), (Energy)(number % 3)),
                    Reminders = number % 4 == 0 ? ReminderChoice.None : new ReminderChoice(DaySet.Of(IsoDayOfWeek.Thursday, IsoDayOfWeek.Sunday), SlotTime.All[36]),
                },
                Consent = new Consent(new ConsentText(Language.English, number % 2 == 0 ? "=Yes, \"please\"." : "네, 좋아요."), TestApp.Start, "", IsPending(number) ? null : TestApp.Start - Duration.FromMilliseconds(number)),
                State = (number % 5) switch
                {
                    0 => person.State,
                    1 => new SubscriberState.Active([new Placement(slot, Slots.Issue("2027-W10"), null)], new Pause(new LocalDate(2027, 3, 1 + (number % 20)), Slots.Issue("2026-W49"))),
                    2 => new SubscriberState.Pending(FirstIssue: null),
                    3 => new SubscriberState.Left(TestApp.Start, Slots.Issue("2026-W49")),
                    _ => new SubscriberState.Suppressed(TestApp.Start, SuppressionReason.Bounced, Slots.Issue("2026-W49")),
                },
            };
        }
    }
}
