using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Operations.Explaining;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Operations;

/// <summary>What a support person asks: "why did she get nothing last week?" Each state is brought about, and then asked about.</summary>
public sealed class ExplainTests(SharedAzurite azurite)
{
    /// <summary>Of twenty, one is the line in the audit log, and one is whether a program has given wrong keys.</summary>
    internal const int MostOperations = 18;

    private static readonly IssueId Week = Sending.Run.Issue;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mail_that_SendGrid_took_is_said_with_when_it_leaves()
    {
        await using var sending = await StartAsync();
        await sending.HandleAsync();

        Assert.StartsWith("SendGrid took it at 2026-12-01", await AskAsync(sending, Week), StringComparison.Ordinal);
        Assert.Contains("No event of hers has come yet", await AskAsync(sending, Week), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_events_say_of_her_own_mail_is_said_and_not_what_they_say_of_others()
    {
        await using var sending = await StartAsync();
        await sending.HandleAsync();
        var batch = Assert.Single(await sending.BatchesAsync());
        var (me, other) = (batch.Members.ToList().IndexOf(People.Id(1)), batch.Members.ToList().IndexOf(People.Id(2)));
        var row = BatchRow.WriteEvents(batch, BatchEvents.None with { Delivered = MemberSet.Of(me), Complained = MemberSet.Of(other) }, proven: null);
        await sending.Store.Deliveries.UpdateEntityAsync(row, batch.ETag, Azure.Data.Tables.TableUpdateMode.Merge, Cancellation);

        Assert.EndsWith("it is in her spam folder.", await AskAsync(sending, Week), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_held_batch_is_said_to_wait_for_the_operator()
    {
        await using var sending = await StartAsync();
        await sending.DecideAsync();
        await sending.MoveAsync(new BatchState.Held(new Attempt("id", Sending.Run.Due, MemberSet.None), "503"));

        Assert.StartsWith("Held: nobody could find out whether SendGrid took it", await AskAsync(sending, Week), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_operator_let_be_is_said_to_be_let_be()
    {
        await using var sending = await StartAsync();
        await sending.DecideAsync();
        await sending.MoveAsync(new BatchState.Held(new Attempt("id", Sending.Run.Due, MemberSet.None), "503") { IsLetBe = true });

        Assert.EndsWith("an operator has let it be: it isn't sent again. The audit log says who.", await AskAsync(sending, Week), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(SuppressionReason.ByOperator), "asked by phone", "The reason given: asked by phone")]
    [InlineData(nameof(SuppressionReason.Bounced), "550 no such user", "The provider's words: 550 no such user")]
    [InlineData(nameof(SuppressionReason.Unsubscribed), Erasure.Evidence, "she was erased while mail to her may have been on its way; she can sign up again.")]
    public async Task A_suppression_is_said_in_the_words_of_who_made_it(string reason, string evidence, string said)
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        await sending.Get<SuppressionTable>().AddAsync(People.Id(1), Suppression.Of(Enum.Parse<SuppressionReason>(reason), TestApp.Start, evidence), Cancellation);

        Assert.EndsWith(said, ExplainWords.OfNow(await sending.Get<Explain>().RunAsync(People.Id(1), null, Cancellation))[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_consent_of_one_who_was_imported_is_said_as_the_file_has_it()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        var imported = People.Long(1);
        await sending.Store.AddAsync(imported with { Consent = imported.Consent with { Asked = new ConsentText(Language.English, "by the old list's form"), ImportedAt = TestApp.Start } });

        var lines = ExplainWords.OfNow(await sending.Get<Explain>().RunAsync(People.Id(1), null, Cancellation));

        Assert.Contains(lines, line => line.StartsWith("Consent: given at", StringComparison.Ordinal) && line.EndsWith("by the file that was imported at 2026-11-24 08:00Z: by the old list's form.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_consent_of_one_whom_a_file_had_asked_by_mail_is_said_to_be_given_here()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        var asked = People.Long(1);
        await sending.Store.AddAsync(asked with { Consent = asked.Consent with { AskedAt = asked.Consent.AskedAt - Duration.FromDays(1), ImportedAt = asked.Consent.AskedAt - Duration.FromDays(1) } });

        var lines = ExplainWords.OfNow(await sending.Get<Explain>().RunAsync(People.Id(1), null, Cancellation));

        Assert.Contains(lines, line => line.StartsWith("Consent: asked at", StringComparison.Ordinal) && line.Contains("given at 2026-09-25", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refusal_that_is_our_fault_is_said_to_be()
    {
        await using var sending = await StartAsync();
        sending.Provider.AnswerOnce(new SendOutcome.Refused(413, "413: too large"));
        await sending.HandleAsync();

        Assert.Equal("Not sent: the batch can't be sent, for a fault that isn't hers: 413: too large", await AskAsync(sending, Week));
    }

    [Fact]
    public async Task Her_own_refused_address_is_said()
    {
        await using var sending = await StartAsync();
        sending.Provider.Answer = mail => Task.FromResult<SendOutcome>(
            mail.Recipients.Index().FirstOrDefault(one => one.Item.Address == People.Address(1)) is { Item: not null } bad
                ? new SendOutcome.BadRecipients([new BadRecipient(bad.Index, "no such domain")], "400")
                : new SendOutcome.Taken());
        await sending.HandleAsync();
        await sending.HandleAsync();

        Assert.StartsWith("Not sent: SendGrid refused her address", await AskAsync(sending, Week), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_who_left_between_decision_and_sending_was_gone()
    {
        await using var sending = await StartAsync();
        await sending.DecideAsync();
        await sending.Store.Schedule.DeleteEntityAsync(Sending.Run.Slot.ToString(), People.Id(1).ToString(), cancellationToken: Cancellation);
        await sending.HandleAsync();

        Assert.StartsWith("Not sent: when it was handed over she had left", await AskAsync(sending, Week), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_came_too_late_is_said_to_have_been_skipped()
    {
        await using var sending = await StartAsync();
        await sending.Get<RunTable>().TryRecordLateAsync(Sending.Run, sending.Now, Cancellation);

        Assert.StartsWith("Not sent to anybody of this time", await AskAsync(sending, Week), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_who_was_not_in_the_slot_when_it_was_decided_is_told_apart()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite, People.Entries(3).Skip(1));
        await sending.Store.AddAsync(People.Long(1));
        await sending.Get<RunTable>().RecordPlannedAsync(Sending.Run, sending.Now - RunTable.FirstLook, Cancellation);
        await sending.HandleAsync();

        Assert.StartsWith("Not sent: when this run was decided, she wasn't in it", await AskAsync(sending, Week), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_week_of_the_welcome_and_those_before_and_after_are_told_apart()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        await sending.Store.AddAsync(People.Active(1, Slots.Tuesday) with { State = SubscriberState.Active.In(Slots.Tuesday, Slots.Issue("2026-W49")), History = History.None });

        Assert.StartsWith("She confirmed at", await AskAsync(sending, Slots.Issue("2026-W48")), StringComparison.Ordinal);
        Assert.StartsWith("Not hers: as far as is kept, 2026-W49 is the first", await AskAsync(sending, Slots.Issue("2026-W47")), StringComparison.Ordinal);
        Assert.Equal("Not yet due.", await AskAsync(sending, Slots.Issue("2026-W50")));
    }

    [Fact]
    public async Task Not_confirmed_left_paused_and_suppressed_are_said()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        var pause = new Pause(new LocalDate(2027, 1, 5), Slots.Issue("2026-W49"));
        await sending.Store.AddAsync(
            Sweeping.Pending(1, TestApp.Start),
            Sweeping.Left(2) with { Consent = People.Long(2).Consent },
            People.Long(3) with { State = SubscriberState.Active.In(Slots.Tuesday, Slots.Issue("2027-W01")) with { Pause = pause } },
            People.Long(4) with { State = new SubscriberState.Suppressed(TestApp.Start, SuppressionReason.Bounced, Slots.Issue("2026-W49")) });

        Assert.Equal("Not sent: she has not confirmed.", await AskAsync(sending, Week, 1));
        Assert.StartsWith("Not sent: she left at 2026-11-24", await AskAsync(sending, Week, 2), StringComparison.Ordinal);
        Assert.Equal("Not sent: she has paused until 2027-01-05.", await AskAsync(sending, Week, 3));
        Assert.StartsWith("Not sent: she is suppressed since 2026-11-24", await AskAsync(sending, Week, 4), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Weeks_before_one_came_who_has_left_since_are_said_to_be_not_hers()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        var (left, imported) = (Sweeping.Left(1) with { Consent = People.Long(1).Consent }, Sweeping.Left(2) with { Consent = People.Long(2).Consent with { ImportedAt = TestApp.Start - Duration.FromDays(20) } });
        await sending.Store.AddAsync(left, imported);

        Assert.StartsWith("Not hers: she came at 2026-09-25", await AskAsync(sending, Slots.Issue("2026-W38")), StringComparison.Ordinal);
        Assert.StartsWith("She confirmed at 2026-09-25", await AskAsync(sending, Slots.Issue("2026-W39")), StringComparison.Ordinal);
        Assert.StartsWith("Not hers: she came at 2026-11-04", await AskAsync(sending, Slots.Issue("2026-W39"), 2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_due_before_she_changed_her_address_is_said_to_have_gone_to_the_old_one()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        var here = People.Long(1);
        await sending.Store.AddAsync(here with { Consent = here.Consent with { MovedAt = TestApp.Start - Duration.FromDays(10) } });

        Assert.Equal("Not sent to this address: she had another one until 2026-11-14 08:00Z.", await AskAsync(sending, Slots.Issue("2026-W45")));
    }

    [Fact]
    public async Task Nobody_is_said_to_be_nobody_and_a_suppression_that_outlived_her_is_said()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        await sending.Get<SuppressionTable>().AddAsync(People.Id(1), Suppression.Of(SuppressionReason.Complained, TestApp.Start, "spam report"), Cancellation);

        var lines = ExplainWords.OfNow(await sending.Get<Explain>().RunAsync(People.Id(1), null, Cancellation));

        Assert.Collection(
            lines,
            line => Assert.StartsWith("Nobody is subscribed", line, StringComparison.Ordinal),
            line => Assert.StartsWith("The address is suppressed since 2026-11-24", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_others_of_a_run_that_stopped_are_said_to_wait_for_the_operator()
    {
        await using var sending = await StartAsync();
        await sending.DecideAsync();
        await sending.Store.Deliveries.AddEntityAsync(
            new Azure.Data.Tables.TableEntity(Sending.Run.ToString(), LedgerKeys.Stopped) { ["Batch"] = "|001|en|other", ["Why"] = "413: too large" }, Cancellation);

        Assert.Equal(
            "Not sent yet: another batch of this run can't be sent, for a fault of ours, so all of it waits for an operator, on the page Held: 413: too large",
            await AskAsync(sending, Week));
    }

    [Fact]
    public async Task That_all_sending_is_paused_is_said()
    {
        await using var sending = await StartAsync();
        await sending.Get<SendingSwitch>().PauseAsync("Jo", "A wrong tip.", Cancellation);

        var lines = ExplainWords.OfNow(await sending.Get<Explain>().RunAsync(People.Id(1), null, Cancellation));

        Assert.Contains(lines, line => line.Contains("by Jo: A wrong tip.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_a_run_that_was_split_her_own_part_is_found()
    {
        await using var sending = await StartAsync();
        var part = Slots.Range(People.Id(1).ToString()[..1]);
        Assert.True(await sending.Get<Ledger>().TrySplitAsync(Sending.Run, IdRange.Whole, Cancellation));
        await sending.HandleAsync(part);

        Assert.StartsWith("SendGrid took it", await AskAsync(sending, Week), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_takes_twenty_storage_operations_at_the_most_and_goes_on_to_a_year()
    {
        await using var sending = await StartAsync();
        var explain = sending.Get<Explain>();
        sending.App.SetTime(Sending.Run.Due + Duration.FromDays(200));
        sending.Faults.Forget();

        var explanation = await explain.RunAsync(People.Id(1), null, Cancellation);
        Assert.InRange(sending.Faults.Seen.Count, 15, MostOperations);

        var issues = explanation.Runs.Count;
        while (explanation.Older is { } older)
        {
            explanation = await explain.RunAsync(People.Id(1), older, Cancellation);
            issues += explanation.Runs.Count;
        }

        Assert.InRange(issues, 53, 56);
    }

    private async Task<Sending> StartAsync()
    {
        var sending = await Sending.StartWithoutPumpAsync(azurite, People.Entries(3));
        await sending.Store.AddAsync(People.Long(1), People.Long(2), People.Long(3));
        return sending;
    }

    private static async Task<string> AskAsync(Sending sending, IssueId issue, int number = 1) =>
        ExplainWords.Of((await sending.Get<Explain>().RunAsync(People.Id(number), issue, Cancellation)).Runs[0]);
}
