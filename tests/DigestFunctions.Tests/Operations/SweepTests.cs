using Azure.Data.Tables;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using DigestFunctions.Tests.Subscribers;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Operations;

/// <summary>What a crash left between two tables, the sweep mends, and it harms nobody who comes meanwhile.</summary>
public sealed class SweepTests(SharedAzurite azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_active_subscriber_without_an_entry_gets_it_back_and_her_slot_is_planned()
    {
        await using var sending = await azurite.StartSweepableAsync(People.Active(1, Slots.Tuesday));

        await sending.SweepAsync();

        Assert.Equal([(Slots.Tuesday.ToString(), People.Id(1).ToString())], await sending.EntryKeysAsync());
        var slot = await sending.Store.Slots.QueryAsync<TableEntity>(cancellationToken: Cancellation).SingleAsync(Cancellation);
        Assert.Equal(Slots.Tuesday.ToString(), slot.RowKey);
    }

    [Fact]
    public async Task The_entry_of_one_who_left_goes()
    {
        await using var sending = await azurite.StartSweepableAsync(Sweeping.Left(1));
        await sending.Store.ScheduleAsync(Slots.Tuesday, People.Entry(1));

        await sending.SweepAsync();

        Assert.Empty(await sending.EntryKeysAsync());
    }

    [Fact]
    public async Task An_entry_of_nobody_goes()
    {
        await using var sending = await azurite.StartSweepableAsync();
        await sending.Store.ScheduleAsync(Slots.Tuesday, People.Entry(1));

        await sending.SweepAsync();

        Assert.Empty(await sending.EntryKeysAsync());
    }

    [Fact]
    public async Task An_entry_in_a_wrong_slot_goes_and_the_right_one_comes()
    {
        await using var sending = await azurite.StartSweepableAsync(People.Active(1, Slots.Tuesday));
        await sending.Store.ScheduleAsync(Slots.Friday, People.Entry(1));

        await sending.SweepAsync();

        Assert.Equal([(Slots.Tuesday.ToString(), People.Id(1).ToString())], await sending.EntryKeysAsync());
    }

    [Theory]
    [InlineData("digest|Europe~Paris|Fri|08:30")]
    [InlineData("digest|Europe~Paris|Wed|08:30")]
    public async Task Of_two_entries_the_wrong_one_goes(string wrong)
    {
        await using var sending = await azurite.StartSweepableAsync(People.Active(1, Slots.Tuesday));
        await sending.Store.ScheduleAsync(Slots.Tuesday, People.Entry(1));
        await sending.Store.ScheduleAsync(Slots.Slot(wrong), People.Entry(1));

        await sending.SweepAsync();

        Assert.Equal([(Slots.Tuesday.ToString(), People.Id(1).ToString())], await sending.EntryKeysAsync());
    }

    [Fact]
    public async Task A_sign_up_that_nobody_confirmed_for_seven_days_is_erased_and_a_younger_one_is_not()
    {
        await using var sending = await azurite.StartSweepableAsync();
        var now = sending.Now;
        await sending.Store.AddAsync(Sweeping.Pending(1, now - Duration.FromDays(7) - Duration.FromMinutes(1)));
        await sending.Store.AddAsync(Sweeping.Pending(2, now - Duration.FromDays(7) + Duration.FromMinutes(5)));

        await sending.SweepAsync();

        Assert.Null(await sending.FindAsync(1));
        Assert.NotNull(await sending.FindAsync(2));
    }

    [Fact]
    public async Task One_whose_mail_came_back_and_who_never_confirmed_is_erased_as_well_unless_an_issue_that_she_had_is_not_over()
    {
        await using var sending = await azurite.StartSweepableAsync();
        var asked = sending.Now - Duration.FromDays(7) - Duration.FromMinutes(1);
        Subscriber Suppressed(int number, string first) => Sweeping.Pending(number, asked) with
        {
            State = new SubscriberState.Suppressed(asked, SuppressionReason.Bounced, Slots.Issue(first)),
        };
        await sending.Store.AddAsync(Suppressed(1, "2026-W47"), Suppressed(2, "2026-W52"), Suppressed(3, "2026-W47") with { Consent = People.Long(3).Consent });

        await sending.SweepAsync();

        Assert.Null(await sending.FindAsync(1));
        Assert.NotNull(await sending.FindAsync(2));
        Assert.NotNull(await sending.FindAsync(3));
    }

    [Fact]
    public async Task Mail_that_is_still_owed_is_asked_for_again()
    {
        await using var sending = await azurite.StartSweepableAsync(People.Active(1, Slots.Tuesday, OwedMailKind.Welcome));

        await sending.SweepAsync();
        await sending.App.IdleAsync();

        Assert.Equal([People.AddressText(1)], sending.Provider.TakenAddresses);
    }

    [Fact]
    public async Task Where_all_agrees_nothing_is_written()
    {
        await using var sending = await azurite.StartSweepableAsync(
            People.Active(1, Slots.Tuesday), People.Active(2, Slots.Friday), Sweeping.Left(3), Sweeping.Pending(4, TestApp.Start + Duration.FromDays(5)) with { ConfirmReminded = true });
        await sending.Store.ScheduleAsync(Slots.Tuesday, People.Entry(1));
        await sending.Store.ScheduleAsync(Slots.Friday, People.Entry(2));
        sending.Faults.Forget();

        await sending.SweepAsync();

        Assert.Equal(["GET slots", "GET schedule", "GET subscribers", "GET runs", "GET limits"], sending.Faults.Seen.Where(call => !call.EndsWith(" snapshots", StringComparison.Ordinal)).SkipLast(1));
        // To count the mails of the last days.
        Assert.Equal("GET runs", sending.Faults.Seen.Last(call => !call.EndsWith(" snapshots", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Of_any_mess_the_schedule_becomes_what_the_subscribers_say(int seed)
    {
        await using var sending = await Sending.StartAsync(azurite);
        await Mess.MakeAsync(sending, seed);

        await sending.SweepAsync();

        var expected = (await sending.SubscribersAsync()).SelectMany(subscriber =>
            subscriber.State is SubscriberState.Active active ? active.Placements.Select(placement => $"{subscriber.Id} {placement}") : []);
        var entries = (await sending.EntriesAsync()).Select(found =>
            $"{found.Entry.Id} {new Placement(found.Slot, found.Entry.FirstIssue, found.Entry.LastIssue)}");
        Assert.Equal(expected.Order(StringComparer.Ordinal), entries.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_entry_for_other_issues_than_hers_is_mended()
    {
        await using var sending = await azurite.StartSweepableAsync(People.Active(1, Slots.Tuesday));
        await sending.Store.ScheduleAsync(Slots.Tuesday, People.Entry(1, last: "2026-W48"));

        await sending.SweepAsync();

        Assert.Equal([$"{Slots.Tuesday} 2026-W40.."], await sending.EntriesAsync(1));
    }

    [Theory]
    [InlineData("Language", "ko")]
    [InlineData("Focus", "self")]
    [InlineData("Energy", "gentle")]
    [InlineData("Energy", 7)]
    public async Task An_entry_that_reads_otherwise_than_she_chose_is_mended(string column, object value)
    {
        await using var sending = await azurite.StartSweepableAsync(People.Active(1, Slots.Tuesday));
        var row = People.Entry(1).Write(Slots.Tuesday);
        row[column] = value;
        await sending.Store.Schedule.AddEntityAsync(row, Cancellation);

        await sending.SweepAsync();

        await sending.AssertAgreedAsync();
    }

    [Fact]
    public async Task An_entry_in_a_slot_whose_last_run_for_her_is_over_goes_and_so_does_the_placement()
    {
        var active = new SubscriberState.Active(
            [new Placement(Slots.Friday, Slots.Issue("2026-W40"), Slots.Issue("2026-W48")), new Placement(Slots.Tuesday, Slots.Issue("2026-W49"), null)]);
        await using var sending = await azurite.StartSweepableAsync(People.Active(1, Slots.Tuesday).In(active));
        await sending.Store.ScheduleAsync(Slots.Friday, People.Entry(1, last: "2026-W48"));
        await sending.Store.ScheduleAsync(Slots.Tuesday, People.Entry(1, first: "2026-W49"));

        await sending.SweepAsync();

        Assert.Equal([$"{Slots.Tuesday} 2026-W49.."], await sending.EntriesAsync(1));
        Assert.Single(((SubscriberState.Active)(await sending.StateAsync(1))!).Placements);
    }

    [Fact]
    public async Task What_an_entry_that_ought_not_to_be_there_may_have_brought_is_not_brought_again()
    {
        // Tuesday's run of 2026-W49 is planned by now, and Friday's isn't.
        await using var sending = await azurite.StartSweepableAsync(People.Active(1, Slots.Friday).In(SubscriberState.Active.In(Slots.Friday, Slots.Issue("2026-W49"))));
        await sending.Store.ScheduleAsync(Slots.Tuesday, People.Entry(1));

        await sending.SweepAsync();

        Assert.Equal([$"{Slots.Friday} 2026-W50.."], await sending.EntriesAsync(1));
    }

    [Fact]
    public async Task Rows_that_cannot_be_read_are_said_and_left_and_keep_nobody_from_being_looked_after()
    {
        await using var sending = await azurite.StartSweepableAsync(People.Active(1, Slots.Tuesday));
        var broken = SubscriberRow.Write(People.Active(2, Slots.Tuesday));
        broken["Status"] = "Undecided";
        await sending.Store.Subscribers.AddEntityAsync(broken, Cancellation);
        await sending.Store.ScheduleAsync(Slots.Tuesday, People.Entry(2));
        await sending.Store.Schedule.AddEntityAsync(new TableEntity("somewhere", "somebody"), Cancellation);

        await sending.SweepAsync();

        Assert.Equal(
            [(Slots.Tuesday.ToString(), People.Id(1).ToString()), (Slots.Tuesday.ToString(), People.Id(2).ToString()), ("somewhere", "somebody")],
            (await sending.EntryKeysAsync()).OrderBy(entry => entry.Slot == "somewhere").ThenBy(entry => entry.Id != People.Id(1).ToString()));
        Assert.Contains(sending.App.Log.All, line => line.Contains("Error 301", StringComparison.Ordinal));
        Assert.Contains(sending.App.Log.All, line => line.Contains("Error 302", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET slots")]
    [InlineData("GET subscribers")]
    public async Task What_a_part_of_it_can_not_do_keeps_no_other_part_from_being_done_and_is_told(string away)
    {
        await using var sending = await azurite.StartSweepableAsync(People.Active(1, Slots.Tuesday));
        await sending.Store.Runs.AddEntityAsync(new TableEntity("2025-W46", "digest|Europe~Paris|Tue|08:30|2025-11-11"), Cancellation);
        sending.Faults.Fail(away);

        var told = await Assert.ThrowsAsync<AggregateException>(() => sending.SweepAsync());

        sending.Faults.Mend();
        Assert.Single(told.InnerExceptions);
        Assert.Empty(await sending.Store.Runs.QueryAsync<TableEntity>(cancellationToken: Cancellation).ToListAsync(Cancellation));
        Assert.Equal(away == "GET slots" ? 1 : 0, (await sending.EntryKeysAsync()).Count);
    }
}
