using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using DigestFunctions.Tests.Operations;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Web.Operate;

/// <summary>The page that shows at a glance whether all is well, and what to do if it isn't.</summary>
public sealed class TodayTests(SharedAzurite azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_a_good_day_it_says_that_all_is_well_and_counts_who_there_is()
    {
        await using var app = await TestApp.StartAsync(azurite);
        await app.JoinAsync("reader@example.com");
        await app.Get<Sweep>().RunAsync(Cancellation);
        using var operating = await Operating.SignInAsync(app);

        app.Time.HoldTimers();
        var page = await operating.PageAsync("/operate");

        Assert.Equal("All is well.", page.QuerySelector(".well")?.TextContent);
        Assert.StartsWith("Active1", page.QuerySelector(".figures")!.TextContent.Trim().Replace("\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("svg[role=img][aria-label='Active subscribers']"));
        Assert.DoesNotContain("style=", page.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_day_costs_ten_storage_operations_however_many_subscribers_there_are()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite, People.Entries(50));
        using var operating = await Operating.SignInAsync(sending.App);
        sending.Faults.Forget();

        await operating.PageAsync("/operate");

        Assert.Equal(["GET runs", "GET slots", "GET snapshots", "GET switches"], sending.Faults.Seen.Order(StringComparer.Ordinal));
        // Two looks at each queue and one at its poisoned messages.
        Assert.Equal(6, sending.Faults.SeenOfQueues);
    }

    [Fact]
    public async Task A_program_s_key_costs_one_more()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite, People.Entries(50));
        sending.Faults.Forget();

        using var answer = await AskAsync(sending.App);

        // How often its network gave a wrong key.
        Assert.Equal(["GET limits", "GET runs", "GET slots", "GET snapshots", "GET switches"], sending.Faults.Seen.Order(StringComparer.Ordinal));
        Assert.Equal(6, sending.Faults.SeenOfQueues);
    }

    [Fact]
    public async Task What_is_wrong_is_said_with_what_to_do()
    {
        await using var sending = await Sending.StartAsync(azurite, webhook: true, People.Entries(3), services => services.AddSingleton(new SendGridOptions { ApiKey = "SG.x", WebhookPublicKey = "set", BaseUrl = new Uri("http://localhost:1") }));
        await sending.Get<RunTable>().RecordPlannedAsync(Sending.Run, sending.Now, Cancellation);
        sending.Provider.AnswerOnce(new SendOutcome.Refused(413, "413: too large"));
        await sending.HandleAsync();
        sending.App.SetTime(Sending.Run.Due + Duration.FromHours(25));
        await sending.Get<Settler>().SettleAsync(Cancellation);
        await sending.Store.PoisonedRanges.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        await sending.Store.PoisonedRanges.SendMessageAsync("nonsense", Cancellation);
        await sending.Get<SendingSwitch>().PauseAsync("Jo", "wrong tip", Cancellation);
        sending.Provider.IsAway = true;

        var warnings = Warnings.Of(await sending.Get<TodayReader>().ReadAsync(Cancellation)).Select(warning => warning.What).ToList();

        Assert.Collection(
            warnings,
            what => Assert.EndsWith("by Jo: wrong tip.", what, StringComparison.Ordinal),
            what => Assert.Equal("SendGrid doesn't answer.", what),
            what => Assert.StartsWith("Mail to 3 people can't be sent for a fault of ours", what, StringComparison.Ordinal),
            what => Assert.StartsWith("1 message of the queue", what, StringComparison.Ordinal),
            what => Assert.StartsWith("Nobody has counted subscribers yet", what, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_let_be_is_said_of_its_run_and_nothing_of_what_was_not()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var run = Slots.Run("digest|Europe~Paris|Tue|08:30|2026-11-24");
        await app.Get<RunTable>().RecordPlannedAsync(run, TestApp.Start - Duration.FromHours(1), Cancellation);
        await app.Store.Runs.UpdateEntityAsync(
            new TableEntity(run.Issue.ToString(), run.ToString()) { ["LetBe"] = 2, ["Accepted"] = 1_100 }, ETag.All, TableUpdateMode.Merge, Cancellation);
        using var operating = await Operating.SignInAsync(app);

        var cells = (await operating.PageAsync("/operate")).QuerySelectorAll(".runs td[data-name]:not(.zero)");

        Assert.Equal(["State under way", "Let be 2", "Taken 1,100"], cells.Select(cell => $"{cell.GetAttribute("data-name")} {cell.TextContent}"));
    }

    [Fact]
    public async Task A_day_whose_mails_are_not_counted_yet_has_none_and_not_zero()
    {
        await using var app = await TestApp.StartAsync(azurite);
        await app.Get<Sweep>().RunAsync(Cancellation);
        using var operating = await Operating.SignInAsync(app);
        var today = await app.Get<TodayReader>().ReadAsync(Cancellation);

        var page = await operating.PageAsync("/operate");

        Assert.Equal([(true, true), (false, false)], today.Days.TakeLast(2).Select(day => (day.Mails is not null, day.Left is not null)));
        Assert.Contains("The mails of 24 Nov are not counted yet", Operating.Text(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_something_is_wrong_with_stands_before_all_the_newer_ones()
    {
        await using var app = await TestApp.StartAsync(azurite);
        for (var hour = 7; hour < 21; hour++)
        {
            var run = Slots.Run(string.Create(CultureInfo.InvariantCulture, $"digest|Europe~London|Mon|{hour:00}:00|2026-11-23"));
            await app.Store.Runs.AddEntityAsync(
                new TableEntity(run.Issue.ToString(), run.ToString()) { ["State"] = "Settled", ["Settled"] = true, ["Due"] = run.Due.ToDateTimeOffset(), ["Accepted"] = 9, ["Late"] = hour == 8 ? 1 : 0 },
                Cancellation);
        }

        using var operating = await Operating.SignInAsync(app);

        var page = await operating.PageAsync("/operate");

        var due = page.QuerySelectorAll(".runs tbody tr").Select(row => row.QuerySelector("td")!.TextContent).ToList();
        Assert.Equal((12, "2026-11-23 08:00Z", "2026-11-23 20:00Z"), (due.Count, due[0], due[1]));
        Assert.Matches(@"2 are not shown; those that something is wrong with come first", Operating.Text(page));
    }

    [Fact]
    public async Task Who_left_on_a_day_is_shown_by_day()
    {
        await using var app = await TestApp.StartAsync(azurite);
        await app.Store.AddAsync(Sweeping.Left(4) with { State = new SubscriberState.Left(TestApp.Start - Duration.FromDays(1), Slots.Issue("2026-W49")) });
        await app.Get<Sweep>().RunAsync(Cancellation);
        using var operating = await Operating.SignInAsync(app);

        var page = await operating.PageAsync("/operate");

        var rows = page.QuerySelector("svg[aria-label='Who left, by day']")!.Closest("figure")!.QuerySelectorAll("tbody tr").Take(2).Select(row => row.TextContent);
        Assert.Equal(["24 Nov–", "23 Nov1"], rows);
    }

    [Theory]
    [InlineData(10_000, 9, 0)]
    [InlineData(10_000, 10, 1)]
    [InlineData(999, 10, 0)]
    public void Complaints_are_said_from_where_Gmail_minds_them(int delivered, int complained, int said)
    {
        var day = new Day(new LocalDate(2026, 11, 24), null, PeopleCounts.None, null, MailsOfDay.None with { Delivered = delivered, Complained = complained }, [], []);

        Assert.Equal(said, Warnings.Of(Well(TestApp.Start) with { Days = [day] }).Count);
    }

    [Theory]
    [InlineData(9, 0)]
    [InlineData(11, 1)]
    public void A_run_that_is_due_and_not_planned_is_said(int minutesAgo, int said)
    {
        var now = Sending.Run.Due + Duration.FromMinutes(minutesAgo);

        Assert.Equal(said, Warnings.Of(Well(now) with { Next = [Sending.Run] }).Count(warning => warning.What == "1 run was due already, and isn't planned."));
    }

    [Theory]
    [InlineData("Planned", 61, false, 1)]
    [InlineData("Planned", 59, false, 0)]
    [InlineData("Planned", 61, true, 0)]
    [InlineData("Settled", 61, false, 0)]
    public void A_run_that_is_not_done_an_hour_after_its_time_is_said(string state, int minutesAgo, bool isPaused, int said)
    {
        var now = Sending.Run.Due + Duration.FromMinutes(minutesAgo);
        var today = Well(now) with { Runs = [Run(state, Sending.Run.Due - Duration.FromHours(1))], Pause = isPaused ? new SendingPause("Jo", now, "wrong tip") : null };

        Assert.Equal(said, Warnings.Of(today).Count(warning => warning.What == "1 run was due over an hour ago, and isn't done."));
    }

    [Fact]
    public void A_run_that_was_planned_only_now_has_its_time_to_be_done() =>
        Assert.Empty(Warnings.Of(Well(Sending.Run.Due + Duration.FromHours(3)) with { Runs = [Run("Planned", Sending.Run.Due + Duration.FromHours(2.5))] }));

    [Theory]
    [InlineData(24, 0)]
    [InlineData(25, 1)]
    public void That_nobody_was_ever_counted_is_said_once_a_sweep_should_have_done_it(int hoursAgo, int said)
    {
        var planned = Sending.Run.Due - Duration.FromHours(1);

        Assert.Equal(said, Warnings.Of(Well(planned + Duration.FromHours(hoursAgo)) with { Runs = [Run("Settled", planned)] }).Count);
    }

    [Fact]
    public async Task A_run_that_stays_open_is_seen_for_as_long_as_it_does()
    {
        await using var sending = await Sending.StartAsync(azurite, People.Entries(3));
        await sending.Get<RunTable>().RecordPlannedAsync(Sending.Run, sending.Now, Cancellation);
        sending.App.SetTime(Sending.Run.Due + Duration.FromDays(3));

        var warnings = Warnings.Of(await sending.Get<TodayReader>().ReadAsync(Cancellation));

        Assert.Contains(warnings, warning => warning.What == "1 run was due over an hour ago, and isn't done.");
    }

    [Fact]
    public async Task A_program_gets_the_same_as_JSON()
    {
        await using var app = await TestApp.StartAsync(azurite);

        app.Time.HoldTimers();
        using var answer = await AskAsync(app);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation)).RootElement;
        Assert.Equal(("Well", false, 0), (json.GetProperty("provider").GetString(), json.GetProperty("isPaused").GetBoolean(), json.GetProperty("warnings").GetArrayLength()));
    }

    private static async Task<HttpResponseMessage> AskAsync(TestApp app)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Get, "/operate");
        ask.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestApp.OperateKey);
        ask.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return await app.Http.SendAsync(ask, Cancellation);
    }

    private static Today Well(Instant now) =>
        new(now, null, [], [], HasMore: false, [new QueueToday("ranges", 0, null, 0)], ProviderHealth.Well, []);

    private static RunToday Run(string state, Instant planned) =>
        new(Sending.Run, state, planned, MailsOfDay.None, Absent: 0, Unproven: 0, IsCounted: state == "Settled");
}
