using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using Xunit;

namespace DigestFunctions.Tests.Delivery;

/// <summary>The provider refuses a batch: for the sake of some of its recipients, or for a fault of ours.</summary>
public sealed class RefusalTests(SharedAzurite azurite)
{
    [Fact]
    public async Task Those_who_are_refused_by_name_are_taken_out_and_the_rest_is_sent()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(20));
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

    [Fact]
    public async Task Without_a_name_the_batch_is_halved_until_the_bad_one_stands_alone()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(100));
        var bad = People.AddressText(42);
        sending.Provider.Answer = mail => Task.FromResult<SendOutcome>(
            IndexOf(mail, bad) >= 0 ? new SendOutcome.RefusedUnnamed("Bad Request: address", AboutRecipient: true) : new SendOutcome.Taken());

        await sending.HandleAsync();
        await sending.HandleAsync();

        var batches = await sending.BatchesAsync();
        Assert.Equal(99, sending.Provider.TakenAddresses.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(99, sending.Provider.TakenAddresses.Count());
        var alone = Assert.Single(batches, batch => batch.Out.Count > 0);
        Assert.Equal([People.Id(42)], alone.Members);
        Assert.IsType<BatchState.Empty>(alone.State);
        Assert.InRange(sending.Provider.Calls.Count, 8, 16);
    }

    [Fact]
    public async Task A_refusal_that_follows_a_batch_down_to_one_and_is_not_about_her_blocks_and_suppresses_nobody()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(100));
        sending.Provider.Answer = _ => Task.FromResult<SendOutcome>(new SendOutcome.RefusedUnnamed("Bad Request", AboutRecipient: false));

        await sending.HandleAsync();
        await sending.HandleAsync();

        var batches = await sending.BatchesAsync();
        Assert.Single(batches, batch => batch.State is BatchState.Blocked);
        Assert.All(batches, batch => Assert.Equal(0, batch.Out.Count));
        Assert.InRange(sending.Provider.Calls.Count, 7, 8);
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

    private static int IndexOf(OutgoingMail mail, string address) =>
        mail.Recipients.ToList().FindIndex(to => to.Address.ToString() == address);
}
