using AngleSharp.Html.Dom;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using DigestFunctions.Tests.Subscribers;
using Xunit;

namespace DigestFunctions.Tests.Web;

/// <summary>It is Tuesday of week 48, and she has just been welcomed with its practice.</summary>
public sealed class CheckInPageTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private static int people;

    private TestApp App => fixture.App;

    [Theory]
    [InlineData("tried")]
    [InlineData("notyet")]
    [InlineData("toomuch")]
    public async Task Opening_the_link_says_nothing_yet_and_the_one_button_does(string answer)
    {
        var (id, link) = await JoinAsync();

        var asked = await GetAsync($"{link}/2026-W48?answer={answer}");
        Assert.True((await SubscriberAsync(id)).CheckIns.IsEmpty);
        await PostAsync($"{link}/2026-W48?answer={answer}", asked.QuerySelector("main button")!.GetAttribute("value")!);

        Assert.Single(asked.QuerySelectorAll("main button"));
        Assert.Equal($"2026-W48:{answer}", (await SubscriberAsync(id)).CheckIns.ToString());
    }

    [Fact]
    public async Task Who_tried_it_is_told_her_streak_and_the_next_digest_knows_it()
    {
        var (id, link) = await JoinAsync();

        var thanked = await PostAsync($"{link}/2026-W48", "tried");

        Assert.Contains("1 of the last 4 weeks", thanked.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var entry = await EntryAsync(id, SlotKind.Digest);
        Assert.Equal(1, entry.CheckIns.PractisedBefore(Slots.Issue("2026-W49")));
    }

    [Fact]
    public async Task A_second_answer_takes_the_place_of_the_first()
    {
        var (id, link) = await JoinAsync();

        await PostAsync($"{link}/2026-W48", "notyet");
        await PostAsync($"{link}/2026-W48", "tried");

        Assert.Equal("2026-W48:tried", (await SubscriberAsync(id)).CheckIns.ToString());
    }

    [Fact]
    public async Task Whom_it_is_too_much_is_offered_gentle_practices_and_gets_them_by_one_more_button()
    {
        var (id, link) = await JoinAsync();

        var rested = await PostAsync($"{link}/2026-W48", "toomuch");
        var gently = await PostAsync($"{link}/2026-W48", rested.QuerySelector("main button")!.GetAttribute("value")!);

        Assert.Equal("Gently, then", gently.Heading());
        Assert.Equal(Energy.Gentle, (await SubscriberAsync(id)).Preferences.Tips.Energy);
        Assert.Equal(Energy.Gentle, (await EntryAsync(id, SlotKind.Digest)).Tips.Energy);
    }

    [Theory]
    [InlineData("1", "2026-11-25")]
    [InlineData("3", "2026-11-27")]
    public async Task She_is_reminded_once_tomorrow_or_in_three_days(string days, string date)
    {
        var (id, link) = await JoinAsync();

        var asked = await GetAsync($"{link}/2026-W48?answer=remind");
        var reminded = await PostAsync($"{link}/2026-W48?answer=remind", days);

        Assert.Equal(["1", "3"], asked.QuerySelectorAll("main button").Select(button => button.GetAttribute("value")));
        Assert.Contains("at 08:30, Paris time", reminded.QuerySelector(".facts")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(date, (await SubscriberAsync(id)).RemindOnce!.Date.ToString("uuuu-MM-dd", null));
        Assert.True((await EntryAsync(id, SlotKind.Reminder)).IsFor(Slots.Issue("2026-W48")));
    }

    [Theory]
    [InlineData("tried")]
    [InlineData("toomuch")]
    [InlineData("gentle")]
    [InlineData("1")]
    public async Task What_is_pressed_at_once_is_not_counted_and_can_be_pressed_once_more(string action)
    {
        var (id, link) = await JoinAsync();
        var before = await SubscriberAsync(id);

        var again = await PostAtOnceAsync($"{link}/2026-W48", action);

        Assert.Equal("Once more, please", again.Heading());
        Assert.Equal(before.ETag, (await SubscriberAsync(id)).ETag);
        App.Time.Pass(NodaTime.Duration.FromSeconds(1));
        await (await App.Http.PressAsync(again, $"{link}/2026-W48")).PageAsync();
        Assert.NotEqual(before.ETag, (await SubscriberAsync(id)).ETag);
    }

    [Theory]
    [InlineData("tried", "You have said how it went")]
    [InlineData("pause", "You have paused")]
    public async Task A_reminder_that_would_not_come_is_not_promised(string first, string because)
    {
        var (id, link) = await JoinAsync();
        if (first == "pause")
            await App.PressAsync(link.Replace("checkin", "preferences", StringComparison.Ordinal), ("action", "pause"), ("weeks", "2"));
        else
            await PostAsync($"{link}/2026-W48", first);

        var told = await PostAsync($"{link}/2026-W48?answer=remind", "3");

        Assert.Equal("No reminder will come", told.Heading());
        Assert.Contains(because, told.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Null((await SubscriberAsync(id)).RemindOnce);
    }

    [Theory]
    [InlineData("2026-W43")]
    [InlineData("2026-W49")]
    public async Task A_week_that_is_long_past_or_to_come_is_said_to_be_and_nothing_is_kept(string issue)
    {
        var (id, link) = await JoinAsync();

        var shown = await GetAsync($"{link}/{issue}?answer=tried");
        var posted = await PostAsync($"{link}/{issue}", "tried");
        await PostAsync($"{link}/{issue}", "1");

        Assert.Equal(["That week is over", "That week is over"], [shown.Heading(), posted.Heading()]);
        var subscriber = await SubscriberAsync(id);
        Assert.True(subscriber is { CheckIns.IsEmpty: true, RemindOnce: null });
    }

    [Theory]
    [InlineData("")]
    [InlineData("burn")]
    [InlineData("7")]
    [InlineData("Tried")]
    public async Task Another_answer_is_none_and_the_page_asks(string action)
    {
        var (id, link) = await JoinAsync();

        var asked = await PostAsync($"{link}/2026-W48", action);

        Assert.Equal(["tried", "notyet", "toomuch"], asked.QuerySelectorAll("main button").Select(button => button.GetAttribute("value")));
        Assert.True((await SubscriberAsync(id)).CheckIns.IsEmpty);
    }

    [Fact]
    public async Task Who_has_left_is_offered_to_come_back_and_nothing_is_kept()
    {
        var (id, link) = await JoinAsync();
        await App.PostAsync(link.Replace("checkin", "unsubscribe", StringComparison.Ordinal));

        var shown = await PostAtOnceAsync($"{link}/2026-W48", "tried");

        Assert.Equal("undo", shown.QuerySelector("main button")!.GetAttribute("value"));
        Assert.True((await SubscriberAsync(id)).CheckIns.IsEmpty);
        App.Time.Pass(NodaTime.Duration.FromSeconds(1));
        Assert.Equal("You are back", (await (await App.Http.PressAsync(shown, link)).PageAsync()).Heading());
    }

    [Theory]
    [InlineData("/checkin/nonsense/2026-W48")]
    [InlineData("/checkin/nonsense/nonsense")]
    public async Task A_link_that_is_not_ours_changes_nothing(string path)
    {
        using var answer = await fixture.AskAsync(HttpMethod.Post, path, Action("tried"));

        Assert.Equal("This link doesn’t work", (await answer.PageAsync(System.Net.HttpStatusCode.NotFound)).Heading());
    }

    private static FormUrlEncodedContent Action(string action) => new([KeyValuePair.Create("action", action)]);

    private async Task<IHtmlDocument> GetAsync(string path) => await (await fixture.AskAsync(HttpMethod.Get, path)).PageAsync();

    // As a person does it: opens the page, looks, presses.
    private async Task<IHtmlDocument> PostAsync(string path, string action) =>
        await (await App.PressAsync(path, ("action", action))).PageAsync();

    private async Task<IHtmlDocument> PostAtOnceAsync(string path, string action) =>
        await (await fixture.AskAsync(HttpMethod.Post, path, Action(action))).PageAsync();

    private async Task<(SubscriberId Id, string Link)> JoinAsync()
    {
        var email = $"practiser{Interlocked.Increment(ref people)}@example.com";
        Assert.True(EmailAddress.TryParse(email, out var address));
        var welcome = await App.JoinAsync(email);
        return (App.Get<Identities>().Of(address), welcome.Link("unsubscribe").Replace("unsubscribe", "checkin", StringComparison.Ordinal));
    }

    private async Task<Subscriber> SubscriberAsync(SubscriberId id) =>
        (await App.Get<SubscriberStore>().FindAsync(id, TestContext.Current.CancellationToken))!;

    private async Task<ScheduleEntry> EntryAsync(SubscriberId id, SlotKind kind) =>
        (await App.Store.EntriesAsync()).Single(found => found.Entry.Id == id && found.Slot.Kind == kind).Entry;
}
