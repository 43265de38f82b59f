using System.Net;
using AngleSharp.Html.Parser;
using DigestFunctions.Core.Schedule;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests;

/// <summary>Mail as it is in the inbox.</summary>
public sealed class ArrivedMailTests(SharedAzurite azurite)
{
    private static readonly Instant Ahead = Instant.FromUtc(2026, 12, 1, 7, 30) - Duration.FromMinutes(55);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("digest")]
    [InlineData("reminder")]
    public async Task Mail_of_the_list_says_of_itself_all_that_it_should(string kind)
    {
        await using var app = await TestApp.StartAsync(azurite);
        var slot = Slots.Slot($"{kind}|Europe~Paris|Tue|08:30");
        await app.Store.ScheduleAsync(slot, People.Entry(1) with { WeeksBack = slot.Kind == SlotKind.Reminder ? 0 : null });
        await app.Services.GetRequiredService<SlotTable>().EnsureAsync(slot, TestApp.Start, Cancellation);

        app.SetTime(Ahead);
        await app.PlanAsync();
        var mail = await app.WaitForMailAsync(People.AddressText(1), kind);

        Assert.Equal(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Auto-Submitted"] = "auto-generated",
                ["List-Id"] = "<digest.example.com>",
                ["List-Unsubscribe"] = $"<http://digest.test{mail.Link("unsubscribe")}>",
                ["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click",
            },
            mail.Headers);
        Assert.Contains($"http://digest.test{mail.Link("unsubscribe")}", mail.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public async Task Every_link_that_a_subscriber_gets_leads_to_a_page(string language)
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var asked = await app.SubscribeAsync("mina@example.com", language: language);
        await OpenAllAsync(app, await app.WaitForMailAsync("mina@example.com", "confirm"));
        var welcome = await app.JoinAsync("mina@example.com", language);
        app.SetTime(Ahead);
        await app.PlanAsync();
        var digest = await app.WaitForMailAsync("mina@example.com", "digest");

        await OpenAllAsync(app, welcome);
        await OpenAllAsync(app, digest);
    }

    private static async Task OpenAllAsync(TestApp app, TestApp.InboxMail mail)
    {
        var links = new HtmlParser().ParseDocument(mail.Html).Links.Select(link => new Uri(link.GetAttribute("href")!)).ToList();
        Assert.NotEmpty(links);
        foreach (var link in links)
        {
            using var page = await app.GetAsync(link.PathAndQuery);
            Assert.True(page.StatusCode == HttpStatusCode.OK, $"{(int)page.StatusCode} {link.AbsolutePath.Split('/')[1]}");
        }
    }
}
