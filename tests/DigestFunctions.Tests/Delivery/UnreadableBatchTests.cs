using Azure.Data.Tables;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Schedule;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Delivery;

/// <summary>A row of the ledger that can't be read: nothing of it is sent on a guess, and it harms no other.</summary>
public sealed class UnreadableBatchTests(SharedAzurite azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("1")]
    [InlineData(1L)]
    public async Task A_batch_whose_attempts_can_not_be_read_is_not_sent_and_said_and_the_others_are(object? attempts)
    {
        await using var sending = await BrokenAsync(attempts);

        await sending.HandleAsync();

        Assert.Equal(500, sending.Provider.TakenAddresses.Count());
        var read = Assert.IsType<RangeDecision.Batches>(await sending.Get<Ledger>().ReadAsync(Sending.Run, IdRange.Whole, Cancellation));
        Assert.IsType<BatchState.Accepted>(Assert.Single(read.All).State);
        Assert.Single(read.Unreadable);
        Assert.Contains(sending.App.Log.All, line => line.Contains("Error 202", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Its_run_stays_open()
    {
        await using var sending = await BrokenAsync(attempts: null);
        await sending.Get<RunTable>().RecordPlannedAsync(Sending.Run, sending.Now - RunTable.FirstLook, Cancellation);
        await sending.HandleAsync();

        Assert.Equal(0, await sending.Get<Settler>().SettleAsync(Cancellation));
    }

    // Two batches that are planned, of which the first is written otherwise than we do.
    private async Task<Sending> BrokenAsync(object? attempts)
    {
        var sending = await Sending.StartWithoutPumpAsync(azurite, People.Entries(1_500));
        sending.Provider.Answer = _ => Task.FromResult<Core.Email.SendOutcome>(new Core.Email.SendOutcome.NotTaken("429", Duration.FromHours(1)));
        await sending.HandleAsync();
        sending.Provider.Answer = _ => Task.FromResult<Core.Email.SendOutcome>(new Core.Email.SendOutcome.Taken());
        var first = (await sending.BatchesAsync())[0];
        TableEntity row = await sending.Store.Deliveries.GetEntityAsync<TableEntity>(Sending.Run.ToString(), first.Key, cancellationToken: Cancellation);
        row.Remove("Attempts");
        if (attempts is not null)
            row["Attempts"] = attempts;
        await sending.Store.Deliveries.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, Cancellation);
        return sending;
    }
}
