using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Telemetry;
using DigestFunctions.Core.Web.Operate;
using DigestFunctions.Tests.Delivery;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Telemetry;

[Collection(Alone.Name)]
public sealed class FigureTests(WatchedLife life, SharedAzurite azurite)
{
    private static readonly (string, object) Digest = (Tag.Kind, "digest");

    [Fact]
    public void A_run_is_counted_from_its_plan_to_what_the_provider_took()
    {
        Assert.Equal(1, life.Heard.Sum("empathy_digest.runs", Digest, (Tag.RunState, "planned")));
        foreach (var state in (string[])["planned", "claimed", "proven"])
            Assert.Equal(1, life.Heard.Sum("empathy_digest.batches", Digest, (Tag.BatchState, state)));
        foreach (var kind in (string[])["confirm", "welcome", "digest"])
            Assert.Equal(1, life.Heard.Sum("empathy_digest.accepted.mails", (Tag.Kind, kind)));
    }

    [Fact]
    public void What_the_provider_took_before_it_was_due_came_in_no_time()
    {
        Assert.False(life.Heard.IsEmptyOf("empathy_digest.acceptance.delay"));
        Assert.Equal(0, life.Heard.Sum("empathy_digest.acceptance.delay"));
    }

    [Fact]
    public void Calls_to_the_provider_are_counted_by_what_was_asked_and_answered()
    {
        Assert.Equal(3, life.Heard.Sum("empathy_digest.provider.calls", (Tag.Call, "mail/send"), (Tag.Status, 202)));
        Assert.Equal(1, life.Heard.Sum("empathy_digest.provider.calls", (Tag.Call, "mail/batch"), (Tag.Status, 201)));
    }

    [Fact]
    public void Events_are_counted_by_type_and_posts_that_nobody_signed_as_refused()
    {
        Assert.True(life.Heard.Sum("empathy_digest.events", (Tag.Event, "processed")) + life.Heard.Sum("empathy_digest.events", (Tag.Event, "delivered")) > 0);
        Assert.Equal(1, life.Heard.Sum("empathy_digest.webhook.refusals", (Tag.Reason, "bad_signature")));
    }

    [Fact]
    public void What_a_subscriber_does_is_counted_once_however_often_she_presses()
    {
        Assert.Equal(1, life.Heard.Sum("empathy_digest.sign_ups", (Tag.Outcome, "taken")));
        Assert.Equal(1, life.Heard.Sum("empathy_digest.confirmations"));
        Assert.Equal(1, life.Heard.Sum("empathy_digest.check_ins", (Tag.Answer, "tried")));
        Assert.Equal(1, life.Heard.Sum("empathy_digest.leaves"));
    }

    [Fact]
    public void Who_is_turned_away_is_counted_with_why()
    {
        Assert.Equal(1, life.Heard.Sum("empathy_digest.sign_ups", (Tag.Outcome, "bad_fields")));
        Assert.Equal(1, life.Heard.Sum("empathy_digest.sign_ups", (Tag.Outcome, "press_again")));
        Assert.Equal(OperatorTries.Most, life.Heard.Sum("empathy_digest.operator.refusals", (Tag.Reason, "wrong_key")));
        Assert.Equal(1, life.Heard.Sum("empathy_digest.operator.refusals", (Tag.Reason, "too_many_tries")));
        Assert.Equal(1, life.Heard.Sum("empathy_digest.operator.refusals", (Tag.Reason, "foreign_form")));
    }

    [Fact]
    public void The_local_run_has_a_page_of_them()
    {
        Assert.Contains("empathy_digest_sign_ups_total", life.Page, StringComparison.Ordinal);
        Assert.Contains("empathy_digest_acceptance_delay_seconds_bucket", life.Page, StringComparison.Ordinal);
        Assert.Contains("http_client_request_duration_seconds", life.Page, StringComparison.Ordinal);
        Assert.All(life.Personal, word => Assert.DoesNotContain(word, life.Page, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_batch_is_counted_in_each_state_that_the_ledger_has_it_in()
    {
        using var heard = new Heard();
        await using var sending = await Sending.StartWithoutPumpAsync(azurite, People.Entry(1));
        sending.Provider.AnswerOnce(new SendOutcome.Unknown("503"));

        await sending.HandleAsync();

        foreach (var state in (string[])["planned", "claimed", "unknown"])
            Assert.Equal(1, heard.Sum("empathy_digest.batches", (Tag.BatchState, state)));
        Assert.Equal(0, heard.Sum("empathy_digest.accepted.mails"));
    }

    [Fact]
    public async Task A_run_that_is_skipped_since_it_is_too_late_is_counted_as_late()
    {
        using var heard = new Heard();
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        await sending.Get<SlotTable>().EnsureAsync(Sending.Run.Slot, sending.Now, TestContext.Current.CancellationToken);
        sending.App.SetTime(Sending.Run.Due + Duration.FromDays(2));

        await sending.App.PlanAsync();

        Assert.Equal(1, heard.Sum("empathy_digest.runs", Digest, (Tag.RunState, "late")));
    }
}
