using System.Net;
using System.Text.Json;
using DigestFunctions.Core.Subscribers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Web;

public sealed class DataPageTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private static int people;

    private TestApp App => fixture.App;

    private Instant Now => Instant.FromDateTimeOffset(App.Time.GetUtcNow());

    [Fact]
    public async Task With_a_link_of_any_mail_a_fresh_one_is_mailed_and_nothing_is_shown()
    {
        var (email, known) = await JoinAsync();
        var offer = Offer(known);

        App.Time.Stop();
        var offered = await (await fixture.AskAsync(HttpMethod.Get, offer)).PageAsync();
        var tooSoon = await (await App.Http.PressAsync(offered, offer)).PageAsync();
        App.Time.GoOn();
        await UntilNothingIsOwedAsync(email);
        App.Time.Pass(Duration.FromSeconds(1));
        var sent = await (await App.Http.PressAsync(tooSoon, offer)).PageAsync();
        var page = await (await fixture.AskAsync(HttpMethod.Get, (await App.WaitForMailAsync(email, "data")).Link("data"))).PageAsync();

        Assert.Equal("send", offered.QuerySelector("main button")!.GetAttribute("value"));
        Assert.Equal(["My data", "Check your mail"], [tooSoon.Heading(), sent.Heading()]);
        Assert.Equal(["export", "change", "erase"], page.QuerySelectorAll("main button").Select(button => button.GetAttribute("value")));
    }

    [Fact]
    public async Task Opening_a_link_changes_nothing()
    {
        var (email, known) = await JoinAsync();

        foreach (var path in (string[])[Offer(known), Data(known), "/address/" + Token(LinkPurpose.Address, known)])
        {
            foreach (var action in (string[])["", "?action=erase-now", "?action=send", "?action=change&address=other@example.com"])
                await fixture.AskAsync(HttpMethod.Get, path + action);
        }

        Assert.Equal(known.ETag, (await FindAsync(email))!.ETag);
    }

    [Fact]
    public async Task The_copy_holds_in_words_what_is_held()
    {
        var (email, known) = await JoinAsync();
        await App.Services.GetRequiredService<CheckingIn>().CheckInAsync(
            new LinkToken(LinkPurpose.Mail, known.Id, known.Generation), WeeklyRule.ThisIssue(known, Now), CheckInAnswer.Tried, TestContext.Current.CancellationToken);

        var answer = await PostAsync(Data(known), "export");

        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("empathy-digest.json", answer.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
        Assert.True(answer.Headers.CacheControl?.NoStore);
        var json = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("\n  \"name\": \"Mina\"", json, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        Assert.Equal(email, root.GetProperty("address").GetString());
        Assert.Equal("Europe/Paris", root.GetProperty("preferences").GetProperty("timeZone").GetString());
        Assert.Equal("Tuesday", root.GetProperty("preferences").GetProperty("weekday").GetString());
        Assert.Equal(known.Consent.Asked.Text, root.GetProperty("consent").GetProperty("text").GetString());
        Assert.Equal("2026-W48", root.GetProperty("checkIns")[0].GetProperty("issue").GetString());
        Assert.Equal("2026-W49", root.GetProperty("state").GetProperty("inTheSchedule")[0].GetProperty("fromIssue").GetString());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("suppression").ValueKind);
    }

    [Fact]
    public async Task A_link_that_ran_out_offers_a_new_one_and_does_nothing_else()
    {
        var (email, known) = await JoinAsync();
        var link = "/data/" + Token(LinkPurpose.Data, known, Now - Duration.FromHours(2));

        var shown = await (await fixture.AskAsync(HttpMethod.Get, link)).PageAsync(HttpStatusCode.Gone);
        await (await PostAsync(link, "erase-now")).PageAsync(HttpStatusCode.Gone);
        App.Time.Pass(Duration.FromSeconds(1));
        var sent = await (await App.Http.PressAsync(shown, link)).PageAsync();

        Assert.Equal("Check your mail", sent.Heading());
        await App.WaitForMailAsync(email, "data");
        Assert.IsType<SubscriberState.Active>((await FindAsync(email))!.State);
    }

    [Fact]
    public async Task Erasing_is_asked_about_once_more_and_says_what_goes_and_what_stays()
    {
        var (email, known) = await JoinAsync();
        var link = Data(known);

        App.Time.Stop();
        var asked = await (await PostAsync(link, "erase")).PageAsync();
        Assert.NotNull(await FindAsync(email));
        var tooSoon = await (await App.Http.PressAsync(asked, link)).PageAsync();
        App.Time.GoOn();
        Assert.NotNull(await FindAsync(email));
        App.Time.Pass(Duration.FromSeconds(2));
        var erased = await (await App.Http.PressAsync(tooSoon, link)).PageAsync();
        var again = await (await PostAsync(link, "erase-now")).PageAsync();
        var old = await (await fixture.AskAsync(HttpMethod.Get, "/unsubscribe/" + Token(LinkPurpose.Mail, known))).PageAsync();

        Assert.Equal(["What goes", "What stays"], asked.QuerySelectorAll("dt").Select(term => term.TextContent));
        Assert.Equal("Erase everything?", tooSoon.Heading());
        Assert.Equal("All of it is erased", erased.Heading());
        Assert.Equal("There is nothing here any more", again.Heading());
        Assert.Equal("There is no subscription here any more", old.Heading());
        Assert.Null(await FindAsync(email));
    }

    [Fact]
    public async Task She_goes_to_another_address_by_the_mail_to_it()
    {
        var (email, known) = await JoinAsync();
        var moved = "moved." + email;

        var asked = await (await PostAsync(Data(known), "change", ("address", moved))).PageAsync();
        var link = (await App.WaitForMailAsync(moved, "new-address")).Link("address");
        App.Time.Stop();
        var shown = await (await fixture.AskAsync(HttpMethod.Get, link)).PageAsync();
        Assert.Null(await FindAsync(moved));
        await (await App.Http.PressAsync(shown, link)).PageAsync();
        App.Time.GoOn();
        await PostAsync(link, "confirm");
        Assert.Null(await FindAsync(moved));
        var done = await (await App.PressAsync(link)).PageAsync();
        await App.WaitForMailAsync(email, "address-told");

        Assert.Equal("Check your mail at the new address", asked.Heading());
        Assert.DoesNotContain("Mina", shown.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Your digest comes here now", done.Heading());
        Assert.IsType<SubscriberState.Active>((await FindAsync(moved))!.State);
        await App.EventuallyAsync(async () => await FindAsync(email) is null, "the old row to go");
        Assert.Equal("There is no subscription here any more", (await (await fixture.AskAsync(HttpMethod.Get, "/unsubscribe/" + Token(LinkPurpose.Mail, known))).PageAsync()).Heading());
        await (await PostAsync(link, "confirm")).PageAsync(HttpStatusCode.Gone);
    }

    [Theory]
    [InlineData("", "Enter your e-mail address.")]
    [InlineData("nope", "That isn’t an e-mail address")]
    [InlineData("a@example.com\nBcc: b@example.com", "That isn’t an e-mail address")]
    public async Task A_new_address_that_is_none_comes_back_with_what_is_wrong(string typed, string fault)
    {
        var (_, known) = await JoinAsync();

        var page = await (await PostAsync(Data(known), "change", ("address", typed))).PageAsync(HttpStatusCode.UnprocessableEntity);

        Assert.Contains(fault, page.QuerySelector("#address-fault")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("true", page.GetElementById("address")!.GetAttribute("aria-invalid"));
    }

    [Fact]
    public async Task The_address_that_she_has_is_no_new_one()
    {
        var (email, known) = await JoinAsync();

        var page = await (await PostAsync(Data(known), "change", ("address", email.ToUpperInvariant()))).PageAsync(HttpStatusCode.UnprocessableEntity);

        Assert.Contains("comes to this address already", page.QuerySelector("#address-fault")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whether_a_new_address_is_subscribed_is_said_to_nobody_but_its_owner()
    {
        var (_, known) = await JoinAsync();
        var (other, _) = await JoinAsync();

        var asked = await (await PostAsync(Data(known), "change", ("address", other))).PageAsync();
        var refused = await (await App.PressAsync((await App.WaitForMailAsync(other, "new-address")).Link("address"))).PageAsync();

        Assert.Equal("Check your mail at the new address", asked.Heading());
        Assert.Equal("This address is subscribed already", refused.Heading());
    }

    [Fact]
    public async Task A_link_is_not_mailed_again_and_again()
    {
        var (email, known) = await JoinAsync();
        await App.PressAsync(Offer(known));
        await UntilNothingIsOwedAsync(email);

        var again = await (await App.PressAsync(Offer(known))).PageAsync();

        Assert.Equal("You have asked for that already", again.Heading());
    }

    [Fact]
    public async Task Whatever_else_is_posted_shows_the_page()
    {
        var (email, known) = await JoinAsync();

        foreach (var action in (string[])["", "ERASE-NOW", "erase now", new string('x', 20_000)])
            Assert.Equal("Your data", (await (await PostAsync(Data(known), action)).PageAsync()).Heading());
        using var large = new ByteArrayContent(new byte[10_000_000]);
        Assert.Equal("Your data", (await (await fixture.AskAsync(HttpMethod.Post, Data(known), large)).PageAsync()).Heading());
        Assert.NotNull(await FindAsync(email));
    }

    private async Task<(string Email, Subscriber Known)> JoinAsync()
    {
        var email = $"owner{Interlocked.Increment(ref people)}@example.com";
        await App.JoinAsync(email);
        await UntilNothingIsOwedAsync(email);
        return (email, (await FindAsync(email))!);
    }

    private Task UntilNothingIsOwedAsync(string email) =>
        App.EventuallyAsync(async () => (await FindAsync(email))!.Owed is null, "her mail to go");

    private Task<HttpResponseMessage> PostAsync(string path, string action, params (string Name, string Value)[] fields) => fixture.AskAsync(
        HttpMethod.Post,
        path + "?language=en",
        new FormUrlEncodedContent(fields.Append(("action", action)).Select(field => KeyValuePair.Create(field.Item1, field.Item2))));

    private string Data(Subscriber subscriber) => "/data/" + Token(LinkPurpose.Data, subscriber);

    private string Offer(Subscriber subscriber) => "/preferences/" + Token(LinkPurpose.Mail, subscriber) + "/data";

    private string Token(LinkPurpose purpose, Subscriber subscriber, Instant? at = null) =>
        new LinkTokens(App.Services.GetRequiredService<LinkKeys>(), new FakeTimeProvider((at ?? Now).ToDateTimeOffset()))
            .Write(new LinkToken(purpose, subscriber.Id, subscriber.Generation));

    private Task<Subscriber?> FindAsync(string email)
    {
        Assert.True(EmailAddress.TryParse(email, out var address));
        return App.Services.GetRequiredService<SubscriberStore>().FindAsync(
            App.Services.GetRequiredService<Identities>().Of(address), TestContext.Current.CancellationToken);
    }
}
