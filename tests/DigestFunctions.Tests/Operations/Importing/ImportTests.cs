using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using DigestFunctions.Tests.Delivery;
using DigestFunctions.Tests.Subscribers;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Operations.Importing;

/// <summary>What becomes of the rows of a file in which all is well.</summary>
public sealed class ImportTests(SharedAzurite azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_gave_her_consent_is_active_with_it_and_in_the_schedule()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);

        var report = await sending.ImportAsync(Importer.File(
            "Mina@Example.com,Mina Kim,ko-KR,asia/seoul,friday,7:00,habits; Listening,Gentle,2025-05-17 10:00,Sign-up sheet at the spring fair"));

        Assert.Equal("Added 1", report.Told());
        var mina = (await sending.FindAsync("mina@example.com"))!;
        Assert.Equal(("Mina Kim", "ko", "digest|Asia~Seoul|Fri|07:00"), (mina.Preferences.Name.ToString(), mina.Preferences.Language.ToString(), mina.Preferences.DigestSlot.ToString()));
        Assert.Equal(new TipChoice(Focus.Of(Area.Habits, Area.Listening), Energy.Gentle), mina.Preferences.Tips);
        Assert.Equal((Instant.FromUtc(2025, 5, 17, 10, 0), "Sign-up sheet at the spring fair"), (mina.Consent.GivenAt, mina.Consent.Asked.Text));
        Assert.NotNull(mina.Consent.ImportedAt);
        await sending.AssertAgreedAsync();
        Assert.Single(await sending.EntryKeysAsync());
    }

    [Fact]
    public async Task She_gets_no_welcome_and_the_next_digest_of_her_slot_that_is_not_planned_yet()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);

        // Tuesday's run of this week is 50 minutes away and may be planned, Friday's isn't.
        await sending.ImportAsync(Importer.File(Importer.Row("tue@example.com"), Importer.Row("fri@example.com").Replace(",Tue,", ",Fri,", StringComparison.Ordinal)));

        Assert.Equal(Sending.Run.Issue.Plus(1), FirstIssue(await sending.FindAsync("tue@example.com")));
        Assert.Equal(Sending.Run.Issue, FirstIssue(await sending.FindAsync("fri@example.com")));
        Assert.All(await sending.EverybodyAsync(), person => Assert.Null(person.Owed));
        Assert.Empty((await sending.Store.Mails.PeekMessagesAsync(32, Cancellation)).Value);
    }

    [Fact]
    public async Task Who_left_is_suppressed_or_active_stays_as_she_is()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        await AddAsync(sending, "active@example.com", state => state);
        await AddAsync(sending, "left@example.com", _ => new SubscriberState.Left(TestApp.Start, Slots.Issue("2026-W49")));
        await AddAsync(sending, "bounced@example.com", _ => new SubscriberState.Suppressed(TestApp.Start, SuppressionReason.Bounced, Slots.Issue("2026-W49")));
        await AddAsync(sending, "again@example.com", _ => new SubscriberState.Pending(Slots.Issue("2026-W49")));
        await sending.Get<Suppressions>().SuppressAsync(sending.IdOf("erased@example.com"), SuppressionReason.Unsubscribed, "Erased", TestApp.Start, Cancellation);
        var before = await sending.EverybodyAsync();
        string[] file = ["active@example.com", "left@example.com", "bounced@example.com", "again@example.com", "erased@example.com"];

        var dry = await sending.ImportAsync(Importer.File(file.Select(email => Importer.Row(email))), dryRun: true);
        var report = await sending.ImportAsync(Importer.File(file.Select(email => Importer.Row(email))));

        Assert.Equal("AlreadyActive 1, AlreadyAsked 1, Left 1, Suppressed 2", report.Told());
        Assert.Equal(report.Told(), dry.Told());
        Assert.Equal(before.Select(person => person.ETag), (await sending.EverybodyAsync()).Select(person => person.ETag));
    }

    [Fact]
    public async Task Without_evidence_of_consent_she_is_refused_by_line()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);

        var report = await sending.ImportAsync(Importer.File(
            Importer.Row("a@example.com", evidence: ","), Importer.Row("b@example.com", evidence: "2025-05-17,"), Importer.Row("c@example.com", evidence: ",A sheet"),
            Importer.Row("d@example.com", evidence: "17/05/2025,A sheet"), Importer.Row("e@example.com", evidence: "2036-05-17,A sheet"), Importer.Row("f@example.com")));

        Assert.Equal("Added 1, Refused 5", report.Told());
        Assert.Equal(
            [
                "2: consent is empty: nothing says when it was given",
                "3: consent_source is empty: nothing says how consent was given",
                "4: consent is empty: nothing says when it was given",
                "5: consent is in none of the forms that are taken: 2026-03-31 or 2026/03/31, alone or with a time as in 2026-03-31T09:30:00Z or 2026/03/31 9:30",
                "6: consent lies in the future, or before 1990",
            ],
            report.Lines());
        Assert.Single(await sending.EverybodyAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("17/05/2025")]
    public async Task Who_is_known_is_there_in_her_state_whatever_the_file_has_of_her_consent(string consent)
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        await AddAsync(sending, "active@example.com", state => state);
        await AddAsync(sending, "pending@example.com", _ => new SubscriberState.Pending(FirstIssue: null));
        await AddAsync(sending, "left@example.com", _ => new SubscriberState.Left(TestApp.Start, Slots.Issue("2026-W49")));
        await sending.Get<Suppressions>().SuppressAsync(sending.IdOf("erased@example.com"), SuppressionReason.Unsubscribed, "Erased", TestApp.Start, Cancellation);
        var file = Importer.File(new[] { "active", "pending", "left", "erased", "new" }.Select(who => Importer.Row($"{who}@example.com", evidence: consent + ",")));

        var dry = await sending.ImportAsync(file, dryRun: true);
        var report = await sending.ImportAsync(file);

        Assert.Equal("AlreadyActive 1, AlreadyAsked 1, Left 1, Suppressed 1, Refused 1", report.Told());
        Assert.Equal((report.Told(), Assert.Single(report.Lines())), (dry.Told(), Assert.Single(dry.Lines())));
        Assert.StartsWith("6: consent is ", report.Lines().Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_rows_with_the_same_address_one_with_evidence_counts_before_those_without()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        await AddAsync(sending, "active@example.com", state => state);
        string[] twice = ["active@example.com", "new@example.com"];
        var file = Importer.File(twice.SelectMany(email => new[] { Importer.Row(email, evidence: ","), Importer.Row(email, evidence: ","), Importer.Row(email), Importer.Row(email) }));

        var dry = await sending.ImportAsync(file, dryRun: true);
        var report = await sending.ImportAsync(file);

        Assert.Equal("Added 1, AlreadyActive 2, Duplicate 4, Refused 1", report.Told());
        Assert.Equal((report.Told(), report.Lines().Single()), (dry.Told(), dry.Lines().Single()));
        Assert.IsType<SubscriberState.Active>((await sending.FindAsync("new@example.com"))!.State);
    }

    [Theory]
    [InlineData("2025-05-17", 0, 0)]
    [InlineData("2025/05/17", 0, 0)]
    [InlineData("2025/5/17", 0, 0)]
    [InlineData("2025/05/17 09:30", 9, 30)]
    [InlineData("2025/5/17 9:30:00", 9, 30)]
    [InlineData("2025-05-17 9:30", 9, 30)]
    [InlineData("2025/05/17T10:30:00+01:00", 9, 30)]
    public async Task A_date_is_taken_as_spreadsheets_write_it(string consent, int hour, int minute)
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);

        await sending.ImportAsync(Importer.File(Importer.Row("mina@example.com", evidence: consent + ",A sheet")));

        Assert.Equal(Instant.FromUtc(2025, 5, 17, hour, minute), (await sending.FindAsync("mina@example.com"))!.Consent.GivenAt);
    }

    [Fact]
    public async Task Asked_by_mail_she_is_pending_and_gets_the_mail_to_confirm_once()
    {
        await using var sending = await Sending.StartAsync(azurite);

        var report = await sending.ImportAsync(Importer.File(Importer.Row("mina@example.com", evidence: ",")), ask: true);
        await sending.UntilTakenAsync(1);
        var again = await sending.ImportAsync(Importer.File(Importer.Row("mina@example.com", evidence: ",")), ask: true);

        Assert.Equal(("Asked 1", "AlreadyAsked 1"), (report.Told(), again.Told()));
        Assert.Equal(["mina@example.com"], sending.Provider.TakenAddresses);
        var mina = (await sending.FindAsync("mina@example.com"))!;
        Assert.Equal(new SubscriberState.Pending(FirstIssue: null), mina.State);
        Assert.Null(mina.Consent.GivenAt);
        Assert.Empty(await sending.EntryKeysAsync());
    }

    [Fact]
    public async Task Evidence_makes_one_active_who_was_asked_and_had_not_answered()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        await sending.ImportAsync(Importer.File(Importer.Row("mina@example.com", "Asked", evidence: ",")), ask: true);

        var report = await sending.ImportAsync(Importer.File(Importer.Row("mina@example.com", "Later")));

        Assert.Equal("Added 1", report.Told());
        var mina = (await sending.FindAsync("mina@example.com"))!;
        Assert.IsType<SubscriberState.Active>(mina.State);
        Assert.Equal(("Asked", (OwedMail?)null), (mina.Preferences.Name.ToString(), mina.Owed));
        await sending.AssertAgreedAsync();
    }

    [Fact]
    public async Task Of_rows_with_the_same_address_the_first_counts()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);

        var report = await sending.ImportAsync(Importer.File(Importer.Row("mina@example.com", "First"), Importer.Row("MINA@example.com", "Second")));

        Assert.Equal("Added 1, Duplicate 1", report.Told());
        Assert.Equal("First", (await sending.FindAsync("mina@example.com"))!.Preferences.Name.ToString());
    }

    [Fact]
    public async Task A_second_time_the_same_file_changes_nothing()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        var file = Importer.File(Enumerable.Range(0, 300).Select(number => Importer.Row(People.AddressText(number))));
        await sending.ImportAsync(file);
        var before = await sending.EverybodyAsync();

        var report = await sending.ImportAsync(file);

        Assert.Equal("AlreadyActive 300", report.Told());
        Assert.Equal(before.Select(person => person.ETag), (await sending.EverybodyAsync()).Select(person => person.ETag));
        await sending.AssertAgreedAsync();
    }

    [Fact]
    public async Task A_dry_run_writes_nothing_and_says_the_same()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        var file = Importer.File(Importer.Row("a@example.com"), Importer.Row("a@example.com"), Importer.Row("nobody"), Importer.Row("b@example.com", evidence: ","));

        var dry = await sending.ImportAsync(file, dryRun: true, ask: true);

        Assert.Empty(await sending.EverybodyAsync());
        Assert.Empty(await sending.Get<AuditLog>().NewestAsync(10, Cancellation).ToListAsync(Cancellation));
        var report = await sending.ImportAsync(file, ask: true);
        Assert.Equal("Added 1, Asked 1, Duplicate 1, Refused 1", dry.Told());
        Assert.Equal((dry.Told(), dry.Lines().Single()), (report.Told(), report.Lines().Single()));
    }

    [Fact]
    public async Task What_was_imported_is_in_the_audit_log_and_no_address_is_there_or_in_the_log()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);

        await sending.ImportAsync(Importer.File(Importer.Row("quillfeather@example.com", "Quillfeather"), "quillfeather,,,,,,,,,"));

        var entries = await sending.Get<AuditLog>().NewestAsync(10, Cancellation).ToListAsync(Cancellation);
        Assert.Equal(2, entries.Count);
        Assert.Contains("Added 1", entries[0].Detail, StringComparison.Ordinal);
        Assert.Equal("begun: 2 rows", entries[1].Detail);
        Assert.DoesNotContain(entries.Select(entry => entry.ToString()).Concat(sending.App.Log.All), line => line.Contains("quillfeather", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("2027-01-20")]
    [InlineData("2027/01/20")]
    [InlineData("2027/1/20 00:00")]
    public async Task A_pause_and_reminders_come_along(string pausedUntil)
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);

        await sending.ImportAsync(
            "email,timezone,weekday,time,reminders,reminder_time,paused_until,consent,consent_source\n" +
            $"mina@example.com,Europe/Paris,Tue,08:30,\"Thu,Sun\",18:00,{pausedUntil},{Importer.Evidence}\n");

        var mina = (await sending.FindAsync("mina@example.com"))!;
        Assert.Equal(new LocalDate(2027, 1, 20), sending.Get<Subscriptions>().PausedUntil(mina));
        Assert.Equal(("Thu,Sun", "18:00"), (mina.Preferences.Reminders.Days.ToString(), mina.Preferences.Reminders.Time.ToString()));
        await sending.AssertAgreedAsync();
        Assert.Equal(3, (await sending.EntryKeysAsync()).Count);
    }

    private static IssueId FirstIssue(Subscriber? subscriber) => Assert.IsType<SubscriberState.Active>(subscriber!.State).Current.FirstIssue;

    private static async Task AddAsync(Sending sending, string email, Func<SubscriberState, SubscriberState> state)
    {
        Assert.True(EmailAddress.TryParse(email, out var address));
        var active = People.Active(1, Slots.Friday) with { Id = sending.IdOf(email), Address = address };
        await sending.Store.AddAsync(active with { State = state(active.State) });
        await sending.Get<ScheduleEntries>().AgreeAsync(active.Id, [], Cancellation);
    }
}
