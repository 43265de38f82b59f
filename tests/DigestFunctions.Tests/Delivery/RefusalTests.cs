using System.Text.Json;
using Azure.Data.Tables;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using Xunit;

namespace DigestFunctions.Tests.Delivery;

/// <summary>The provider refuses a batch: for the sake of some of its recipients, or for a fault of ours.</summary>
public sealed class RefusalTests(SharedAzurite azurite)
{
    private static readonly int MaxRecipients = new RangeLimits().Range;

    [Fact]
    public async Task Those_who_are_refused_by_name_are_taken_out_and_the_rest_is_sent()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite, People.Entries(20));
        var bad = People.AddressText(7);
        sending.Provider.Answer = mail => Task.FromResult<SendOutcome>(
            IndexOf(mail, bad) is >= 0 and var index
                ? new SendOutcome.BadRecipients([new BadRecipient(index, "Does not contain a valid address.")], "400")
                : new SendOutcome.Taken());

        await sending.HandleAsync();
        await sending.HandleAsync();

        var batch = Assert.Single(await sending.BatchesAsync());
        Assert.IsType<BatchState.Accepted>(batch.State);
        Assert.Equal([People.Id(7)], batch.Members.Where((_, index) => batch.Out[index]));
        Assert.Equal(19, sending.Provider.TakenAddresses.Distinct(StringComparer.Ordinal).Count());
        Assert.DoesNotContain(bad, sending.Provider.TakenAddresses);
    }

    [Fact]
    public async Task Who_is_named_by_her_place_in_the_call_is_the_right_one_also_where_others_have_left()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(20));
        await sending.DecideAsync();
        var members = (await sending.BatchesAsync())[0].Members;
        await sending.Store.Schedule.DeleteEntityAsync(Sending.Run.Slot.ToString(), members[0].ToString(), cancellationToken: TestContext.Current.CancellationToken);
        sending.Provider.AnswerOnce(new SendOutcome.BadRecipients([new BadRecipient(3, "bad")], "400"));

        await sending.HandleAsync();

        Assert.Equal(MemberSet.Of(4).Bits, Assert.Single(await sending.BatchesAsync()).Out.Bits);
    }

    [Fact]
    public async Task More_than_five_bad_recipients_are_no_recipients_fault()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(20));
        sending.Provider.Answer = _ => Task.FromResult<SendOutcome>(new SendOutcome.BadRecipients(
            [.. Enumerable.Range(0, 6).Select(index => new BadRecipient(index, "bad"))], "400"));

        await sending.HandleAsync();

        Assert.IsType<BatchState.Blocked>(await sending.StateAsync());
        Assert.Equal(0, Assert.Single(await sending.BatchesAsync()).Out.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(42)]
    [InlineData(99)]
    public async Task Without_a_name_the_batch_is_halved_until_the_bad_one_stands_alone(int place)
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite, People.Entries(100));
        var number = Enumerable.Range(1, 100).OrderBy(number => People.Id(number).Value).ElementAt(place);
        sending.Provider.Answer = mail => Task.FromResult<SendOutcome>(IndexOf(mail, People.AddressText(number)) >= 0
            ? new SendOutcome.RefusedUnnamed("Bad Request: address", AboutRecipient: true)
            : new SendOutcome.Taken());

        await HandleTwentyTimesAsync(sending);

        var batches = await sending.BatchesAsync();
        Assert.Equal(99, sending.Provider.TakenAddresses.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(99, sending.Provider.TakenAddresses.Count());
        var alone = Assert.Single(batches, batch => batch.Out.Count > 0);
        Assert.Equal([People.Id(number)], alone.Members);
        Assert.IsType<BatchState.Empty>(alone.State);
        Assert.InRange(sending.Provider.Calls.Count, 8, 20);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_refusal_that_follows_a_batch_down_to_one_after_the_other_blocks_and_suppresses_nobody(bool aboutRecipients)
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite, People.Entries(100));
        sending.Provider.Answer = _ => Task.FromResult<SendOutcome>(new SendOutcome.RefusedUnnamed("Bad Request", aboutRecipients));

        await HandleTwentyTimesAsync(sending);

        var batches = await sending.BatchesAsync();
        Assert.Single(batches, batch => batch.State is BatchState.Blocked);
        Assert.All(batches, batch => Assert.Equal(0, batch.Out.Count));
        Assert.Empty(sending.Provider.TakenAddresses);
        Assert.InRange(sending.Provider.Calls.Count, 7, 20);
    }

    [Fact]
    public async Task Who_was_refused_before_her_batch_was_halved_stays_out()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite, People.Entries(10));
        var calls = 0;
        sending.Provider.Answer = mail => Task.FromResult<SendOutcome>(++calls switch
        {
            1 => new SendOutcome.BadRecipients([new BadRecipient(7, "bad")], "400"),
            2 => new SendOutcome.RefusedUnnamed("Bad Request", AboutRecipient: false),
            _ => new SendOutcome.Taken(),
        });

        await HandleTwentyTimesAsync(sending);

        var batches = await sending.BatchesAsync();
        var second = Assert.Single(batches, batch => batch.Name.Half == "b");
        Assert.Equal(MemberSet.Of(2).Bits, second.Out.Bits);
        Assert.Equal(9, sending.Provider.TakenAddresses.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_batch_that_is_blocked_stops_the_run_in_its_other_ranges_too()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(MaxRecipients + 100));
        sending.Provider.Answer = _ => Task.FromResult<SendOutcome>(new SendOutcome.Refused(400, "from: not verified"));
        await sending.HandleAsync(Slots.Range("0"));

        await sending.HandleAsync(Slots.Range("1"));

        Assert.Single(sending.Provider.Calls);
        Assert.IsType<BatchState.Planned>(Assert.Single(await sending.BatchesAsync(Slots.Range("1"))).State);
    }

    [Fact]
    public async Task A_variant_that_there_is_no_content_for_is_blocked_and_suppresses_nobody()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entry(1, Language.TryParse("xx", out var nobodys) ? nobodys : default));

        await sending.HandleAsync();

        Assert.IsType<BatchState.Blocked>(await sending.StateAsync());
        Assert.Empty(sending.Provider.Calls);
    }

    [Fact]
    public async Task An_entry_that_can_not_be_read_keeps_nobody_else_from_her_digest()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));
        await sending.Store.Schedule.AddEntityAsync(
            new TableEntity(Sending.Run.Slot.ToString(), People.Id(4).ToString()) { ["Email"] = People.AddressText(4) }, TestContext.Current.CancellationToken);

        await sending.HandleAsync();

        Assert.Equal(3, sending.Provider.TakenAddresses.Count());
        Assert.Contains(sending.App.Log.All, line => line.Contains("Error 411", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("content.0.value", "The content is empty.")]
    [InlineData("personalizations.3.substitutions", "Invalid recipient substitution.")]
    [InlineData(null, "Bad Request")]
    [InlineData(null, "Invalid e-mail address in the template.")]
    public async Task A_broken_template_suppresses_nobody_and_stops_the_run(string? field, string words)
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite, People.Entries(1_500));
        var body = JsonSerializer.Serialize(new { errors = new[] { new { field, message = words } } });
        sending.Provider.Answer = mail => Task.FromResult(SendGridErrors.Read(body, mail.Recipients).BadRequest("400"));
        await HandleTwentyTimesAsync(sending);
        var calls = sending.Provider.Calls.Count;

        await sending.HandleAsync();

        Assert.Equal(calls, sending.Provider.Calls.Count);
        Assert.Single(await sending.BatchesAsync(), batch => batch.State is BatchState.Blocked);
        Assert.All(await sending.BatchesAsync(), batch => Assert.Equal(0, batch.Out.Count));
        Assert.Empty(await sending.Store.Suppressions.QueryAsync<TableEntity>(cancellationToken: TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_batch_that_is_blocked_stops_the_others_of_its_range()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(2_500));
        sending.Provider.Answer = _ => Task.FromResult<SendOutcome>(new SendOutcome.Refused(400, "from: not verified"));

        await sending.HandleAsync();
        await sending.HandleAsync();

        Assert.Single(sending.Provider.Calls);
        Assert.Equal(2, (await sending.BatchesAsync()).Count(batch => batch.State is BatchState.Planned));
    }

    [Fact]
    public async Task A_key_that_is_refused_loses_nobody()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));
        sending.Provider.AnswerOnce(new SendOutcome.NotAllowed(401, "401"));
        await sending.HandleAsync();
        Assert.IsType<BatchState.Planned>(await sending.StateAsync());

        await sending.HandleAsync();

        Assert.IsType<BatchState.Accepted>(await sending.StateAsync());
    }

    private static async Task HandleTwentyTimesAsync(Sending sending)
    {
        for (var time = 0; time < 20; time++)
            await sending.HandleAsync();
    }

    private static int IndexOf(OutgoingMail mail, string address) =>
        mail.Recipients.ToList().FindIndex(to => to.Address.ToString() == address);
}
