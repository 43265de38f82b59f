using Azure.Data.Tables;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using DigestFunctions.Tests.Operations;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Subscribers;

/// <summary>One who wants to be forgotten. It is Tuesday of 2026-W49, 07:40 in Paris: Tuesday's run is planned, Friday's isn't.</summary>
public sealed class EraseTests(SharedAzurite azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("digest|Europe~Paris|Tue|08:30")]
    [InlineData("digest|Europe~Paris|Fri|08:30")]
    public async Task No_table_and_no_queue_holds_her_address_or_her_name(string slot)
    {
        await using var sending = await StartAsync(Everything(1, Slots.Slot(slot)));
        await sending.Get<MailedLinks>().AskForDataAsync(People.Token(1), Cancellation);
        Assert.NotEmpty(await FoundAsync(sending, People.AddressText(1)));

        Assert.True(await EraseAsync(sending));

        Assert.Empty(await FoundAsync(sending, People.AddressText(1)));
        Assert.Empty(await FoundAsync(sending, "Quillfeather"));
        Assert.Empty(await FoundAsync(sending, "elsewhere@example.com"));
        Assert.Empty(await sending.EntriesAsync(1));
    }

    [Fact]
    public async Task Nothing_at_all_stays_where_no_mail_can_be_on_its_way()
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Friday));

        await EraseAsync(sending);

        Assert.Null(await sending.Get<SuppressionTable>().FindAsync(People.Id(1), Cancellation));
        Assert.Empty(sending.Provider.Suppressed);
        Assert.Empty(await sending.Store.Subscribers.QueryAsync<TableEntity>(cancellationToken: Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task While_mail_may_be_on_its_way_the_provider_is_told_to_drop_it_and_that_is_known_when_she_comes_back()
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday));

        await EraseAsync(sending);

        Assert.Equal([People.AddressText(1)], sending.Provider.Suppressed.Keys);
        Assert.Equal(SuppressionReason.Unsubscribed, (await sending.Get<SuppressionTable>().FindAsync(People.Id(1), Cancellation))!.Suppression.Reason);
    }

    [Fact]
    public async Task Who_left_long_ago_is_taken_off_the_provider_s_list()
    {
        await using var sending = await StartAsync(Sweeping.Left(1));
        sending.Provider.Suppressed[People.AddressText(1)] = true;

        sending.App.SetTime(TestApp.Start + Duration.FromDays(30));
        await EraseAsync(sending);

        Assert.Empty(sending.Provider.Suppressed);
        Assert.Null(await sending.Get<SuppressionTable>().FindAsync(People.Id(1), Cancellation));
    }

    [Fact]
    public async Task A_suppression_outlives_her()
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday));
        await sending.Get<Suppressions>().SuppressAsync(People.Id(1), SuppressionReason.Complained, "said", TestApp.Start, Cancellation);

        Assert.True(await EraseAsync(sending));

        Assert.Null(await sending.FindAsync(1));
        Assert.Equal(SuppressionReason.Complained, (await sending.Get<SuppressionTable>().FindAsync(People.Id(1), Cancellation))!.Suppression.Reason);
    }

    [Fact]
    public async Task A_provider_that_is_away_keeps_her_from_nothing()
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday));
        sending.Provider.OnList = () => Task.FromResult(false);

        Assert.True(await EraseAsync(sending));

        Assert.Empty(await FoundAsync(sending, People.AddressText(1)));
    }

    [Fact]
    public async Task A_second_press_finds_nothing_any_more()
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Tuesday));

        Assert.True(await EraseAsync(sending));
        Assert.False(await EraseAsync(sending));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cut_short_at_any_step_it_is_finished_by_pressing_again_or_by_the_sweep(bool byPressing)
    {
        await using var sending = await StartAsync();
        var number = 0;
        for (var (calls, cut) = (0, true); cut; calls++)
        {
            await AddAsync(sending, Everything(++number, Slots.Tuesday));
            cut = await sending.CutAsync(calls, () => EraseAsync(sending, number));
            if (await sending.StateAsync(number) is not SubscriberState.Active)
                Assert.Empty(await sending.EntriesAsync(number));

            if (byPressing)
            {
                await EraseAsync(sending, number);
            }
            else if (await sending.FindAsync(number) is { Owed.Kind: OwedMailKind.Erasure })
            {
                await sending.SweepAsync();
                await sending.Get<SingleMailWorker>().HandleAsync(new MailMessage(People.Id(number)).ToString(), Cancellation);
            }
            else
            {
                // Not begun: she presses again.
                continue;
            }

            Assert.Empty(await FoundAsync(sending, People.AddressText(number)));
        }

        await sending.SweepAsync();
        await sending.AssertAgreedAsync();
    }

    [Theory]
    [InlineData("PUT subscribers")]
    [InlineData("POST schedule")]
    public async Task What_she_changes_at_the_same_moment_leaves_no_entry_behind(string when)
    {
        await using var sending = await StartAsync(People.Active(1, Slots.Friday));
        sending.Faults.Once(when, () =>
        {
            sending.Faults.Mend();
            return EraseAsync(sending);
        });

        await sending.Get<Subscriptions>().ChangeAsync(People.Token(1), People.Active(1, Slots.Tuesday).Preferences, Cancellation);

        Assert.Null(await sending.FindAsync(1));
        Assert.Empty(await sending.EntriesAsync(1));
    }

    [Fact]
    public async Task Who_signs_up_while_her_erasure_is_unfinished_begins_anew()
    {
        await using var sending = await StartAsync();
        Assert.True(EmailAddress.TryParse("ada@example.com", out var address));
        var ada = Everything(1, Slots.Tuesday) with { Id = sending.Get<Identities>().Of(address), Address = address };
        await AddAsync(sending, ada with
        {
            State = new SubscriberState.Left(TestApp.Start, Slots.Issue("2026-W50")),
            Owed = new OwedMail(OwedMailKind.Erasure),
        });

        await sending.Get<Subscriptions>().AskAsync(address, ada.Preferences with { Name = default }, ada.Consent, Cancellation);

        var anew = (await sending.Get<SubscriberStore>().FindAsync(ada.Id, Cancellation))!;
        Assert.Equal(new SubscriberState.Pending(FirstIssue: null), anew.State);
        Assert.True(anew.CheckIns.IsEmpty);
        Assert.Empty(await FoundAsync(sending, "Quillfeather"));
    }

    [Fact]
    public async Task Who_was_erased_while_mail_was_on_its_way_gets_her_mail_when_she_signs_up_again()
    {
        const string mina = "mina@example.com";
        await using var app = await TestApp.StartAsync(azurite);
        await app.JoinAsync(mina);
        app.SetTime(Instant.FromUtc(2026, 12, 1, 6, 40));
        Assert.True(EmailAddress.TryParse(mina, out var address));
        var known = (await Get<SubscriberStore>(app).FindAsync(Get<Identities>(app).Of(address), Cancellation))!;
        Assert.True(await Get<Erasure>(app).EraseAsync(new LinkToken(LinkPurpose.Data, known.Id, known.Generation), Cancellation));

        using var asked = await app.SubscribeAsync(mina);

        await app.WaitForMailAsync(mina, "confirm", count: 2);
    }

    private static T Get<T>(TestApp app)
        where T : notnull => app.Services.GetRequiredService<T>();

    private static Subscriber Everything(int number, Slot slot)
    {
        Assert.True(PersonName.TryParse("Ada Quillfeather", out var name));
        Assert.True(EmailAddress.TryParse("elsewhere@example.com", out var elsewhere));
        var active = People.Active(number, slot);
        return active with
        {
            Preferences = active.Preferences with { Name = name, Reminders = new ReminderChoice(DaySet.Of(IsoDayOfWeek.Sunday), active.Preferences.Time) },
            CheckIns = CheckIns.None.With(Slots.Issue("2026-W47"), CheckInAnswer.Tried),
            NewAddress = new AddressChange(elsewhere, TestApp.Start),
        };
    }

    private static Task<bool> EraseAsync(Sending sending, int number = 1) => sending.Get<Erasure>().EraseAsync(People.Token(number), Cancellation);

    /// <summary>The rows and messages that hold a text, wherever.</summary>
    private async Task<List<string>> FoundAsync(Sending sending, string text)
    {
        var all = new List<string>();
        var tables = new TableServiceClient(azurite.ConnectionString);
        foreach (var table in sending.Get<Names>().Tables)
        {
            await foreach (var row in tables.GetTableClient(table).QueryAsync<TableEntity>(cancellationToken: Cancellation))
                all.Add($"{table}: {string.Join(' ', row.Select(column => $"{column.Key}={column.Value}"))}");
        }

        foreach (var queue in (Azure.Storage.Queues.QueueClient[])[sending.Store.Ranges, sending.Store.Mails])
        {
            foreach (var message in (await queue.PeekMessagesAsync(32, Cancellation)).Value)
                all.Add($"{queue.Name}: {QueueMessages.Decode(message.MessageText)}");
        }

        return all.FindAll(one => one.Contains(text, StringComparison.OrdinalIgnoreCase));
    }

    private static async Task AddAsync(Sending sending, Subscriber subscriber)
    {
        await sending.Store.AddAsync(subscriber);
        await sending.Get<ScheduleEntries>().AgreeAsync(subscriber.Id, [], Cancellation);
    }

    private async Task<Sending> StartAsync(params Subscriber[] subscribers)
    {
        var sending = await Sending.StartWithoutPumpAsync(azurite);
        foreach (var subscriber in subscribers)
            await AddAsync(sending, subscriber);
        return sending;
    }
}
