using System.Net;
using DigestFunctions.Core.Subscribers;
using Xunit;
using static DigestFunctions.Tests.Web.PreferencesOwner;

namespace DigestFunctions.Tests.Web;

/// <summary>What she sees of her preferences, and how she changes them.</summary>
public sealed class PreferencesPageTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    [Fact]
    public async Task Opening_it_changes_nothing_and_shows_what_she_chose_and_what_comes_next()
    {
        var mina = await NewAsync(fixture);

        var page = await mina.OpenAsync();

        Assert.Equal(("Tue", "08:30", "Europe/Paris"), (Chosen(page, "weekday"), Chosen(page, "time"), Chosen(page, "zone")));
        Assert.Equal("It is 09:00 there now.", page.QuerySelector("#zone-now")!.TextContent);
        Assert.Empty(Ticked(page, "focus"));
        Assert.Empty(Ticked(page, "reminders"));
        Assert.Equal("08:30", Chosen(page, "reminder_time"));
        Assert.Equal(["Tuesday 1 December at 08:30, Paris time"], Facts(page));
        await mina.IsAsBeforeAsync();
    }

    [Fact]
    public async Task What_she_changes_is_saved_and_the_same_page_says_so_with_the_new_dates()
    {
        var mina = await NewAsync(fixture);

        var saved = await mina.SaveAsync(
            await mina.OpenAsync(),
            ("weekday", "Fri"), ("time", "19:00"), ("zone", "Asia/Seoul"), ("energy", "gentle"), ("name", "Mina 미나"), ("reminders", "Mon,Thu"), ("reminder_time", "07:30"));

        Assert.Equal("Saved.", saved.QuerySelector("[role=status].notice")!.TextContent);
        Assert.Equal(["Friday 4 December at 19:00, Seoul time", "Monday 30 November at 07:30, Seoul time"], Facts(saved));
        var preferences = (await mina.NowAsync()).Preferences;
        Assert.Equal("digest|Asia~Seoul|Fri|19:00", preferences.DigestSlot.ToString());
        Assert.Equal(("Mon,Thu", "07:30", "Mina 미나"), (preferences.Reminders.Days.ToString(), preferences.Reminders.Time.ToString(), preferences.Name.ToString()));
        Assert.Equal(saved.QuerySelector("form fieldset")!.InnerHtml, (await mina.OpenAsync()).QuerySelector("form fieldset")!.InnerHtml);
        Assert.Equal(Seen(saved), Seen(await mina.OpenAsync()));
    }

    [Fact]
    public async Task Several_boxes_may_be_ticked_and_unticked_again()
    {
        var mina = await NewAsync(fixture);
        var fields = Fields(await mina.OpenAsync()).Concat([new("focus", "self"), new("focus", "habits"), new("reminders", "Wed"), new("reminders", "Sun")]);

        var ticked = await (await mina.PostAsync(fields)).PageAsync();
        Assert.Equal(["self", "habits"], Ticked(ticked, "focus"));
        Assert.Equal(["Wed", "Sun"], Ticked(ticked, "reminders"));
        var unticked = await mina.SaveAsync(ticked, ("focus", ""), ("reminders", ""));

        Assert.Empty(Ticked(unticked, "focus"));
        Assert.Single(Facts(unticked));
        Assert.Equal(mina.Before.Preferences, (await mina.NowAsync()).Preferences);
    }

    [Fact]
    public async Task A_new_language_is_that_of_the_page_from_then_on_whatever_it_was_opened_in()
    {
        var mina = await NewAsync(fixture);

        var saved = await mina.SaveAsync(await mina.OpenAsync("?language=en"), ("language", "ko"));

        Assert.Equal("ko", saved.DocumentElement.GetAttribute("lang"));
        Assert.Equal("저장했어요.", saved.QuerySelector("[role=status].notice")!.TextContent);
        Assert.All(saved.QuerySelectorAll("form"), form => Assert.EndsWith("?language=ko", form.GetAttribute("action"), StringComparison.Ordinal));
        Assert.Equal("ko", (await mina.OpenAsync()).DocumentElement.GetAttribute("lang"));
    }

    [Fact]
    public async Task One_who_has_left_is_offered_to_undo_it_and_can_from_there()
    {
        var mina = await NewAsync(fixture);
        var opened = await mina.OpenAsync();
        await mina.App.PostAsync(mina.Link.Replace("preferences", "unsubscribe", StringComparison.Ordinal));

        Assert.Equal("undo", (await mina.OpenAsync()).QuerySelector("main button")!.GetAttribute("value"));
        var left = await (await mina.PostAsync(Fields(opened))).PageAsync();
        Assert.Equal("You have left", left.Heading());
        mina.App.Time.Pass(NodaTime.Duration.FromSeconds(1));
        Assert.Equal("You are back", (await (await mina.App.Http.PressAsync(left, mina.Link)).PageAsync()).Heading());
        Assert.Equal("Tue", Chosen(await mina.OpenAsync(), "weekday"));
    }

    [Fact]
    public async Task One_who_gets_nothing_is_told_how_that_is()
    {
        var pending = await NewAsync(fixture, new SubscriberState.Pending(FirstIssue: null));
        var suppressed = await NewAsync(fixture, new SubscriberState.Suppressed(TestApp.Start, SuppressionReason.Bounced, Slots.Issue("2026-W49")));
        var nobody = Nobody(fixture);

        Assert.Equal("Still to be confirmed", (await pending.OpenAsync()).Heading());
        Assert.Equal("We don’t write to this address", (await suppressed.OpenAsync()).Heading());
        Assert.Equal("There is no subscription here any more", (await nobody.OpenAsync()).Heading());
        foreach (var person in (PreferencesOwner[])[pending, suppressed, nobody])
            Assert.NotNull((await (await person.PostAsync([new("weekday", "Fri")])).PageAsync()).QuerySelector("h1"));
    }

    [Fact]
    public async Task What_cannot_be_read_is_refused_with_a_way_back_to_the_page()
    {
        var mina = await NewAsync(fixture);

        var twice = await (await mina.PostAsync(Fields(await mina.OpenAsync()).Append(new("weekday", "Fri")))).PageAsync(HttpStatusCode.BadRequest);
        using var large = new ByteArrayContent(new byte[10_000_000]);
        large.Headers.Add("Content-Type", "application/x-www-form-urlencoded");
        await (await fixture.AskAsync(HttpMethod.Post, mina.Link, large)).PageAsync(HttpStatusCode.RequestEntityTooLarge);

        Assert.StartsWith(mina.Link, twice.QuerySelector("main a.button")!.GetAttribute("href"), StringComparison.Ordinal);
        await mina.IsAsBeforeAsync();
    }

    [Fact]
    public async Task From_there_she_leaves_or_asks_for_her_data()
    {
        var mina = await NewAsync(fixture);

        var page = await mina.OpenAsync();

        Assert.NotNull(page.QuerySelector($"a[href^='{mina.Link.Replace("preferences", "unsubscribe", StringComparison.Ordinal)}']"));
        Assert.NotNull(page.QuerySelector($"form[method=post][action^='{mina.Link}/data']"));
    }

    [Fact]
    public async Task Its_address_is_kept_and_passed_on_to_nobody_and_the_page_may_ask_its_own_service_only()
    {
        var mina = await NewAsync(fixture);

        var answer = await fixture.AskAsync(HttpMethod.Get, mina.Link);

        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal(["no-referrer"], answer.Headers.GetValues("Referrer-Policy"));
        Assert.Contains("connect-src 'self'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Empty((await answer.PageAsync()).QuerySelectorAll("style, [style], script:not([src]), [onclick]"));
    }
}
