using System.Net;
using AngleSharp.Html.Dom;
using DigestFunctions.Core.Subscribers;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Web;

/// <summary>It is Tuesday of week 48, nine o'clock in Paris: this week's digest came half an hour ago.</summary>
public sealed class PreferencesPageTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private static int people = 1000;

    [Fact]
    public async Task Opening_it_changes_nothing_and_shows_what_she_chose_and_what_comes_next()
    {
        var mina = await NewAsync();

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
        var mina = await NewAsync();

        var saved = await mina.SaveAsync(
            await mina.OpenAsync(),
            ("weekday", "Fri"), ("time", "19:00"), ("zone", "Asia/Seoul"), ("energy", "gentle"), ("name", "Mina 미나"), ("reminders", "Mon,Thu"), ("reminder_time", "07:30"));

        Assert.Equal("Saved.", saved.QuerySelector("[role=status]")!.TextContent);
        Assert.Equal(["Friday 4 December at 19:00, Seoul time", "Monday 30 November at 07:30, Seoul time"], Facts(saved));
        var preferences = (await mina.NowAsync()).Preferences;
        Assert.Equal("digest|Asia~Seoul|Fri|19:00", preferences.DigestSlot.ToString());
        Assert.Equal(("Mon,Thu", "07:30", "Mina 미나"), (preferences.Reminders.Days.ToString(), preferences.Reminders.Time.ToString(), preferences.Name.ToString()));
        Assert.Equal(saved.QuerySelector("form")!.InnerHtml, (await mina.OpenAsync()).QuerySelector("form")!.InnerHtml);
    }

    [Fact]
    public async Task Several_boxes_may_be_ticked_and_unticked_again()
    {
        var mina = await NewAsync();
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
        var mina = await NewAsync();

        var saved = await mina.SaveAsync(await mina.OpenAsync("?language=en"), ("language", "ko"));

        Assert.Equal("ko", saved.DocumentElement.GetAttribute("lang"));
        Assert.Equal("저장했어요.", saved.QuerySelector("[role=status]")!.TextContent);
        Assert.All(saved.QuerySelectorAll("form"), form => Assert.EndsWith("?language=ko", form.GetAttribute("action"), StringComparison.Ordinal));
        Assert.Equal("ko", (await mina.OpenAsync()).DocumentElement.GetAttribute("lang"));
    }

    public static TheoryData<string, string?, string> BadFields => new()
    {
        { "weekday", null, "Choose a day" },
        { "weekday", "Someday", "Choose a day" },
        { "time", null, "on the hour or half past" },
        { "time", "08:31", "on the hour or half past" },
        { "zone", null, "Choose your time zone." },
        { "zone", "Europe/Atlantis", "don’t know that time zone" },
        { "zone", "../../etc/passwd", "don’t know that time zone" },
        { "name", new string('n', 10_240), "too long" },
        { "name", "<b>Ada</b>", "can’t hold links" },
        { "name", "Ada\r\nBcc: everybody@example.com", "can’t hold links" },
        { "name", "Ada\u202eadA", "can’t hold links" },
        { "name", "раураl.com", "can’t hold links" },
        { "language", "tlh", "don’t write in that language" },
        { "focus", "cooking", "Choose among the areas" },
        { "focus", "self,<script>", "Choose among the areas" },
        { "energy", "wild", "Choose one of the three" },
        { "reminders", "Mon,Someday", "days of the week" },
        { "reminder_time", "25:00", "on the hour or half past" },
    };

    [Theory]
    [MemberData(nameof(BadFields))]
    public async Task What_is_wrong_is_said_at_the_field_and_nothing_is_changed(string field, string? value, string message)
    {
        var mina = await NewAsync();
        var opened = await mina.OpenAsync();
        var fields = Fields(opened).Where(each => each.Key != field);

        var answer = await mina.PostAsync(value is null ? fields : fields.Append(new(field, value)));

        var page = await answer.PageAsync(HttpStatusCode.UnprocessableEntity);
        Assert.StartsWith("Error: ", page.Title, StringComparison.Ordinal);
        Assert.Contains(message, page.QuerySelector($"#{field}-fault")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(message, page.QuerySelector($".summary a[href='#{field}']")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.GetElementById(field));
        Assert.Empty(page.QuerySelectorAll("script:not([src]), main b"));
        Assert.Equal(Seen(opened), Seen(page));
        await mina.IsAsBeforeAsync();
    }

    [Fact]
    public async Task With_days_for_reminders_a_time_is_needed_and_without_it_is_not()
    {
        var mina = await NewAsync();
        var fields = Fields(await mina.OpenAsync()).Where(each => each.Key != "reminder_time").ToList();

        await (await mina.PostAsync(fields.Append(new("reminders", "Mon")))).PageAsync(HttpStatusCode.UnprocessableEntity);
        await (await mina.PostAsync(fields)).PageAsync();
    }

    [Fact]
    public async Task What_is_not_posted_and_can_be_left_out_stays_as_it_was()
    {
        var mina = await NewAsync();
        var saved = await mina.SaveAsync(await mina.OpenAsync(), ("name", "Mina"), ("energy", "stretch"), ("language", "ko"));

        await (await mina.PostAsync(Fields(saved).Where(each => each.Key is not ("name" or "energy" or "language" or "action")))).PageAsync();

        var preferences = (await mina.NowAsync()).Preferences;
        Assert.Equal(("Mina", "ko", Core.Tips.Energy.Stretch), (preferences.Name.ToString(), preferences.Language.ToString(), preferences.Tips.Energy));
    }

    [Fact]
    public async Task What_another_tab_changed_is_not_overwritten_but_shown_beside_what_was_typed_until_she_presses_again()
    {
        var mina = await NewAsync();
        var (first, second) = (await mina.OpenAsync(), await mina.OpenAsync());
        await mina.SaveAsync(first, ("weekday", "Fri"), ("reminders", "Mon"));

        var conflict = await (await mina.PostAsync(With(Fields(second), ("time", "20:00")))).PageAsync(HttpStatusCode.Conflict);

        Assert.Equal("digest|Europe~Paris|Fri|08:30", (await mina.NowAsync()).Preferences.DigestSlot.ToString());
        Assert.Equal(("Tue", "20:00"), (Chosen(conflict, "weekday"), Chosen(conflict, "time")));
        Assert.Equal(
            ["Every Friday at 08:30, Paris time", "Monday at 08:30"],
            conflict.QuerySelectorAll("[role=alert] dd").Select(fact => fact.TextContent));

        var saved = await mina.SaveAsync(conflict);
        Assert.Equal("Saved.", saved.QuerySelector("[role=status]")!.TextContent);
        Assert.Equal("digest|Europe~Paris|Tue|20:00", (await mina.NowAsync()).Preferences.DigestSlot.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdef")]
    [InlineData("<script>")]
    [InlineData(null)]
    public async Task What_was_never_seen_counts_as_changed_since(string? seen)
    {
        var mina = await NewAsync();
        var fields = With(Fields(await mina.OpenAsync()), ("weekday", "Sun")).Where(each => each.Key != "seen");

        await (await mina.PostAsync(seen is null ? fields : fields.Append(new("seen", seen)))).PageAsync(HttpStatusCode.Conflict);

        await mina.IsAsBeforeAsync();
    }

    [Fact]
    public async Task To_press_twice_is_to_press_once()
    {
        var mina = await NewAsync();
        var fields = With(Fields(await mina.OpenAsync()), ("weekday", "Fri")).ToList();

        var pages = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ => await (await mina.PostAsync(fields)).PageAsync()));

        Assert.All(pages, page => Assert.Equal("Saved.", page.QuerySelector("[role=status]")!.TextContent));
    }

    [Fact]
    public async Task Of_two_tabs_at_once_one_wins_and_the_other_is_told()
    {
        var mina = await NewAsync();
        var fields = Fields(await mina.OpenAsync()).ToList();

        var answers = await Task.WhenAll(((string[])["Mon", "Wed", "Fri", "Sun"]).Select(day => mina.PostAsync(With(fields, ("weekday", day)))));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(3, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
    }

    [Theory]
    [InlineData("weeks", "1", "2026-12-01")]
    [InlineData("weeks", "2", "2026-12-08")]
    [InlineData("weeks", "4", "2026-12-22")]
    [InlineData("until", "2026-11-25", "2026-11-25")]
    [InlineData("until", "2027-11-24", "2027-11-24")]
    public async Task She_pauses_for_weeks_or_until_a_date_and_starts_again(string field, string value, string until)
    {
        var mina = await NewAsync();

        var paused = await (await mina.PostAsync(Act(await mina.OpenAsync(), "pause", (field, value)))).PageAsync();

        Assert.Contains("Paused", paused.QuerySelector("[role=status]")!.TextContent, StringComparison.Ordinal);
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
        var mina = await NewAsync();

        var answer = await mina.PostAsync(Act(await mina.OpenAsync(), "pause", until is null ? [] : [("until", until)]));

        var page = await answer.PageAsync(HttpStatusCode.UnprocessableEntity);
        Assert.Contains(message, page.QuerySelector("#until-fault")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(until ?? "", page.QuerySelector("#until")!.GetAttribute("value"));
        Assert.Equal("Tue", Chosen(page, "weekday"));
        await mina.IsAsBeforeAsync();
    }

    [Fact]
    public async Task A_pause_from_an_old_page_does_not_take_the_place_of_what_was_changed_since()
    {
        var mina = await NewAsync();
        var (first, second) = (await mina.OpenAsync(), await mina.OpenAsync());
        await mina.PostAsync(Act(first, "pause", ("weeks", "4")));

        var conflict = await (await mina.PostAsync(Act(second, "pause", ("weeks", "1")))).PageAsync(HttpStatusCode.Conflict);

        Assert.Equal(new LocalDate(2026, 12, 22), ((SubscriberState.Active)(await mina.NowAsync()).State).Pause!.Until);
        Assert.Equal("2026-12-01", conflict.QuerySelector("#until")!.GetAttribute("value"));
    }

    [Fact]
    public async Task One_who_has_left_is_offered_to_undo_it_and_can_from_there()
    {
        var mina = await NewAsync();
        var opened = await mina.OpenAsync();
        await mina.App.PostAsync(mina.Link.Replace("preferences", "unsubscribe", StringComparison.Ordinal));

        Assert.Equal("undo", (await mina.OpenAsync()).QuerySelector("main button")!.GetAttribute("value"));
        Assert.Equal("You have left", (await (await mina.PostAsync(Fields(opened))).PageAsync()).Heading());
        Assert.Equal("You are back", (await (await mina.PostAsync([new("action", "undo")])).PageAsync()).Heading());
        Assert.Equal("Tue", Chosen(await mina.OpenAsync(), "weekday"));
    }

    [Fact]
    public async Task One_who_gets_nothing_is_told_how_that_is()
    {
        var pending = await NewAsync(new SubscriberState.Pending(FirstIssue: null));
        var suppressed = await NewAsync(new SubscriberState.Suppressed(TestApp.Start, SuppressionReason.Bounced, Slots.Issue("2026-W49")));
        var nobody = new Person(fixture, ++people);

        Assert.Equal("Still to be confirmed", (await pending.OpenAsync()).Heading());
        Assert.Equal("We don’t write to this address", (await suppressed.OpenAsync()).Heading());
        Assert.Equal("There is no subscription here any more", (await nobody.OpenAsync()).Heading());
        foreach (var person in (Person[])[pending, suppressed, nobody])
            Assert.NotNull((await (await person.PostAsync([new("weekday", "Fri")])).PageAsync()).QuerySelector("h1"));
    }

    [Fact]
    public async Task What_cannot_be_read_is_refused_with_a_way_back_to_the_page()
    {
        var mina = await NewAsync();

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
        var mina = await NewAsync();

        var page = await mina.OpenAsync();

        Assert.NotNull(page.QuerySelector($"a[href^='{mina.Link.Replace("preferences", "unsubscribe", StringComparison.Ordinal)}']"));
        Assert.NotNull(page.QuerySelector($"form[method=post][action^='{mina.Link}/data']"));
    }

    [Fact]
    public async Task Its_address_is_kept_and_passed_on_to_nobody_and_the_page_may_ask_its_own_service_only()
    {
        var mina = await NewAsync();

        var answer = await fixture.AskAsync(HttpMethod.Get, mina.Link);

        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal(["no-referrer"], answer.Headers.GetValues("Referrer-Policy"));
        Assert.Contains("connect-src 'self'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Empty((await answer.PageAsync()).QuerySelectorAll("style, [style], script:not([src]), [onclick]"));
    }

    private async Task<Person> NewAsync(SubscriberState? state = null)
    {
        var person = new Person(fixture, Interlocked.Increment(ref people));
        var subscriber = People.Active(person.Number, Slots.Tuesday);
        await fixture.App.Store.AddAsync(subscriber with { State = state ?? SubscriberState.Active.In(Slots.Tuesday, Slots.Issue("2026-W49")) });
        person.Before = await person.NowAsync();
        return person;
    }

    // What a browser posts of the page's form, as it stands.
    private static IEnumerable<KeyValuePair<string, string>> Fields(IHtmlDocument page)
    {
        foreach (var field in page.QuerySelector("main form")!.QuerySelectorAll("input[name], select[name]"))
        {
            if (field is IHtmlSelectElement select)
                yield return new(select.Name!, select.Value!);
            else if (field is IHtmlInputElement { Type: not "checkbox" } or IHtmlInputElement { IsChecked: true })
                yield return new(((IHtmlInputElement)field).Name!, ((IHtmlInputElement)field).Value);
        }

        yield return new("action", "save");
    }

    private static IEnumerable<KeyValuePair<string, string>> With(IEnumerable<KeyValuePair<string, string>> fields, params (string Name, string Value)[] changes) =>
        fields.Where(field => changes.All(change => change.Name != field.Key)).Concat(changes.Select(change => KeyValuePair.Create(change.Name, change.Value)));

    private static IEnumerable<KeyValuePair<string, string>> Act(IHtmlDocument page, string action, params (string Name, string Value)[] fields) =>
        With([new("seen", Seen(page)), new("action", action)], fields);

    private static string Seen(IHtmlDocument page) => page.QuerySelector("input[name=seen]")!.GetAttribute("value")!;

    private static string? Chosen(IHtmlDocument page, string field) => page.QuerySelector($"#{field} option[selected]")?.GetAttribute("value");

    private static IEnumerable<string?> Ticked(IHtmlDocument page, string field) =>
        page.QuerySelectorAll($"input[name={field}][checked]").Select(box => box.GetAttribute("value"));

    private static IEnumerable<string> Facts(IHtmlDocument page) => page.QuerySelectorAll(".intro > .facts dd").Select(fact => fact.TextContent);

    /// <summary>One subscriber and her link.</summary>
    private sealed class Person(AppFixture fixture, int number)
    {
        public int Number => number;

        public TestApp App => fixture.App;

        public Subscriber Before { get; set; } = null!;

        public string Link => "/preferences/" + App.Get<LinkTokens>().Write(People.Token(number));

        public async Task<IHtmlDocument> OpenAsync(string query = "") => await (await fixture.AskAsync(HttpMethod.Get, Link + query)).PageAsync();

        public Task<HttpResponseMessage> PostAsync(IEnumerable<KeyValuePair<string, string>> fields) =>
            fixture.AskAsync(HttpMethod.Post, Link, new FormUrlEncodedContent(fields));

        public async Task<IHtmlDocument> SaveAsync(IHtmlDocument page, params (string Name, string Value)[] changes) =>
            await (await fixture.AskAsync(
                HttpMethod.Post,
                Link + page.QuerySelector("main form")!.GetAttribute("action"),
                new FormUrlEncodedContent(With(Fields(page), changes)))).PageAsync();

        public async Task IsAsBeforeAsync() => Assert.Equal(Before.ETag, (await NowAsync()).ETag);

        public async Task<Subscriber> NowAsync() =>
            (await App.Get<SubscriberStore>().FindAsync(People.Id(number), TestContext.Current.CancellationToken))!;
    }
}
