using System.Text;
using DigestFunctions.Core.Operations.Importing;
using DigestFunctions.Tests.Delivery;
using DigestFunctions.Tests.Subscribers;
using Xunit;

namespace DigestFunctions.Tests.Operations.Importing;

/// <summary>Files as they come: of every tool and country, and of nobody's goodwill.</summary>
public sealed class HostileFileTests(SharedAzurite azurite)
{
    static HostileFileTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    private static readonly string Two = Importer.File(Importer.Row("zoe@example.com", "Zoé"), Importer.Row("mina@example.com", "\"Kim, Mina\""));

    public static TheoryData<string, byte[]> Readable => new()
    {
        { "as it is", Encoding.UTF8.GetBytes(Two) },
        { "with a BOM", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Two)] },
        { "with CRLF", Encoding.UTF8.GetBytes(Two.Replace("\n", "\r\n", StringComparison.Ordinal)) },
        { "with CR", Encoding.UTF8.GetBytes(Two.Replace('\n', '\r')) },
        { "without an end of the last line", Encoding.UTF8.GetBytes(Two.TrimEnd()) },
        { "with empty lines", Encoding.UTF8.GetBytes(Two.Replace("\n", "\n\n", StringComparison.Ordinal)) },
        { "with semicolons", Encoding.UTF8.GetBytes(Two.Replace("Kim, Mina", "Kim# Mina", StringComparison.Ordinal).Replace(',', ';').Replace('#', ',')) },
        { "with tabs", Encoding.UTF8.GetBytes(Two.Replace("Kim, Mina", "Kim# Mina", StringComparison.Ordinal).Replace(',', '\t').Replace('#', ',')) },
        { "with Excel's hint", Encoding.UTF8.GetBytes("sep=,\r\n" + Two) },
        { "as Latin-1", Encoding.Latin1.GetBytes(Two) },
        { "as UTF-16", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Two)] },
        { "as UTF-16, the other way round", [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(Two)] },
        { "all in quotation marks", Encoding.UTF8.GetBytes(string.Join('\n', Two.Replace("\"Kim, Mina\"", "Kim# Mina", StringComparison.Ordinal).TrimEnd().Split('\n').Select(line => $"\"{line.Replace(",", "\",\"", StringComparison.Ordinal)}\"")).Replace('#', ',')) },
        { "by other names", Encoding.UTF8.GetBytes(Two.Replace(Importer.Columns, "E-Mail Address,First Name,LOCALE,Time Zone,Day,Local_Time,Areas,Energy,OPTIN_TIME,Source", StringComparison.Ordinal)) },
    };

    public static TheoryData<string, byte[], string> Unreadable => new()
    {
        { "empty", [], "The file is empty." },
        { "blank", "  \r\n"u8.ToArray(), "The file is empty." },
        { "no rows", Encoding.UTF8.GetBytes(Importer.Columns), "The file has no rows" },
        { "xlsx", [0x50, 0x4B, 3, 4, 20, 0], "This is an Excel workbook" },
        { "xls", [0xD0, 0xCF, 0x11, 0xE0, 0xA1], "This is an old Excel workbook" },
        { "PDF", "%PDF-1.7"u8.ToArray(), "This is a PDF." },
        { "HTML", "\n<!doctype html><title>Sign in</title>"u8.ToArray(), "This is a web page" },
        { "JSON", "[{\"email\":1}]"u8.ToArray(), "This is JSON." },
        { "binary", [1, 0, 2, 0, 3], "This is no text" },
        { "UTF-16 that doesn't say so", Encoding.Unicode.GetBytes("email,name\n"), "This is no text" },
        { "no first line", Encoding.UTF8.GetBytes(Importer.Row("mina@example.com") + "\n"), "The first line holds an address." },
        { "twice", "email,Email,timezone,consent,consent_source\na,b,c,d,e\n"u8.ToArray(), "The first line names a column twice: email." },
        { "missing", "name,weekday\na,b\n"u8.ToArray(), "The first line lacks email; and timezone (or say one for all: --timezone Europe/Paris); and consent, when each gave it (or have them asked by mail: --ask)." },
        { "no source", "email,timezone,consent\na,b,c\n"u8.ToArray(), "The first line lacks consent_source, how each gave it" },
        { "a novel", Encoding.UTF8.GetBytes("It was a dark and stormy night; the rain fell in torrents\nexcept at occasional intervals\n"), "The first line lacks email" },
    };

    [Theory]
    [MemberData(nameof(Readable))]
    public async Task It_is_read_as_it_is_meant(string how, byte[] file)
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);

        var report = Assert.IsType<ImportOutcome.Done>(await sending.TryImportAsync(file)).Report;

        Assert.Equal("Added 2", report.Told());
        Assert.Equal(
            (how, "Zoé", "Kim, Mina"),
            (how, (await sending.FindAsync("zoe@example.com"))!.Preferences.Name.ToString(), (await sending.FindAsync("mina@example.com"))!.Preferences.Name.ToString()));
        Assert.Equal(how == "as Latin-1", report.Notes.Any(note => note.Contains("Windows-1252", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task It_is_refused_as_a_whole_and_nothing_is_written(string how, byte[] file, string why)
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);

        var refused = Assert.IsType<ImportOutcome.NotTaken>(await sending.TryImportAsync(file));

        Assert.StartsWith(why, refused.Why, StringComparison.Ordinal);
        Assert.True((await sending.EverybodyAsync()).Count == 0, how);
    }

    [Fact]
    public async Task Each_bad_line_is_told_by_its_number_and_the_others_are_imported()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);

        var report = await sending.ImportAsync(Importer.File(
            Importer.Row("good@example.com"),
            Importer.Row("nobody"),
            "",
            Importer.Row("a@example.com", "=cmd|' /C calc'!A0"),
            Importer.Row("b@example.com", "@SUM(1)"),
            Importer.Row("c@example.com", "<script>"),
            Importer.Row("d@example.com", "\"never closed"),
            Importer.Row("e@example.com", "12\" pipe"),
            Importer.Row("f@example.com", "\"Jo\"anna"),
            Importer.Row("g@example.com") + ",one more",
            "h@example.com,Jo",
            Importer.Row("i@example.com").Replace("Europe/Paris", "Europe/Atlantis", StringComparison.Ordinal),
            Importer.Row("j@example.com").Replace("08:30", "08:31", StringComparison.Ordinal),
            Importer.Row("k@example.com").Replace("Tue", "Blursday", StringComparison.Ordinal),
            Importer.Row("l@example.com").Replace(",en,", ",tlh,", StringComparison.Ordinal),
            Importer.Row("m@example.com", evidence: "2025-05-17,=HYPERLINK(1)"),
            Importer.Row("n@example.com", "\u0001"),
            Importer.Row("last@example.com")));

        Assert.Equal("Added 2, Refused 15", report.Told());
        Assert.Equal([3L, .. Enumerable.Range(5, 14).Select(line => (long)line)], report.Problems.Select(problem => problem.Line));
        Assert.Equal(
            [
                "email is no address that mail can be sent to",
                "name begins with =, +, - or @, and a spreadsheet would run it; if that is right, put ' before it",
                "name begins with =, +, - or @, and a spreadsheet would run it; if that is right, put ' before it",
                "name is longer than 60 characters, or holds signs or a link that have no place in a name",
                "opens a quotation mark and doesn't close it on the same line",
                "has a quotation mark inside a field that isn't in quotation marks",
                "has text behind a closing quotation mark",
                "has another number of fields than the first line names",
                "has another number of fields than the first line names",
                "timezone is none of the IANA database, such as Europe/Paris",
                "time is no full or half hour such as 08:30",
                "weekday is none such as Tue or Tuesday",
                "language is none that there is: en, ko",
                "consent_source begins with =, +, - or @, and a spreadsheet would run it; if that is right, put ' before it",
                "name is longer than 60 characters, or holds signs or a link that have no place in a name",
            ],
            report.Problems.Select(problem => problem.Why));
        await sending.AssertAgreedAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000)]
    public async Task Of_each_line_no_more_is_let_through_than_it_may_have(int block)
    {
        await using var guard = new LineGuard(new MemoryStream(Encoding.ASCII.GetBytes("12345678\n123\r\n\n123456789")), most: 5);
        using var through = new MemoryStream();
        await guard.CopyToAsync(through, block, TestContext.Current.CancellationToken);

        Assert.Equal("12345\n123\r\n\n12345", Encoding.ASCII.GetString(through.ToArray()));
    }

    [Fact]
    public async Task A_line_of_ten_megabytes_costs_that_line_and_no_other()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        byte[] file =
        [
            .. Encoding.UTF8.GetBytes(Importer.File(Importer.Row("a@example.com"))), .. Encoding.UTF8.GetBytes(Importer.Row("b@example.com", new string('x', 10_000_000))), (byte)'\n',
            .. Encoding.UTF8.GetBytes("\"" + new string('é', 10_000_000)), (byte)'\n', .. Encoding.UTF8.GetBytes(Importer.Row("c@example.com")),
        ];

        var report = Assert.IsType<ImportOutcome.Done>(await sending.TryImportAsync(file)).Report;

        Assert.Equal(("Added 2, Refused 2", 5L), (report.Told(), report.LinesDone));
        Assert.Equal(["3: is longer than 16 KB, which no row can be", "4: is longer than 16 KB, which no row can be"], report.Lines());
    }

    [Fact]
    public async Task Endless_garbage_is_told_of_in_two_hundred_lines_and_counted_to_the_end()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);

        var report = await sending.ImportAsync(Importer.File(Enumerable.Range(0, 3_000).Select(number => number % 2 == 0 ? "\",,\"\"\"," : "%&$")));

        Assert.Equal("Refused 3000", report.Told());
        Assert.Equal(ImportCheck.ProblemsTold, report.Problems.Count);
    }

    [Fact]
    public async Task What_other_tools_say_of_those_who_are_gone_is_heeded()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);

        var report = await sending.ImportAsync(
            "Email Address,Timezone,Status,Confirm_Time,Source,Rating\n" +
            $"a@example.com,UTC,Subscribed,{Importer.Evidence},2\nb@example.com,UTC,unsubscribed,{Importer.Evidence},2\nc@example.com,UTC,cleaned,{Importer.Evidence},2\nd@example.com,UTC,perhaps,{Importer.Evidence},2\n");

        Assert.Equal("Added 1, NotSubscribed 2, Refused 1", report.Told());
        Assert.Equal(["Columns that are of no use here, and ignored: Rating."], report.Notes);
    }

    [Fact]
    public async Task Who_has_no_zone_gets_the_one_that_is_said_for_all()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);

        await sending.ImportAsync($"email,consent,source\nmina@example.com,{Importer.Evidence}\n", zone: "Asia/Seoul");

        Assert.Equal("digest|Asia~Seoul|Tue|08:30", (await sending.FindAsync("mina@example.com"))!.Preferences.DigestSlot.ToString());
    }
}
