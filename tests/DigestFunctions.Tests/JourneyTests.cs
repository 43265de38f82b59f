using System.Net;
using System.Net.Http.Headers;
using DigestFunctions.Core.Operations;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests;

/// <summary>The main job over HTTP, as a subscriber has it.</summary>
public sealed class JourneyTests(SharedAzurite azurite)
{
    private const string Mina = "mina@example.com";

    // TestApp's clock begins on Tuesday of 2026-W48: the next digest after a welcome is that of the week after.
    private static readonly Instant NextTuesday = Instant.FromUtc(2026, 12, 1, 7, 30);

    [Fact]
    public async Task From_the_form_to_the_inbox_and_out_again_by_one_click()
    {
        await using var app = await TestApp.StartAsync(azurite);

        var welcome = await app.JoinAsync(Mina);
        app.SetTime(NextTuesday - Duration.FromMinutes(55));
        Assert.Equal(1, await app.PlanAsync());
        var digest = await app.WaitForMailAsync(Mina, "digest");

        Assert.Equal(NextTuesday.ToDateTimeOffset(), digest.SendAt);
        Assert.Equal("List-Unsubscribe=One-Click", digest.Headers["List-Unsubscribe-Post"]);
        Assert.Equal("<digest.example.com>", digest.Headers["List-Id"]);
        Assert.Equal("auto-generated", digest.Headers["Auto-Submitted"]);
        Assert.Contains(digest.Link("unsubscribe"), digest.Headers["List-Unsubscribe"], StringComparison.Ordinal);
        Assert.NotEqual(welcome.Subject, digest.Subject);

        using var left = await OneClickAsync(app, digest.Link("unsubscribe"));
        Assert.Equal(HttpStatusCode.OK, left.StatusCode);

        app.SetTime(NextTuesday + Duration.FromDays(7) - Duration.FromMinutes(55));
        await app.PlanAsync();
        await app.IdleAsync();
        Assert.Equal(3, (await app.MailAsync(Mina)).Count);
    }

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
    public async Task The_welcome_counts_as_this_weeks_digest()
    {
        await using var app = await TestApp.StartAsync(azurite);

        // Friday's slot is still to come in the week that she joins in.
        await app.JoinAsync(Mina, weekday: "Fri");
        app.SetTime(Instant.FromUtc(2026, 11, 27, 7, 0));
        await app.PlanAsync();
        await app.IdleAsync();
        Assert.DoesNotContain(await app.MailAsync(Mina), mail => mail.Kind == "digest");

        app.SetTime(Instant.FromUtc(2026, 12, 4, 7, 0));
        await app.PlanAsync();
        await app.WaitForMailAsync(Mina, "digest");
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
        Assert.Equal("08:30", (await RowAsync(app)).GetString("Time"));
    }

    [Fact]
    public async Task Leaving_can_be_undone_by_one_click_and_the_next_digest_comes()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var leave = (await app.JoinAsync(Mina)).Link("unsubscribe");

        using var left = await app.PostAsync(leave);
        Assert.Equal("Left", await StatusAsync(app));
        using var undone = await app.PostAsync(leave, ("action", "undo"));
        Assert.Equal("Active", await StatusAsync(app));

        app.SetTime(NextTuesday - Duration.FromMinutes(55));
        await app.PlanAsync();
        await app.WaitForMailAsync(Mina, "digest");
    }

    [Fact]
    public async Task One_who_left_and_signs_up_again_in_the_same_week_gets_no_second_tip_of_it()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var leave = (await app.JoinAsync(Mina)).Link("unsubscribe");
        app.SetTime(NextTuesday - Duration.FromMinutes(55));
        await app.PlanAsync();
        var digest = await app.WaitForMailAsync(Mina, "digest");

        using var left = await app.PostAsync(leave);
        app.SetTime(NextTuesday + Duration.FromHours(1));
        using var asked = await app.SubscribeAsync(Mina, weekday: "Fri");
        using var confirmed = await app.PressAsync((await app.WaitForMailAsync(Mina, "confirm", count: 2)).Link("confirm"));
        var welcomeBack = await app.WaitForMailAsync(Mina, "welcome", count: 2);
        Assert.DoesNotContain(digest.Subject, welcomeBack.Text, StringComparison.Ordinal);

        app.SetTime(Instant.FromUtc(2026, 12, 4, 7, 0));
        await app.PlanAsync();
        await app.IdleAsync();
        Assert.Single(await app.MailAsync(Mina), mail => mail.Kind == "digest");
    }

    [Fact]
    public async Task One_who_confirms_too_late_for_the_next_run_is_told_of_the_one_after_and_gets_that()
    {
        await using var app = await TestApp.StartAsync(azurite);

        // A Sunday, half an hour before midnight in Paris; Monday's 00:30 may be planned already.
        app.SetTime(Instant.FromUtc(2026, 11, 29, 22, 30));
        var welcome = await app.JoinAsync(Mina, weekday: "Mon", time: "00:30");
        Assert.Contains("Monday 7 December", welcome.Text, StringComparison.Ordinal);

        app.SetTime(Instant.FromUtc(2026, 12, 6, 23, 0));
        await app.PlanAsync();
        var digest = await app.WaitForMailAsync(Mina, "digest");
        Assert.Equal(Instant.FromUtc(2026, 12, 6, 23, 30).ToDateTimeOffset(), digest.SendAt);
    }

    [Fact]
    public async Task What_a_crash_left_in_the_slot_of_before_goes_when_she_signs_up_for_another()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var cancellation = TestContext.Current.CancellationToken;
        var leave = (await app.JoinAsync(Mina)).Link("unsubscribe");
        var entry = await app.Store.EntryRowsAsync().SingleAsync(cancellation);
        using var left = await app.PostAsync(leave);
        await app.Store.Schedule.AddEntityAsync(entry, cancellation);

        app.SetTime(TestApp.Start + Duration.FromHours(1));
        using var asked = await app.SubscribeAsync(Mina, weekday: "Fri");

        Assert.Empty(await app.Store.EntryRowsAsync().ToListAsync(cancellation));
    }

    [Fact]
    public async Task Leaving_can_be_undone_for_a_week_and_not_by_whoever_finds_an_old_mail()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var leave = (await app.JoinAsync(Mina)).Link("unsubscribe");
        using var left = await app.PostAsync(leave);

        app.SetTime(TestApp.Start + Duration.FromDays(8));
        using var undone = await app.PostAsync(leave, ("action", "undo"));

        Assert.Equal("Left", await StatusAsync(app));
    }

    [Fact]
    public async Task A_link_of_before_an_erasure_is_good_for_nothing()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var asked = await app.SubscribeAsync(Mina);
        var confirm = (await app.WaitForMailAsync(Mina, "confirm")).Link("confirm");
        await app.IdleAsync();

        app.SetTime(TestApp.Start + Duration.FromDays(8));
        await app.Services.GetRequiredService<Sweep>().RunAsync(TestContext.Current.CancellationToken);
        using var confirmed = await app.PostAsync(confirm);

        Assert.False(confirmed.IsSuccessStatusCode);
        Assert.Empty(app.Store.Subscribers.Query<Azure.Data.Tables.TableEntity>(cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Everyone_gets_it_at_her_own_hour_from_Auckland_to_Honolulu()
    {
        await using var app = await TestApp.StartAsync(azurite);
        (string Email, string Zone)[] people = [("a@example.com", "Pacific/Auckland"), ("b@example.com", "Asia/Kathmandu"), ("c@example.com", "Pacific/Honolulu")];
        foreach (var (email, zone) in people)
            await app.JoinAsync(email, zone: zone);

        // Round by round through two weeks: everyone is planned within the lead of her own Tuesday, 08:30.
        for (var at = TestApp.Start; at < TestApp.Start + Duration.FromDays(9); at += Duration.FromMinutes(30))
        {
            app.SetTime(at);
            await app.PlanAsync();
            await app.IdleAsync();
        }

        foreach (var (email, zone) in people)
        {
            var digest = Assert.Single(await app.MailAsync(email), mail => mail.Kind == "digest");
            var local = Instant.FromDateTimeOffset(digest.SendAt!.Value).InZone(DateTimeZoneProviders.Tzdb[zone]).LocalDateTime;
            Assert.Equal(new LocalDateTime(2026, 12, 1, 8, 30), local);
        }
    }

    [Fact]
    public async Task No_address_name_or_token_is_in_a_log_or_a_queue_message()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var asked = await app.SubscribeAsync(Mina, name: "Minagorri");
        var confirm = (await app.WaitForMailAsync(Mina, "confirm")).Link("confirm");
        using var opened = await app.GetAsync(confirm);
        using var confirmed = await app.PressAsync(confirm);
        var welcome = await app.WaitForMailAsync(Mina, "welcome");
        app.SetTime(NextTuesday - Duration.FromMinutes(55));
        await app.PlanAsync();
        await app.WaitForMailAsync(Mina, "digest");
        using var left = await app.PostAsync(welcome.Link("unsubscribe"));

        string[] secrets = [Mina, "mina", "Minagorri", confirm.Split('/')[^1], welcome.Link("unsubscribe").Split('/')[^1]];
        Assert.NotEmpty(app.Log.All);
        Assert.All(app.Log.All, line => Assert.DoesNotContain(secrets, secret => line.Contains(secret, StringComparison.OrdinalIgnoreCase)));
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

    // RFC 8058, as a mail provider posts it.
    private static Task<HttpResponseMessage> OneClickAsync(TestApp app, string path)
    {
        var multipart = new MultipartFormDataContent { { new StringContent("One-Click"), "List-Unsubscribe" } };
        multipart.First().Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "\"List-Unsubscribe\"" };
        return app.Http.PostAsync(new Uri(path, UriKind.Relative), multipart, TestContext.Current.CancellationToken);
    }

    private static async Task<string> StatusAsync(TestApp app) => (await RowAsync(app)).GetString("Status");

    private static async Task<Azure.Data.Tables.TableEntity> RowAsync(TestApp app) =>
        await app.Store.Subscribers.QueryAsync<Azure.Data.Tables.TableEntity>(cancellationToken: TestContext.Current.CancellationToken)
            .SingleAsync(TestContext.Current.CancellationToken);

    private static Task<string> BodyAsync(HttpResponseMessage answer) =>
        answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
