using AngleSharp.Html.Dom;
using DigestFunctions.Core.Subscribers;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Web;

/// <summary>
/// One subscriber with the link to her preferences, and what she reads and presses there. It is Tuesday of week 48, nine
/// o'clock in Paris: this week's digest came half an hour ago.
/// </summary>
internal sealed class PreferencesOwner(AppFixture fixture, int number)
{
    private static int people = 1000;

    public TestApp App => fixture.App;

    private int Number => number;

    public Subscriber Before { get; private set; } = null!;

    public string Link => "/preferences/" + App.Get<LinkTokens>().Write(People.Token(Number));

    public static async Task<PreferencesOwner> NewAsync(AppFixture fixture, SubscriberState? state = null)
    {
        fixture.App.SetTime(TestApp.Start);
        var person = Nobody(fixture);
        var subscriber = People.Active(person.Number, Slots.Tuesday);
        await fixture.App.Store.AddAsync(subscriber with { State = state ?? SubscriberState.Active.In(Slots.Tuesday, Slots.Issue("2026-W49")) });
        person.Before = await person.NowAsync();
        return person;
    }

    /// <summary>Of whom nothing is kept.</summary>
    public static PreferencesOwner Nobody(AppFixture fixture) => new(fixture, Interlocked.Increment(ref people));

    public async Task<IHtmlDocument> OpenAsync(string query = "") => await (await fixture.AskAsync(HttpMethod.Get, Link + query)).PageAsync();

    /// <summary>At a person's pace.</summary>
    public Task<HttpResponseMessage> PostAsync(IEnumerable<KeyValuePair<string, string>> fields)
    {
        App.Time.Pass(Duration.FromSeconds(1));
        return PostAtOnceAsync(fields);
    }

    public Task<HttpResponseMessage> PostAtOnceAsync(IEnumerable<KeyValuePair<string, string>> fields) =>
        fixture.AskAsync(HttpMethod.Post, Link, new FormUrlEncodedContent(fields));

    public async Task<IHtmlDocument> SaveAsync(IHtmlDocument page, params (string Name, string Value)[] changes) =>
        await (await fixture.AskAsync(
            HttpMethod.Post,
            Link + page.QuerySelector("main form")!.GetAttribute("action"),
            new FormUrlEncodedContent(With(Fields(page), changes)))).PageAsync();

    public async Task IsAsBeforeAsync() => Assert.Equal(Before.ETag, (await NowAsync()).ETag);

    public async Task<Subscriber> NowAsync() =>
        (await App.Get<SubscriberStore>().FindAsync(People.Id(Number), TestContext.Current.CancellationToken))!;

    /// <summary>What a browser posts of the page's form, as it stands.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Fields(IHtmlDocument page) =>
        ((IHtmlFormElement)page.QuerySelector("main form")!).Standing().Append(new("action", "save"));

    public static IEnumerable<KeyValuePair<string, string>> With(IEnumerable<KeyValuePair<string, string>> fields, params (string Name, string Value)[] changes) =>
        fields.Where(field => changes.All(change => change.Name != field.Key)).Concat(changes.Select(change => KeyValuePair.Create(change.Name, change.Value)));

    public static IEnumerable<KeyValuePair<string, string>> Act(IHtmlDocument page, string action, params (string Name, string Value)[] fields) =>
        With(Fields(page), [("action", action), .. fields]);

    public static string Seen(IHtmlDocument page) => page.QuerySelector("input[name=seen]")!.GetAttribute("value")!;

    public static string? Chosen(IHtmlDocument page, string field) => page.QuerySelector($"#{field} option[selected]")?.GetAttribute("value");

    public static IEnumerable<string?> Ticked(IHtmlDocument page, string field) =>
        page.QuerySelectorAll($"input[name={field}][checked]").Select(box => box.GetAttribute("value"));

    public static IEnumerable<string> Facts(IHtmlDocument page) => page.QuerySelectorAll(".intro > .facts dd").Select(fact => fact.TextContent);

    public static string Said(IHtmlDocument page) => page.QuerySelector("[role=status].notice")!.TextContent;
}
