using Azure.Data.Tables;
using DigestFunctions.Core.Operations;
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
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday));

        await SweepAsync(sending);

        Assert.Equal([(Slots.Tuesday.ToString(), People.Id(1).ToString())], await EntriesAsync(sending));
        var slot = await sending.Store.Slots.QueryAsync<TableEntity>(cancellationToken: Cancellation).SingleAsync(Cancellation);
        Assert.Equal(Slots.Tuesday.ToString(), slot.RowKey);
    }

    [Fact]
    public async Task The_entry_of_one_who_left_goes()
    {
        await using var sending = await StartAsync(Left(1));
        await sending.Store.ScheduleAsync(Slots.Tuesday, People.Entry(1));

        await SweepAsync(sending);

        Assert.Empty(await EntriesAsync(sending));
    }

    [Fact]
    public async Task An_entry_of_nobody_goes()
    {
        await using var sending = await StartAsync();
        await sending.Store.ScheduleAsync(Slots.Tuesday, People.Entry(1));

        await SweepAsync(sending);

        Assert.Empty(await EntriesAsync(sending));
    }

    [Fact]
    public async Task An_entry_in_a_wrong_slot_goes_and_the_right_one_comes()
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday));
        await sending.Store.ScheduleAsync(Slots.Friday, People.Entry(1));

        await SweepAsync(sending);

        Assert.Equal([(Slots.Tuesday.ToString(), People.Id(1).ToString())], await EntriesAsync(sending));
    }

    [Theory]
    [InlineData("digest|Europe~Paris|Fri|08:30")]
    [InlineData("digest|Europe~Paris|Wed|08:30")]
    public async Task Of_two_entries_the_wrong_one_goes(string wrong)
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday));
        await sending.Store.ScheduleAsync(Slots.Tuesday, People.Entry(1));
        await sending.Store.ScheduleAsync(Slots.Slot(wrong), People.Entry(1));

        await SweepAsync(sending);

        Assert.Equal([(Slots.Tuesday.ToString(), People.Id(1).ToString())], await EntriesAsync(sending));
    }

    [Fact]
    public async Task A_sign_up_that_nobody_confirmed_for_seven_days_is_erased_and_a_younger_one_is_not()
    {
        await using var sending = await StartAsync();
        var now = sending.Now;
        await sending.Store.AddAsync(Pending(1, now - Duration.FromDays(7) - Duration.FromMinutes(1)));
        await sending.Store.AddAsync(Pending(2, now - Duration.FromDays(7) + Duration.FromMinutes(5)));

        await SweepAsync(sending);

        Assert.Null(await FindAsync(sending, 1));
        Assert.NotNull(await FindAsync(sending, 2));
    }

    [Fact]
    public async Task Mail_that_is_still_owed_is_asked_for_again()
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday, OwedMailKind.Welcome));

        await SweepAsync(sending);
        await sending.App.IdleAsync();

        Assert.Equal([People.AddressText(1)], sending.Provider.TakenAddresses);
    }

    [Fact]
    public async Task Where_all_agrees_nothing_is_written()
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday), People.Active(2, Slots.Friday), Left(3), Pending(4, TestApp.Start + Duration.FromDays(5)));
        await sending.Store.ScheduleAsync(Slots.Tuesday, People.Entry(1));
        await sending.Store.ScheduleAsync(Slots.Friday, People.Entry(2));
        sending.Faults.Forget();

        await SweepAsync(sending);

        Assert.Equal(["GET slots", "GET schedule", "GET subscribers", "GET runs"], sending.Faults.Seen);
    }

    [Fact]
    public async Task Who_comes_back_while_her_old_entry_is_being_removed_has_one()
    {
        await using var sending = await StartAsync(Left(1));
        await sending.Store.ScheduleAsync(Slots.Tuesday, People.Entry(1));
        sending.Faults.Once("POST $batch", () =>
        {
            sending.Faults.Mend();
            return sending.Get<Subscriptions>().RejoinAsync(People.Token(1), Cancellation);
        });

        await SweepAsync(sending);

        Assert.Equal([(Slots.Tuesday.ToString(), People.Id(1).ToString())], await EntriesAsync(sending));
    }

    [Fact]
    public async Task Who_comes_back_while_a_stray_of_hers_is_being_removed_has_an_entry()
    {
        await using var sending = await StartAsync(Left(1), People.Active(2, Slots.Tuesday));
        await sending.Store.ScheduleAsync(Slots.Tuesday, People.Entry(1), People.Entry(2));
        await sending.Store.ScheduleAsync(Slots.Friday, People.Entry(1));
        // Before either of her two is removed.
        sending.Faults.Once("POST $batch", () => sending.Get<Subscriptions>().RejoinAsync(People.Token(1), Cancellation));

        await SweepAsync(sending);

        Assert.Contains((Slots.Tuesday.ToString(), People.Id(1).ToString()), await EntriesAsync(sending));
    }

    [Fact]
    public async Task Who_leaves_while_the_sweep_is_under_way_is_at_no_moment_put_back()
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday));
        sending.Faults.Once("GET subscribers", async () =>
        {
            sending.Faults.Mend();
            await sending.Get<Subscriptions>().LeaveAsync(People.Token(1), Cancellation);
            sending.Faults.Forget();
        }, after: true);

        await SweepAsync(sending);

        Assert.DoesNotContain("POST schedule", sending.Faults.Seen);
        Assert.Empty(await EntriesAsync(sending));
    }

    [Fact]
    public async Task Who_confirms_just_before_she_would_be_erased_is_not()
    {
        await using var sending = await StartAsync();
        await sending.Store.AddAsync(Pending(1, sending.Now - Duration.FromDays(7) - Duration.FromMinutes(1)));
        sending.Faults.Once("DELETE subscribers", () =>
        {
            sending.Faults.Mend();
            return sending.Get<Subscriptions>().ConfirmAsync(People.Token(1), Cancellation);
        });

        await SweepAsync(sending);

        Assert.IsType<SubscriberState.Active>((await FindAsync(sending, 1))!.State);
        Assert.Single(await EntriesAsync(sending));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Of_any_mess_the_schedule_becomes_what_the_subscribers_say(int seed)
    {
        await using var sending = await Sending.StartAsync(azurite);
        await Mess.MakeAsync(sending, seed);

        await SweepAsync(sending);

        var expected = (await sending.SubscribersAsync()).SelectMany(subscriber =>
            subscriber.State is SubscriberState.Active active ? active.Placements.Select(placement => $"{subscriber.Id} {placement}") : []);
        var entries = (await sending.EntriesAsync()).Select(found =>
            $"{found.Entry.Id} {new Placement(found.Slot, found.Entry.FirstIssue, found.Entry.LastIssue)}");
        Assert.Equal(expected.Order(StringComparer.Ordinal), entries.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_entry_for_other_issues_than_hers_is_mended()
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday));
        await sending.Store.ScheduleAsync(Slots.Tuesday, People.Entry(1, last: "2026-W48"));

        await SweepAsync(sending);

        Assert.Equal([$"{Slots.Tuesday} 2026-W40.."], await sending.EntriesAsync(1));
    }

    [Theory]
    [InlineData("Language", "ko")]
    [InlineData("Focus", "self")]
    [InlineData("Energy", "gentle")]
    [InlineData("Energy", 7)]
    public async Task An_entry_that_reads_otherwise_than_she_chose_is_mended(string column, object value)
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday));
        var row = People.Entry(1).Write(Slots.Tuesday);
        row[column] = value;
        await sending.Store.Schedule.AddEntityAsync(row, Cancellation);

        await SweepAsync(sending);

        await sending.AssertAgreedAsync();
    }

    [Fact]
    public async Task An_entry_in_a_slot_whose_last_run_for_her_is_over_goes_and_so_does_the_placement()
    {
        var active = new SubscriberState.Active(
            [new Placement(Slots.Friday, Slots.Issue("2026-W40"), Slots.Issue("2026-W48")), new Placement(Slots.Tuesday, Slots.Issue("2026-W49"), null)]);
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday).In(active));
        await sending.Store.ScheduleAsync(Slots.Friday, People.Entry(1, last: "2026-W48"));
        await sending.Store.ScheduleAsync(Slots.Tuesday, People.Entry(1, first: "2026-W49"));

        await SweepAsync(sending);

        Assert.Equal([$"{Slots.Tuesday} 2026-W49.."], await sending.EntriesAsync(1));
        Assert.Single(((SubscriberState.Active)(await sending.StateAsync(1))!).Placements);
    }

    [Fact]
    public async Task What_an_entry_that_ought_not_to_be_there_may_have_brought_is_not_brought_again()
    {
        // Tuesday's run of 2026-W49 is planned by now, and Friday's isn't.
        await using var sending = await StartAsync(People.Active(1, Slots.Friday).In(SubscriberState.Active.In(Slots.Friday, Slots.Issue("2026-W49"))));
        await sending.Store.ScheduleAsync(Slots.Tuesday, People.Entry(1));

        await SweepAsync(sending);

        Assert.Equal([$"{Slots.Friday} 2026-W50.."], await sending.EntriesAsync(1));
    }

    [Fact]
    public async Task Rows_that_cannot_be_read_are_said_and_left_and_keep_nobody_from_being_looked_after()
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday));
        var broken = SubscriberRow.Write(People.Active(2, Slots.Tuesday));
        broken["Status"] = "Undecided";
        await sending.Store.Subscribers.AddEntityAsync(broken, Cancellation);
        await sending.Store.ScheduleAsync(Slots.Tuesday, People.Entry(2));
        await sending.Store.Schedule.AddEntityAsync(new TableEntity("somewhere", "somebody"), Cancellation);

        await SweepAsync(sending);

        Assert.Equal(
            [(Slots.Tuesday.ToString(), People.Id(1).ToString()), (Slots.Tuesday.ToString(), People.Id(2).ToString()), ("somewhere", "somebody")],
            (await EntriesAsync(sending)).OrderBy(entry => entry.Slot == "somewhere").ThenBy(entry => entry.Id != People.Id(1).ToString()));
        Assert.Contains(sending.App.Log.All, line => line.Contains("Error 301", StringComparison.Ordinal));
        Assert.Contains(sending.App.Log.All, line => line.Contains("Error 302", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET slots")]
    [InlineData("GET subscribers")]
    public async Task What_a_part_of_it_can_not_do_keeps_no_other_part_from_being_done_and_is_told(string away)
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday));
        await sending.Store.Runs.AddEntityAsync(new TableEntity("2025-W46", "digest|Europe~Paris|Tue|08:30|2025-11-11"), Cancellation);
        sending.Faults.Fail(away);

        var told = await Assert.ThrowsAsync<AggregateException>(() => SweepAsync(sending));

        sending.Faults.Mend();
        Assert.Single(told.InnerExceptions);
        Assert.Empty(await sending.Store.Runs.QueryAsync<TableEntity>(cancellationToken: Cancellation).ToListAsync(Cancellation));
        Assert.Equal(away == "GET slots" ? 1 : 0, (await EntriesAsync(sending)).Count);
    }

    private async Task<Sending> StartAsync(params IEnumerable<Subscriber> subscribers)
    {
        var sending = await Sending.StartAsync(azurite);
        await sending.Store.AddAsync(subscribers);
        return sending;
    }

    private static Task SweepAsync(Sending sending) => sending.Get<Sweep>().RunAsync(Cancellation);

    private static Subscriber Left(int number) => People.Active(number, Slots.Tuesday) with
    {
        State = new SubscriberState.Left(TestApp.Start, Slots.Issue("2026-W49")),
    };

    private static Subscriber Pending(int number, Instant asked)
    {
        var active = People.Active(number, Slots.Tuesday);
        return active with
        {
            State = new SubscriberState.Pending(FirstIssue: null),
            Consent = active.Consent with { AskedAt = asked, GivenAt = null },
        };
    }

    private static Task<Subscriber?> FindAsync(Sending sending, int number) =>
        sending.Get<SubscriberStore>().FindAsync(People.Id(number), Cancellation);

    private static async Task<List<(string Slot, string Id)>> EntriesAsync(Sending sending) =>
        await sending.Store.EntryRowsAsync()
            .Select(row => (row.PartitionKey, row.RowKey)).ToListAsync(Cancellation);
}
