using System.Net;
using System.Net.Http.Json;
using Azure.Data.Tables;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Delivery.Events;

/// <summary>What events mean for people, from the mail to the next one that does or doesn't come.</summary>
public sealed class SuppressedPeopleTests(SharedAzurite azurite)
{
    private const string Mina = "mina@example.com";

    private static readonly Instant NextTuesday = Slots.NextTuesday.Due;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("bounce@example.com", "Bounced")]
    [InlineData("spam@example.com", "Complained")]
    [InlineData("dropped@example.com", "Bounced")]
    [InlineData("unsubscribe@example.com", "Unsubscribed")]
    public async Task Who_must_not_be_mailed_is_out_of_the_next_run(string address, string reason)
    {
        await using var app = await TestApp.StartAsync(azurite);
        var id = await AddAsync(app, address);
        await RunAsync(app, NextTuesday);
        await app.EventuallyAsync(async () => (await FindAsync(app, id)).State is SubscriberState.Suppressed, "her suppression");

        await RunAsync(app, NextTuesday + Duration.FromDays(7));

        Assert.Equal(reason, (await SuppressionAsync(app, id))!.GetString("Reason"));
        Assert.Equal(1, await RequestsAsync(app));
        Assert.DoesNotContain(app.Log.All, line => line.Contains(address, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_confirmation_that_bounced_is_not_sent_again()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var asked = await app.SubscribeAsync("bounce@example.com");
        var id = Id(app, "bounce@example.com");
        await app.EventuallyAsync(async () => (await FindAsync(app, id)).State is SubscriberState.Suppressed, "her suppression");

        app.SetTime(TestApp.Start + Duration.FromHours(1));
        using var again = await app.SubscribeAsync("bounce@example.com");
        await app.IdleAsync();

        Assert.True(again.IsSuccessStatusCode);
        Assert.Equal(1, await RequestsAsync(app));
    }

    [Fact]
    public async Task What_is_known_of_an_address_outlives_the_subscriber()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var id = Id(app, Mina);
        await app.Services.GetRequiredService<Suppressions>().SuppressAsync(id, SuppressionReason.Complained, "spam", TestApp.Start, Cancellation);

        using var asked = await app.SubscribeAsync(Mina);
        await app.IdleAsync();

        Assert.True(asked.IsSuccessStatusCode);
        Assert.Null(await app.Services.GetRequiredService<SubscriberStore>().FindAsync(id, Cancellation));
        Assert.Equal(0, await RequestsAsync(app));
    }

    [Fact]
    public async Task Who_unsubscribed_by_the_provider_and_signs_up_again_gets_her_mail()
    {
        await using var app = await TestApp.StartAsync(azurite);
        await app.JoinAsync(Mina);
        var id = Id(app, Mina);
        await PostAsync(app, Reported.Event("unsubscribe", $"welcome/{id}", at: TestApp.Start + Duration.FromMinutes(5)));
        Assert.Equal(SuppressionReason.Unsubscribed, Assert.IsType<SubscriberState.Suppressed>((await FindAsync(app, id)).State).Reason);

        app.SetTime(TestApp.Start + Duration.FromHours(1));
        using var asked = await app.SubscribeAsync(Mina);
        using var confirmed = await app.PressAsync((await app.WaitForMailAsync(Mina, "confirm", count: 2)).Link("confirm"));

        Assert.IsType<SubscriberState.Active>((await FindAsync(app, id)).State);
        Assert.Null(await SuppressionAsync(app, id));
    }

    [Fact]
    public async Task That_she_unsubscribed_before_she_asked_anew_no_longer_counts()
    {
        await using var app = await TestApp.StartAsync(azurite);
        await app.JoinAsync(Mina);
        var id = Id(app, Mina);

        await PostAsync(app, Reported.Event("unsubscribe", $"welcome/{id}", at: TestApp.Start - Duration.FromMinutes(5)));
        Assert.IsType<SubscriberState.Active>((await FindAsync(app, id)).State);

        await PostAsync(app, Reported.Event("spamreport", $"welcome/{id}", at: TestApp.Start - Duration.FromMinutes(5)));
        Assert.IsType<SubscriberState.Suppressed>((await FindAsync(app, id)).State);
    }

    [Fact]
    public async Task Mail_that_was_dropped_because_she_left_does_not_take_her_way_back()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var id = await AddAsync(app, Mina);
        var batch = await RecordAsync(app, Slots.NextTuesday, id);
        app.SetTime(NextTuesday - Duration.FromMinutes(30));
        var token = new LinkToken(LinkPurpose.Mail, id, Generation: 1);
        var dropped = Reported.Event("dropped:Unsubscribed Address", Reported.Of(batch, 1, 0), at: NextTuesday);
        await app.Services.GetRequiredService<Subscriptions>().LeaveAsync(token, Cancellation);

        await PostAsync(app, dropped);
        Assert.IsType<SubscriberState.Left>((await FindAsync(app, id)).State);
        await app.Services.GetRequiredService<Subscriptions>().RejoinAsync(token, Cancellation);
        await app.IdleAsync();
        await PostAsync(app, dropped);

        Assert.IsType<SubscriberState.Active>((await FindAsync(app, id)).State);
        Assert.Null(await SuppressionAsync(app, id));
    }

    [Theory]
    [InlineData("2026-12-01 2026-12-08 2026-12-15", true)]
    [InlineData("2026-12-15 2026-12-01 2026-12-01 2026-12-08", true)]
    [InlineData("2026-12-01 2026-12-08 2026-12-22", false)]
    public async Task Whose_mail_server_refuses_three_issues_in_a_row_is_suppressed(string dates, bool suppressed)
    {
        await using var app = await TestApp.StartAsync(azurite);
        var id = await AddAsync(app, Mina);
        foreach (var date in dates.Split(' '))
        {
            var batch = await RecordAsync(app, Slots.Run($"digest|Europe~Paris|Tue|08:30|{date}"), id);
            await PostAsync(app, Reported.Event("bounce:blocked", Reported.Of(batch, 1, 0), "554 5.7.1 Not today.", batch.Run.Due + Duration.FromMinutes(1)));
        }

        Assert.Equal(suppressed, (await FindAsync(app, id)).State is SubscriberState.Suppressed { Reason: SuppressionReason.Blocked });
        Assert.Equal(suppressed ? "Blocked" : null, (await SuppressionAsync(app, id))!.GetString("Reason"));
        Assert.Equal(!suppressed, await app.Store.EntryRowsAsync().AnyAsync(Cancellation));
    }

    [Fact]
    public async Task Who_is_refused_by_the_provider_is_suppressed_with_its_words()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var id = await AddAsync(app, Mina);
        var batch = await RecordAsync(app, Slots.NextTuesday, id);

        await app.Services.GetRequiredService<BadRecipients>().SuppressAsync(batch, [new(0, "does not contain a valid address")], Cancellation);

        var row = await SuppressionAsync(app, id);
        Assert.Equal(("Refused", "does not contain a valid address"), (row!.GetString("Reason"), row.GetString("Evidence")));
        Assert.IsType<SubscriberState.Suppressed>((await FindAsync(app, id)).State);
    }

    private static SubscriberId Id(TestApp app, string address)
    {
        Assert.True(EmailAddress.TryParse(address, out var parsed));
        return app.Services.GetRequiredService<Identities>().Of(parsed);
    }

    // As one is who confirmed long ago.
    private static async Task<SubscriberId> AddAsync(TestApp app, string address)
    {
        Assert.True(EmailAddress.TryParse(address, out var parsed));
        var subscriber = People.Active(1, Slots.Tuesday) with { Id = Id(app, address), Address = parsed };
        await app.Store.AddAsync(subscriber);
        await app.Services.GetRequiredService<ScheduleEntries>().AgreeAsync((await FindAsync(app, subscriber.Id))!, formerly: [], Cancellation);
        return subscriber.Id;
    }

    private static async Task<Batch> RecordAsync(TestApp app, RunId run, SubscriberId id)
    {
        Assert.True(Variant.TryParse("en|call-instead-of-typing", out var variant));
        var batch = new Batch(run, IdRange.Whole, new BatchName(0), variant, [id], MemberSet.None, Attempts: 0, new BatchState.Planned(), default);
        await app.Services.GetRequiredService<Ledger>().TryRecordAsync(run, IdRange.Whole, [batch], Cancellation);
        return batch;
    }

    private static async Task RunAsync(TestApp app, Instant due)
    {
        app.SetTime(due - Duration.FromMinutes(50));
        await app.PlanAsync();
        await app.IdleAsync();
    }

    private static async Task PostAsync(TestApp app, string said)
    {
        using var answer = await app.PostEventsAsync(said);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    private static async Task<Subscriber> FindAsync(TestApp app, SubscriberId id) =>
        (await app.Services.GetRequiredService<SubscriberStore>().FindAsync(id, Cancellation))!;

    private static async Task<TableEntity?> SuppressionAsync(TestApp app, SubscriberId id) =>
        await app.Store.Suppressions.GetEntityIfExistsAsync<TableEntity>(id.Partition, id.ToString(), cancellationToken: Cancellation) is { HasValue: true, Value: var row } ? row : null;

    private static async Task<long> RequestsAsync(TestApp app) =>
        (await app.Provider.GetFromJsonAsync<System.Text.Json.Nodes.JsonObject>(new Uri("inbox/stats", UriKind.Relative), Cancellation))!["requests"]!.GetValue<long>();
}
