using System.Net;
using System.Net.Http.Json;
using AngleSharp.Html.Dom;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DigestFunctions.Tests.Web;

/// <summary>More sign-ups than people.</summary>
public sealed class FloodTests(SharedAzurite azurite)
{
    private const int Flood = 200;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_hundred_sign_ups_from_one_network_send_thirty_mails()
    {
        await using var sending = await Sending.StartAsync(azurite);

        var statuses = await FloodAsync(sending, _ => "203.0.113.7");

        Assert.Equal(SignUpLimits.PerNetwork, statuses.Count(status => status == HttpStatusCode.Accepted));
        Assert.Equal(SignUpLimits.PerNetwork, sending.Provider.TakenAddresses.Count());
    }

    [Fact]
    public async Task From_as_many_networks_they_send_no_more_mails_than_the_ceiling_and_the_operator_is_told()
    {
        const int ceiling = 40;
        await using var sending = await Sending.StartAsync(
            azurite, webhook: false, entries: [], services => services.AddSingleton(new SignUpOptions(ceiling)));

        var statuses = await FloodAsync(sending, number => $"203.0.{number}.7");

        Assert.Equal(ceiling, statuses.Count(status => status == HttpStatusCode.Accepted));
        Assert.Equal(ceiling, sending.Provider.TakenAddresses.Count());
        Assert.Single(sending.App.Log.All, line => line.StartsWith("Warning 412", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("en", HttpStatusCode.TooManyRequests, "Very many sign-ups came from your network")]
    [InlineData("ko", HttpStatusCode.ServiceUnavailable, "한 시간에 받을 수 있는 것보다 많은 분이")]
    public async Task Who_comes_past_a_limit_finds_what_she_typed_and_when_to_come_back(string language, HttpStatusCode status, string said)
    {
        await using var app = await TestApp.StartAsync(azurite, services => services.AddSingleton(
            new SignUpOptions(status == HttpStatusCode.ServiceUnavailable ? SignUpLimits.PerNetwork - 1 : SignUpLimits.PerNetwork + 1)));
        for (var number = 0; number < SignUpLimits.PerNetwork; number++)
            await SignUpAsync(app, number, from: null);

        var answer = await app.PressAsync($"/?language={language}", ("email", "mina@example.com"), ("name", "Mina"), ("zone", "Asia/Seoul"));

        IHtmlDocument page = await answer.PageAsync(status);
        Assert.Contains(said, page.QuerySelector(".notice")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(("mina@example.com", "Mina", "Asia/Seoul"), (page.Filled()["email"], page.Filled()["name"], page.Filled()["zone"]));
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));

        using var program = await SignUpAsync(app, 99, from: null);
        Assert.NotNull(program.Headers.RetryAfter);
        Assert.Equal("Not signed up yet", (await program.ProblemAsync(status)).GetProperty("title").GetString());
    }

    private static async Task<IReadOnlyCollection<HttpStatusCode>> FloodAsync(Sending sending, Func<int, string> network)
    {
        var statuses = new HttpStatusCode[Flood];
        await Parallel.ForAsync(0, Flood, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancellation }, async (number, _) =>
        {
            using var answer = await SignUpAsync(sending.App, number, network(number));
            statuses[number] = answer.StatusCode;
        });
        await sending.App.IdleAsync();
        return statuses;
    }

    private static async Task<HttpResponseMessage> SignUpAsync(TestApp app, int number, string? from)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/subscribe")
        {
            Content = JsonContent.Create(new { email = $"flood{number}@example.com", weekday = "Tue", time = "08:30", zone = "Europe/Paris" }),
        };
        if (from is not null)
            request.Headers.Add("X-Forwarded-For", from);
        return await app.Http.SendAsync(request, Cancellation);
    }
}
