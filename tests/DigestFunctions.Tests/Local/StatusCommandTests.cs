using Azure.Data.Tables;
using Azure.Storage.Queues;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Local;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Local;

public sealed class StatusCommandTests(SharedAzurite azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_is_called_what_people_call_it_with_what_became_of_it()
    {
        var names = new Names("s" + Guid.NewGuid().ToString("n")[..20]);
        var store = new Store(new TableServiceClient(azurite.ConnectionString), new QueueServiceClient(azurite.ConnectionString), names);
        await store.CreateAsync(Cancellation);
        var run = LastDue();
        await store.Runs.UpsertEntityAsync(
            new TableEntity(run.Issue.ToString(), run.ToString()) { ["State"] = "Settled", ["Due"] = run.Due.ToDateTimeOffset(), ["LetBe"] = 2, ["Refused"] = 1, ["Accepted"] = 1_100 },
            TableUpdateMode.Replace,
            Cancellation);
        using var output = new StringWriter();

        await StoreCommand.RunAsync(
            TestApp.Settings(azurite.ConnectionString, new Uri("http://localhost:1")),
            new CommandOutput(output, IsJson: false),
            session => StatusCommand.RunAsync(session, Cancellation),
            Cancellation,
            services => services.AddSingleton(names));
        await store.DeleteAsync(Cancellation);

        Assert.Contains($"{run.Slot.Weekday.ToString()[..3]} 18:30 Europe/Paris", output.ToString(), StringComparison.Ordinal);
        // What the width of a console breaks is broken between words.
        Assert.All(["2 let be", "1 refused", "1,100 taken", "SendGrid: doesn’t answer."], words => Assert.Contains(words, output.ToString(), StringComparison.Ordinal));
    }

    // The command goes by the clock.
    private static RunId LastDue()
    {
        var now = SystemClock.Instance.GetCurrentInstant();
        var date = (now - Duration.FromHours(18.5)).InZone(DateTimeZoneProviders.Tzdb["Europe/Paris"]).Date;
        return Slots.Run($"digest|Europe~Paris|{date.DayOfWeek.ToString()[..3]}|18:30|{date:uuuu-MM-dd}");
    }
}
