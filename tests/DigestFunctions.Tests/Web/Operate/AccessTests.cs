using System.Net;
using System.Net.Http.Headers;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Web.Operate;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Web.Operate;

/// <summary>Who is let in to the operator's pages, and who isn't.</summary>
public sealed class AccessTests(SharedAzurite azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_key_set_the_pages_are_closed_to_everybody()
    {
        await using var app = await TestApp.StartAsync(azurite, settings => settings.Remove("Operate:Key"));
        using var stranger = Operating.Outside(app);

        Assert.Equal("The operator's pages are closed", (await stranger.PageAsync("/operate", HttpStatusCode.NotFound)).Heading());
        using var tried = await stranger.PostAsync("/operate/sign-in", ("name", "Jo"), ("key", ""));
        Assert.Equal(HttpStatusCode.NotFound, tried.StatusCode);
    }

    [Fact]
    public async Task One_who_is_not_signed_in_is_sent_to_sign_in_and_then_to_where_they_wanted()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var stranger = Operating.Outside(app);

        using var sent = await stranger.GetAsync("/operate/audit");
        Assert.Equal((HttpStatusCode.SeeOther, "/operate/sign-in?back=%2Foperate%2Faudit"), (sent.StatusCode, sent.Headers.Location!.ToString()));
        var form = await stranger.PageAsync(sent.Headers.Location.ToString());
        using var signedIn = await stranger.PostAsync("/operate/sign-in", ("name", "Jo"), ("key", TestApp.OperateKey), ("back", form.QuerySelector("[name=back]")!.GetAttribute("value")!));

        Assert.Equal("/operate/audit", signedIn.Headers.Location!.ToString());
        var entry = (await stranger.PageAsync("/operate/audit?looks=yes")).QuerySelector("tbody tr")!;
        Assert.Equal(["Jo", "signed in"], entry.QuerySelectorAll("td").Skip(1).Take(2).Select(cell => cell.TextContent));
    }

    [Theory]
    [InlineData("//evil.example/operate/")]
    [InlineData("https://evil.example")]
    [InlineData("/operate/../evil")]
    public async Task Nobody_is_sent_elsewhere_by_signing_in(string back)
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var stranger = Operating.Outside(app);

        using var signedIn = await stranger.PostAsync("/operate/sign-in", ("name", "Jo"), ("key", TestApp.OperateKey), ("back", back));

        Assert.Equal("/operate", signedIn.Headers.Location!.ToString());
    }

    [Fact]
    public async Task The_cookie_is_kept_from_scripts_and_other_sites_and_sent_over_TLS_only()
    {
        await using var app = await TestApp.StartAsync(azurite, settings => settings["Links:BaseUrl"] = "https://digest.test");
        using var stranger = Operating.Outside(app);

        using var signedIn = await stranger.PostAsync("/operate/sign-in", ("name", "Jo"), ("key", TestApp.OperateKey));

        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single();
        Assert.All(["httponly", "samesite=strict", "secure", "path=/operate"], part => Assert.Contains(part, cookie, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(TestApp.OperateKey, cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_hour_without_a_look_signs_out_and_looking_stays_in_for_twelve_at_the_most()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var key = Convert.ToBase64String(new byte[32]);
        Assert.True(OperateKeys.TryParse(key, out var keys));
        Assert.True(Core.Operations.Operator.TryParse("Jo", out var jo));
        var now = TestApp.Start;
        var session = OperatorSession.Begin(jo, now);

        Assert.NotNull(OperatorSession.Read(session.Write(keys), keys, now + Duration.FromMinutes(59)));
        Assert.Null(OperatorSession.Read(session.Write(keys), keys, now + Duration.FromMinutes(61)));
        for (var at = now; OperatorSession.Read(session.Write(keys), keys, at) is not null; at += Duration.FromMinutes(40))
            (session, now) = (session.Prolonged(at) ?? session, at);
        Assert.InRange(now - TestApp.Start, Duration.FromHours(11), OperatorSession.Longest);
    }

    [Fact]
    public void No_bit_of_a_cookie_can_be_changed_and_another_key_signs_out()
    {
        Assert.True(OperateKeys.TryParse(Secrets.New(), out var keys) & OperateKeys.TryParse(Secrets.New(), out var others));
        Assert.True(Core.Operations.Operator.TryParse("Jo", out var jo));
        var cookie = OperatorSession.Begin(jo, TestApp.Start).Write(keys!);

        Assert.Null(OperatorSession.Read(cookie, others!, TestApp.Start));
        for (var index = 0; index < cookie.Length; index++)
        {
            var changed = cookie.ToCharArray();
            changed[index] = changed[index] == 'A' ? 'B' : 'A';
            // The last character of base64 can hold bits that stand for nothing.
            if (new string(changed) is var text && OperatorSession.Read(text, keys!, TestApp.Start) is { } read)
                Assert.Equal((jo, true), (read.By, index == cookie.Length - 1 || cookie[index + 1] == '.'));
        }
    }

    [Fact]
    public async Task A_wrong_key_is_refused_and_logged_and_after_ten_no_key_from_there_is_looked_at()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var stranger = Operating.Outside(app);
        for (var tries = 0; tries < OperatorTries.Most; tries++)
        {
            using var wrong = await stranger.PostAsync("/operate/sign-in", ("name", "Jo"), ("key", Secrets.New()));
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        using var right = await stranger.PostAsync("/operate/sign-in", ("name", "Jo"), ("key", TestApp.OperateKey));
        Assert.Equal(HttpStatusCode.TooManyRequests, right.StatusCode);
        Assert.Equal(OperatorTries.Most, app.Log.All.Count(line => line.StartsWith("Warning 420", StringComparison.Ordinal)));
        Assert.Single(app.Log.All, line => line.StartsWith("Warning 421", StringComparison.Ordinal));

        app.Time.Pass(Duration.FromHours(1));
        using var later = await stranger.PostAsync("/operate/sign-in", ("name", "Jo"), ("key", TestApp.OperateKey));
        Assert.Equal(HttpStatusCode.SeeOther, later.StatusCode);
    }

    [Fact]
    public async Task A_form_of_another_site_or_of_another_session_changes_nothing()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var operating = await Operating.SignInAsync(app);
        using var other = await Operating.SignInAsync(app, "Bo");
        var token = (await operating.PageAsync("/operate/send")).QuerySelector("[name=form_token]")!.GetAttribute("value")!;
        var others = (await other.PageAsync("/operate/send")).QuerySelector("[name=form_token]")!.GetAttribute("value")!;

        using var without = await operating.PostAsync("/operate/send/pause", ("reason", "x"));
        using var foreign = await operating.PostAsync("/operate/send/pause", ("form_token", others), ("reason", "x"));
        operating.Http.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");
        using var crossSite = await operating.PostAsync("/operate/send/pause", ("form_token", token), ("reason", "x"));

        Assert.All([without, foreign, crossSite], answer => Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode));
        Assert.Equal(3, app.Log.All.Count(line => line.StartsWith("Warning 422", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_program_brings_the_key_each_time_and_is_answered_in_JSON()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var program = new HttpClient { BaseAddress = app.Http.BaseAddress };
        program.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));

        using var without = await program.GetAsync("/operate/audit", Cancellation);
        await without.ProblemAsync(HttpStatusCode.Unauthorized);
        Assert.Equal("Bearer", without.Headers.WwwAuthenticate.Single().Scheme);
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestApp.OperateKey);
        Assert.Equal("""{"title":"Audit log","entries":[],"withLooks":false,"older":""}""", await program.GetStringAsync("/operate/audit", Cancellation));
        using var nowhere = await program.GetAsync("/operate/nowhere", Cancellation);
        await nowhere.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("GET", "people/export", "POST")]
    [InlineData("GET", "send/pause", "POST")]
    [InlineData("POST", "audit", "GET, HEAD")]
    [InlineData("PUT", "people/import", "GET, HEAD, POST")]
    [InlineData("PATCH", "people/0123", "GET, HEAD")]
    [InlineData("DELETE", "", "GET, HEAD")]
    public async Task A_wrong_method_is_told_the_right_ones(string method, string path, string allowed)
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var operating = await Operating.SignInAsync(app);
        using var ask = new HttpRequestMessage(new HttpMethod(method), $"/operate/{path}".TrimEnd('/'));

        using var answer = await operating.Http.SendAsync(ask, Cancellation);

        Assert.Equal((HttpStatusCode.MethodNotAllowed, allowed), (answer.StatusCode, string.Join(", ", answer.Content.Headers.Allow)));
    }

    [Theory]
    [InlineData("/operate", "Today", "page")]
    [InlineData("/operate/people/import", "People", "true")]
    [InlineData("/operate/people/00000000000000000000000000000001", "People", "true")]
    [InlineData("/operate/subscriber/00000000000000000000000000000001", "People", "true")]
    [InlineData("/operate/preflight", "Send", "true")]
    public async Task The_menu_says_where_one_is(string path, string entry, string current)
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var operating = await Operating.SignInAsync(app);

        var here = (await operating.PageAsync(path)).QuerySelectorAll(".rooms [aria-current]");

        Assert.Equal([(entry, current)], here.Select(link => (link.TextContent, link.GetAttribute("aria-current")!)));
    }

    [Fact]
    public async Task Signing_out_ends_it()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var operating = await Operating.SignInAsync(app);

        using var left = await operating.PostAsync("/operate/sign-in", ("leave", "1"));
        using var after = await operating.GetAsync("/operate/audit");

        Assert.Equal(HttpStatusCode.SeeOther, after.StatusCode);
    }
}
