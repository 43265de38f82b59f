using Azure;
using Azure.Data.Tables;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using Xunit;

namespace DigestFunctions.Tests.Web.Operate;

/// <summary>What waits for a decision, as an operator sees it.</summary>
public sealed class HeldPageTests(SharedAzurite azurite)
{
    private static readonly RunId Run = Slots.Run("digest|Europe~Paris|Tue|08:30|2026-11-24");

    [Fact]
    public async Task What_is_held_says_since_when_what_would_come_of_each_button_and_who_they_are()
    {
        await using var app = await TestApp.StartAsync(azurite);
        await HoldAsync(app);
        using var operating = await Operating.SignInAsync(app);

        var held = await operating.PageAsync("/operate/held");
        Assert.Matches("Since 20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}Z", Operating.Text(held));
        Assert.Contains("2 people may get it twice, and nobody will miss it", Operating.Text(held), StringComparison.Ordinal);
        var who = await operating.PageAsync(held.QuerySelector("a[href^='/operate/held/']")!.GetAttribute("href")!);

        Assert.Equal(
            [$"/operate/subscriber/{People.Id(1)}", $"/operate/subscriber/{People.Id(3)}"],
            who.QuerySelectorAll("main li a").Select(link => link.GetAttribute("href")));
    }

    [Theory]
    [InlineData(Troubles.MostRuns, false)]
    [InlineData(Troubles.MostRuns + 1, true)]
    public async Task That_there_are_more_runs_than_are_shown_is_said(int runs, bool isSaid)
    {
        await using var app = await TestApp.StartAsync(azurite);
        for (var hour = 0; hour < runs; hour++)
        {
            var run = Slots.Run(FormattableString.Invariant($"digest|Europe~London|Tue|{hour:00}:{hour % 2 * 30:00}|2026-11-24"));
            await app.Store.Runs.AddEntityAsync(new TableEntity(run.Issue.ToString(), run.ToString()) { ["Held"] = 1 }, TestContext.Current.CancellationToken);
        }

        using var operating = await Operating.SignInAsync(app);

        Assert.Equal(isSaid, Operating.Text(await operating.PageAsync("/operate/held")).Contains("Of 20 runs; there are more", StringComparison.Ordinal));
    }

    // Three, of whom the second was refused by name.
    private static async Task HoldAsync(TestApp app)
    {
        await app.Get<RunTable>().RecordPlannedAsync(Run, TestApp.Start, TestContext.Current.CancellationToken);
        var variant = new Variant(Language.English, app.Get<Calendar>().TipOf(Run.Issue));
        await app.Get<Ledger>().TryRecordAsync(
            Run,
            IdRange.Whole,
            [new Batch(Run, IdRange.Whole, new BatchName(0), variant, [People.Id(1), People.Id(2), People.Id(3)], MemberSet.Of(1), 1, new BatchState.Held(new Attempt("id", Run.Due, MemberSet.None), "503"), default)],
            TestContext.Current.CancellationToken);
        await app.Store.Runs.UpdateEntityAsync(
            new TableEntity(Run.Issue.ToString(), Run.ToString()) { ["Held"] = 2 }, ETag.All, TableUpdateMode.Merge, TestContext.Current.CancellationToken);
    }
}
