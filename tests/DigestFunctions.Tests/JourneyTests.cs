using System.Net;
using System.Net.Http.Headers;
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

    // RFC 8058, as a mail provider posts it.
    private static Task<HttpResponseMessage> OneClickAsync(TestApp app, string path)
    {
        var multipart = new MultipartFormDataContent { { new StringContent("One-Click"), "List-Unsubscribe" } };
        multipart.First().Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "\"List-Unsubscribe\"" };
        return app.Http.PostAsync(new Uri(path, UriKind.Relative), multipart, TestContext.Current.CancellationToken);
    }
}
