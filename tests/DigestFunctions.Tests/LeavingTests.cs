using NodaTime;
using Xunit;

namespace DigestFunctions.Tests;

/// <summary>Leaving over HTTP, and coming back.</summary>
public sealed class LeavingTests(SharedAzurite azurite)
{
    private const string Mina = "mina@example.com";

    // TestApp's clock begins on Tuesday of 2026-W48: the next digest after a welcome is that of the week after.
    private static readonly Instant NextTuesday = Instant.FromUtc(2026, 12, 1, 7, 30);

    [Fact]
    public async Task Leaving_can_be_undone_by_one_click_and_the_next_digest_comes()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var leave = (await app.JoinAsync(Mina)).Link("unsubscribe");

        using var left = await app.PostAsync(leave);
        Assert.Equal("Left", await StatusAsync(app));
        using var undone = await app.PressAsync(leave);
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
        using var undone = await app.PressAsync(leave);

        Assert.Equal("Left", await StatusAsync(app));
    }

    private static async Task<string> StatusAsync(TestApp app) => (await app.OnlyRowAsync()).GetString("Status");
}
