using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using DigestFunctions.Core.Operations;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Web.Operate;

/// <summary>Who did what when, and not, unless asked for, who only looked.</summary>
public sealed class AuditPageTests(SharedAzurite azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_done_is_there_and_looks_and_sign_ins_are_asked_for()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var operating = await Operating.SignInAsync(app);
        var her = People.Id(1).ToString();
        await AddAsync(app, AuditAction.Suppressed, her);
        await AddAsync(app, AuditAction.LookedAt, her);
        await AddAsync(app, AuditAction.LetBe, "digest|Europe~Paris|Tue|08:30|2026-11-24 000");

        var done = await operating.PageAsync("/operate/audit");
        var all = await operating.PageAsync(done.QuerySelector("main a[href*=looks]")!.GetAttribute("href")!);

        Assert.Equal(["let be", "suppressed"], Actions(done));
        Assert.Equal(["let be", "looked at", "signed in", "suppressed"], Actions(all).Order(StringComparer.Ordinal));
        // Of the two, only one is of a person.
        Assert.Equal([$"/operate/people/{her}"], done.QuerySelectorAll("tbody a").Select(link => link.GetAttribute("href")));
    }

    [Fact]
    public async Task Older_entries_follow_without_a_gap_or_a_double_to_a_program_too()
    {
        const int Entries = 450;
        await using var app = await TestApp.StartAsync(azurite);
        for (var number = 0; number < Entries; number++)
        {
            app.SetTime(TestApp.Start + Duration.FromHours(number));
            await AddAsync(app, number % 2 == 0 ? AuditAction.Released : AuditAction.Erased, $"{number}");
            if (number % 3 == 0)
                await AddAsync(app, AuditAction.LookedAt, "somebody");
        }

        var (read, sizes) = (new List<string>(), new List<int>());
        for (var address = "/operate/audit"; address.Length > 0;)
        {
            var part = await AskAsync(app, address);
            var entries = part.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("about").GetString()!).ToList();
            read.AddRange(entries);
            sizes.Add(entries.Count);
            address = part.GetProperty("older").GetString()!;
        }

        Assert.Equal(Enumerable.Range(0, Entries).Reverse().Select(number => $"{number}"), read);
        Assert.Equal([200, 200, 50], sizes);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("0000000000000000000|00000000000000000000000000000000' or true")]
    public async Task What_is_no_entry_is_said(string before)
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var operating = await Operating.SignInAsync(app);

        await operating.PageAsync($"/operate/audit?before={Uri.EscapeDataString(before)}", HttpStatusCode.NotFound);
    }

    private static async Task AddAsync(TestApp app, AuditAction action, string about)
    {
        Assert.True(Operator.TryParse("Jo", out var jo));
        await app.Get<AuditLog>().AddAsync(jo, action, about, "", Cancellation);
        app.Time.Pass(Duration.FromSeconds(1));
    }

    private static IEnumerable<string> Actions(AngleSharp.Html.Dom.IHtmlDocument page) =>
        page.QuerySelectorAll("tbody td[data-name=What]").Select(cell => cell.TextContent);

    private static async Task<JsonElement> AskAsync(TestApp app, string address)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Get, address);
        ask.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestApp.OperateKey);
        ask.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var answer = await app.Http.SendAsync(ask, Cancellation);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation)).RootElement;
    }
}
