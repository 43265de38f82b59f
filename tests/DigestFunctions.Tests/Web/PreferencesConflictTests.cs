using System.Net;
using DigestFunctions.Core.Subscribers;
using NodaTime;
using Xunit;
using static DigestFunctions.Tests.Web.PreferencesOwner;

namespace DigestFunctions.Tests.Web;

/// <summary>What was changed in another tab, or at the same moment.</summary>
public sealed class PreferencesConflictTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    [Fact]
    public async Task What_another_tab_changed_is_not_overwritten_but_shown_beside_what_was_typed_until_she_presses_again()
    {
        var mina = await NewAsync(fixture);
        var (first, second) = (await mina.OpenAsync(), await mina.OpenAsync());
        await mina.SaveAsync(first, ("weekday", "Fri"), ("reminders", "Mon"));

        var conflict = await (await mina.PostAsync(With(Fields(second), ("time", "20:00")))).PageAsync(HttpStatusCode.Conflict);

        Assert.Equal("digest|Europe~Paris|Fri|08:30", (await mina.NowAsync()).Preferences.DigestSlot.ToString());
        Assert.Equal(("Tue", "20:00"), (Chosen(conflict, "weekday"), Chosen(conflict, "time")));
        Assert.Equal(
            ["Every Friday at 08:30, Paris time", "Monday at 08:30"],
            conflict.QuerySelectorAll("[role=alert] dd").Select(fact => fact.TextContent));

        var saved = await mina.SaveAsync(conflict);
        Assert.Equal("Saved.", saved.QuerySelector("[role=status].notice")!.TextContent);
        Assert.Equal("digest|Europe~Paris|Tue|20:00", (await mina.NowAsync()).Preferences.DigestSlot.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdef")]
    [InlineData("<script>")]
    [InlineData(null)]
    public async Task What_was_never_seen_counts_as_changed_since(string? seen)
    {
        var mina = await NewAsync(fixture);
        var fields = With(Fields(await mina.OpenAsync()), ("weekday", "Sun")).Where(each => each.Key != "seen");

        await (await mina.PostAsync(seen is null ? fields : fields.Append(new("seen", seen)))).PageAsync(HttpStatusCode.Conflict);

        await mina.IsAsBeforeAsync();
    }

    [Fact]
    public async Task To_press_twice_is_to_press_once()
    {
        var mina = await NewAsync(fixture);
        var fields = With(Fields(await mina.OpenAsync()), ("weekday", "Fri")).ToList();

        var pages = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ => await (await mina.PostAsync(fields)).PageAsync()));

        Assert.All(pages, page => Assert.Equal("Saved.", page.QuerySelector("[role=status].notice")!.TextContent));
    }

    [Fact]
    public async Task Of_two_tabs_at_once_one_wins_and_the_other_is_told()
    {
        var mina = await NewAsync(fixture);
        var fields = Fields(await mina.OpenAsync()).ToList();

        var answers = await Task.WhenAll(((string[])["Mon", "Wed", "Fri", "Sun"]).Select(day => mina.PostAsync(With(fields, ("weekday", day)))));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(3, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task A_pause_from_an_old_page_does_not_take_the_place_of_what_was_changed_since()
    {
        var mina = await NewAsync(fixture);
        var (first, second) = (await mina.OpenAsync(), await mina.OpenAsync());
        await mina.PostAsync(Act(first, "pause", ("weeks", "4")));

        var conflict = await (await mina.PostAsync(Act(second, "pause", ("weeks", "1")))).PageAsync(HttpStatusCode.Conflict);

        Assert.Equal(new LocalDate(2026, 12, 22), ((SubscriberState.Active)(await mina.NowAsync()).State).Pause!.Until);
        Assert.Equal("2026-12-01", conflict.QuerySelector("#until")!.GetAttribute("value"));
    }
}
