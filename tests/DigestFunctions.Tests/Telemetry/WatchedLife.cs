using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Telemetry;
using DigestFunctions.Core.Web.Operate;
using DigestFunctions.Tests.Web.Operate;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Telemetry;

/// <summary>Mina's first digest from the form on, and who isn't let in meanwhile, with all that was heard of it.</summary>
public sealed class WatchedLife(SharedAzurite azurite) : IAsyncLifetime
{
    private const string Mina = "mina@example.com";
    private static readonly Instant Due = Instant.FromUtc(2026, 12, 1, 7, 30);
    private readonly List<string> personal = ["mina", "@", TestApp.OperateKey];

    internal Heard Heard { get; } = new();

    internal string Page { get; private set; } = "";

    /// <summary>What must stand nowhere: addresses, names, ids, keys and all tokens that were mailed.</summary>
    internal IReadOnlyList<string> Personal => personal;

    public async ValueTask InitializeAsync()
    {
        await using var app = await TestApp.StartAsync(azurite);
        await TurnAwayAsync(app);
        var welcome = await app.JoinAsync(Mina);
        using var checkedIn = await app.PressAsync($"/checkin/{welcome.Link("unsubscribe").Split('/')[2]}/2026-W48", ("action", "tried"));

        app.SetTime(Due - Duration.FromMinutes(55));
        await app.PlanAsync();
        var digest = await app.WaitForMailAsync(Mina, "digest");
        await app.EventuallyAsync(() => Task.FromResult(Heard.Spans("handle range").Count > 0), "the end of the range");
        await app.EventuallyAsync(() => Task.FromResult(Heard.Sum("empathy_digest.batches", (Tag.BatchState, "proven")) > 0), "the proof");
        app.SetTime(Due);
        await app.Get<Settler>().SettleAsync(TestContext.Current.CancellationToken);
        using var left = await app.PostAsync(digest.Link("unsubscribe"), ("List-Unsubscribe", "One-Click"));
        using var again = await app.PostAsync(digest.Link("unsubscribe"), ("List-Unsubscribe", "One-Click"));

        Page = await app.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.True(EmailAddress.TryParse(Mina, out var address));
        personal.Add(app.Get<Identities>().Of(address).ToString());
        foreach (var mail in await app.MailAsync(Mina))
            personal.AddRange(Tokens(mail));
        // What comes now is of other tests.
        Heard.Dispose();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task TurnAwayAsync(TestApp app)
    {
        using var noAddress = await app.SubscribeAsync("mina at example.com");
        using var tooQuick = await app.PostAsync("/subscribe", ("email", Mina), ("weekday", "Tue"), ("time", "08:30"), ("zone", "Europe/Paris"));
        using var unsigned = await app.PostEventsAsync("[]"u8.ToArray(), post => post.Headers.Clear());
        using var stranger = Operating.Outside(app);
        for (var tries = 0; tries <= OperatorTries.Most; tries++)
            (await stranger.PostAsync("/operate/sign-in", ("name", "Mina"), ("key", "guessed"))).Dispose();
        stranger.Http.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");
        using var foreign = await stranger.PostAsync("/operate/sign-in", ("name", "Mina"), ("key", TestApp.OperateKey));
    }

    private static IEnumerable<string> Tokens(TestApp.InboxMail mail) => new[] { "confirm", "unsubscribe", "preferences" }
        .Where(kind => mail.Text.Contains($"/{kind}/", StringComparison.Ordinal))
        .Select(kind => mail.Link(kind).Split('/')[2]);
}
