using System.Net;
using Azure.Data.Tables;
using DigestFunctions.Core.Operations;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests;

/// <summary>Signing up over HTTP, and what comes of it until it is confirmed.</summary>
public sealed class SigningUpTests(SharedAzurite azurite)
{
    private const string Mina = "mina@example.com";

    // TestApp's clock begins on Tuesday of 2026-W48: the next digest after a welcome is that of the week after.
    private static readonly Instant NextTuesday = Instant.FromUtc(2026, 12, 1, 7, 30);

    [Fact]
    public async Task A_mail_scanner_opening_every_link_ten_times_changes_nothing()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var asked = await app.SubscribeAsync(Mina);
        var confirm = (await app.WaitForMailAsync(Mina, "confirm")).Link("confirm");

        await OpenTenTimesAsync(app, confirm);
        Assert.Equal("Pending", await StatusAsync(app));

        using var confirmed = await app.PressAsync(confirm);
        var leave = (await app.WaitForMailAsync(Mina, "welcome")).Link("unsubscribe");
        await OpenTenTimesAsync(app, confirm, leave);
        Assert.Equal("Active", await StatusAsync(app));
        Assert.Equal(2, (await app.MailAsync(Mina)).Count);
    }

    [Fact]
    public async Task No_digest_comes_before_a_confirmed_opt_in()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var asked = await app.SubscribeAsync(Mina);
        await app.WaitForMailAsync(Mina, "confirm");

        for (var week = 0; week < 3; week++)
        {
            app.SetTime(NextTuesday + Duration.FromDays(7 * week) - Duration.FromMinutes(55));
            await app.PlanAsync();
        }

        await app.IdleAsync();
        Assert.Single(await app.MailAsync(Mina));
    }

    [Fact]
    public async Task Signing_up_twice_makes_one_mail_and_the_same_answer()
    {
        await using var app = await TestApp.StartAsync(azurite);

        using var first = await app.SubscribeAsync(Mina);
        await app.WaitForMailAsync(Mina, "confirm");
        using var second = await app.SubscribeAsync("MINA@example.com ");
        await app.IdleAsync();

        Assert.Equal(await BodyAsync(first), await BodyAsync(second));
        Assert.Single(await app.MailAsync(Mina));
    }

    [Fact]
    public async Task The_same_address_signing_up_at_once_from_everywhere_makes_one_mail()
    {
        await using var app = await TestApp.StartAsync(azurite);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => app.SubscribeAsync(Mina)));
        await app.WaitForMailAsync(Mina, "confirm");
        await app.IdleAsync();

        Assert.All(answers, answer => Assert.True(answer.IsSuccessStatusCode));
        Assert.Single(await app.MailAsync(Mina));
    }

    [Fact]
    public async Task An_address_gets_at_most_three_confirmations_a_day_and_one_in_fifteen_minutes()
    {
        await using var app = await TestApp.StartAsync(azurite);

        for (var quarter = 0; quarter < 8; quarter++)
        {
            app.SetTime(TestApp.Start + Duration.FromMinutes(15 * quarter + 1));
            using var asked = await app.SubscribeAsync(Mina);
            using var again = await app.SubscribeAsync(Mina);
            await app.IdleAsync();
        }

        Assert.Equal(3, (await app.MailAsync(Mina)).Count);
    }

    [Fact]
    public async Task One_who_is_active_gets_no_mail_when_somebody_signs_her_up_again()
    {
        await using var app = await TestApp.StartAsync(azurite);
        await app.JoinAsync(Mina);

        using var again = await app.SubscribeAsync(Mina, time: "23:30");
        await app.IdleAsync();

        Assert.Equal(2, (await app.MailAsync(Mina)).Count);
        Assert.Equal("08:30", (await app.OnlyRowAsync()).GetString("Time"));
    }

    [Fact]
    public async Task A_link_of_before_an_erasure_is_good_for_nothing()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var asked = await app.SubscribeAsync(Mina);
        var confirm = (await app.WaitForMailAsync(Mina, "confirm")).Link("confirm");
        await app.IdleAsync();

        app.SetTime(TestApp.Start + Duration.FromDays(8));
        await app.Get<Sweep>().RunAsync(TestContext.Current.CancellationToken);
        using var confirmed = await app.PostAsync(confirm);

        Assert.False(confirmed.IsSuccessStatusCode);
        Assert.Empty(app.Store.Subscribers.Query<TableEntity>(cancellationToken: TestContext.Current.CancellationToken));
    }

    private static async Task OpenTenTimesAsync(TestApp app, params string[] paths)
    {
        for (var time = 0; time < 10; time++)
        {
            foreach (var path in paths)
            {
                using var opened = await app.GetAsync(path);
                Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
                Assert.False(opened.Headers.Contains("Set-Cookie"));
            }
        }

        await app.IdleAsync();
    }

    private static async Task<string> StatusAsync(TestApp app) => (await app.OnlyRowAsync()).GetString("Status");

    private static Task<string> BodyAsync(HttpResponseMessage answer) =>
        answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
