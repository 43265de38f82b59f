using System.Net;
using DigestFunctions.Core.Subscribers;
using Xunit;
using static DigestFunctions.Tests.Web.PreferencesOwner;

namespace DigestFunctions.Tests.Web;

/// <summary>How she pauses and starts again, on the page of her preferences.</summary>
public sealed class PauseTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    [Theory]
    [InlineData("weeks", "1", "2026-12-01")]
    [InlineData("weeks", "2", "2026-12-08")]
    [InlineData("weeks", "4", "2026-12-22")]
    [InlineData("until", "2026-11-25", "2026-11-25")]
    [InlineData("until", "2027-11-24", "2027-11-24")]
    public async Task She_pauses_for_weeks_or_until_a_date_and_starts_again(string field, string value, string until)
    {
        var mina = await NewAsync(fixture);

        var paused = await (await mina.PostAsync(Act(await mina.OpenAsync(), "pause", (field, value)))).PageAsync();

        Assert.Contains("Paused", paused.QuerySelector("[role=status].notice")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(until, ((SubscriberState.Active)(await mina.NowAsync()).State).Pause!.Until.ToString("uuuu-MM-dd", null));
        Assert.True(Facts(await mina.OpenAsync()).Count() >= 2);
        var again = await (await mina.PostAsync(Act(paused, "resume"))).PageAsync();
        Assert.Equal(["Tuesday 1 December at 08:30, Paris time"], Facts(again));
        Assert.Null(again.QuerySelector("button[value=resume]"));
    }

    [Theory]
    [InlineData(null, "Choose a date first.")]
    [InlineData("", "Choose a date first.")]
    [InlineData("tomorrow", "isn’t a date")]
    [InlineData("2026-02-30", "isn’t a date")]
    [InlineData("\"><script>alert(1)</script>", "isn’t a date")]
    [InlineData("2026-11-24", "from tomorrow on")]
    [InlineData("2027-11-25", "within a year")]
    [InlineData("9999-12-31", "within a year")]
    public async Task A_date_that_she_cannot_pause_until_is_told_at_the_field(string? until, string message)
    {
        var mina = await NewAsync(fixture);

        var answer = await mina.PostAsync(Act(await mina.OpenAsync(), "pause").Where(field => field.Key != "until").Concat(until is null ? [] : [new("until", until)]));

        var page = await answer.PageAsync(HttpStatusCode.UnprocessableEntity);
        Assert.Contains(message, page.QuerySelector("#until-fault")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(until ?? "", page.QuerySelector("#until")!.GetAttribute("value"));
        Assert.Equal("Tue", Chosen(page, "weekday"));
        await mina.IsAsBeforeAsync();
    }

    [Fact]
    public async Task What_she_entered_and_has_not_saved_outlives_the_pause_and_is_said_to_be_unsaved()
    {
        var mina = await NewAsync(fixture);

        var paused = await (await mina.PostAsync(Act(await mina.OpenAsync(), "pause", ("weeks", "1"), ("weekday", "Fri"), ("name", "Mi"), ("focus", "self")))).PageAsync();

        Assert.Contains("isn’t saved yet", Said(paused), StringComparison.Ordinal);
        Assert.Equal(("Fri", "Mi", "self"), (Chosen(paused, "weekday"), paused.QuerySelector("#name")!.GetAttribute("value"), Assert.Single(Ticked(paused, "focus"))));
        Assert.Equal(mina.Before.Preferences, (await mina.NowAsync()).Preferences);
        Assert.Equal("Saved.", Said(await mina.SaveAsync(paused)));
        var saved = await mina.NowAsync();
        Assert.Equal(("digest|Europe~Paris|Fri|08:30", "Mi"), (saved.Preferences.DigestSlot.ToString(), saved.Preferences.Name.ToString()));
        Assert.NotNull(((SubscriberState.Active)saved.State).Pause);
    }

    [Fact]
    public async Task Where_nothing_was_entered_nothing_is_said_to_be_unsaved()
    {
        var mina = await NewAsync(fixture);

        var paused = await (await mina.PostAsync(Act(await mina.OpenAsync(), "pause", ("until", "2026-12-24")))).PageAsync();

        Assert.EndsWith("by itself.", Said(paused), StringComparison.Ordinal);
        Assert.Equal("", paused.QuerySelector("#until")!.GetAttribute("value"));
    }

    [Theory]
    [InlineData("weeks", "1")]
    [InlineData("action", "pause")]
    [InlineData("action", "resume")]
    public async Task A_press_that_is_quicker_than_a_person_changes_nothing_and_is_asked_for_again(string button, string value)
    {
        var mina = await NewAsync(fixture);
        mina.App.Time.Stop();
        var opened = await mina.OpenAsync();

        var again = await (await mina.PostAtOnceAsync(With(Fields(opened).Where(field => field.Key != "action"), (button, value), ("until", "2026-12-24"), ("weekday", "Fri")))).PageAsync();
        mina.App.Time.GoOn();

        Assert.Contains("press the button once more", Said(again), StringComparison.Ordinal);
        Assert.Equal(("Fri", "2026-12-24"), (Chosen(again, "weekday"), again.QuerySelector("#until")!.GetAttribute("value")));
        Assert.Equal(Seen(opened), Seen(again));
        await mina.IsAsBeforeAsync();
    }
}
