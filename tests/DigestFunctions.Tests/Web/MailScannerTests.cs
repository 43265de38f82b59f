using System.Text.RegularExpressions;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Azure.Data.Tables;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Subscribers;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Web;

/// <summary>
/// A mail scanner asks for every link of every mail, by HEAD and by GET; some press every button that they find, and
/// every one that comes of it, all in the same moment.
/// </summary>
public sealed partial class MailScannerTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private static readonly string[] AllKinds =
        ["confirm", "confirm-reminder", "welcome", "digest", "reminder", "link", "data", "new-address", "address-told"];

    // How far it goes on pressing what its presses bring.
    private const int Presses = 3;

    private readonly HashSet<string> scanned = [];

    private TestApp App => fixture.App;

    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public async Task Whatever_it_opens_and_presses_at_once_changes_nothing_and_a_person_s_presses_do(string language)
    {
        var (email, moved) = ($"scanned.{language}@example.com", $"moved.{language}@example.com");
        // A slot of her own: the other's has been planned.
        var time = language == "en" ? "08:30" : "08:00";
        App.SetTime(TestApp.Start);
        await SuccessAsync(App.SubscribeAsync(email, language: language, time: time));
        await ScanAsync(email, "confirm");
        App.SetTime(TestApp.Start + Duration.FromHours(25));
        await App.Get<Sweep>().RunAsync(TestContext.Current.CancellationToken);
        var confirm = await ScanAsync(email, "confirm-reminder");
        await SuccessAsync(App.PressAsync(confirm.Link("confirm")));
        var preferences = (await ScanAsync(email, "welcome")).Link("preferences");

        await SuccessAsync(App.PressAsync(preferences, ("action", "save"), ("reminders", "Thu"), ("reminder_time", time)));
        App.SetTime(Instant.FromUtc(2026, 12, 1, 6, 35));
        await App.PlanAsync();
        await ScanAsync(email, "digest");
        App.SetTime(Instant.FromUtc(2026, 12, 3, 6, 35));
        await App.PlanAsync();
        await ScanAsync(email, "reminder");

        await SuccessAsync(App.PressAsync("/link", ("email", email)));
        await ScanAsync(email, "link");
        await SuccessAsync(App.PressAsync(preferences + "/data"));
        var data = await ScanAsync(email, "data");
        await SuccessAsync(App.PostAsync(data.Link("data"), ("action", "change"), ("address", moved)));
        var address = await ScanAsync(moved, "new-address");
        await SuccessAsync(App.PressAsync(address.Link("address")));
        await ScanAsync(email, "address-told");

        Assert.Equal(AllKinds.Order(StringComparer.Ordinal), scanned.Order(StringComparer.Ordinal));
    }

    private static async Task SuccessAsync(Task<HttpResponseMessage> asking)
    {
        using var answer = await asking;
        answer.EnsureSuccessStatusCode();
    }

    private async Task<TestApp.InboxMail> ScanAsync(string email, string kind)
    {
        var mail = await App.WaitForMailAsync(email, kind);
        await App.IdleAsync();
        var before = await RowsAsync();
        // However slow the machine is, a scanner is fast.
        App.Time.Stop();
        foreach (var link in Links(mail))
        {
            using var head = await fixture.AskAsync(HttpMethod.Head, link);
            using var opened = await fixture.AskAsync(HttpMethod.Get, link);
            await PressAllAsync(link, opened, Presses);
        }

        App.Time.GoOn();
        await App.IdleAsync();
        Assert.Equal(before, await RowsAsync());
        scanned.Add(kind);
        return mail;
    }

    private async Task PressAllAsync(string at, HttpResponseMessage answer, int presses)
    {
        // Leaving makes nobody wait, and is taken back by a press.
        var makesNobodyWait = at.StartsWith("/unsubscribe/", StringComparison.Ordinal);
        if (presses == 0 || makesNobodyWait || answer.Content.Headers.ContentType?.MediaType != "text/html")
            return;
        var page = new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        foreach (var form in page.Forms)
        {
            var to = form.Target(at);
            foreach (var button in form.Elements.OfType<IHtmlButtonElement>())
            {
                IEnumerable<KeyValuePair<string, string>> fields = button.Name is { } name ? form.Standing().Append(new(name, button.Value)) : form.Standing();
                using var pressed = await fixture.AskAsync(HttpMethod.Post, to, new FormUrlEncodedContent(fields));
                Assert.True((int)pressed.StatusCode < 500, $"{(int)pressed.StatusCode} {to.Split('/')[1]}");
                await PressAllAsync(to, pressed, presses - 1);
            }
        }
    }

    private static List<string> Links(TestApp.InboxMail mail)
    {
        var links = new HtmlParser().ParseDocument(mail.Html).Links.Select(link => link.GetAttribute("href")!)
            .Concat(AnyLink().Matches(mail.Text + " " + mail.Headers.GetValueOrDefault("List-Unsubscribe")).Select(match => match.Value))
            .Select(link => new Uri(link).PathAndQuery).Distinct(StringComparer.Ordinal).ToList();
        // The old address is told that there is nothing to do.
        Assert.True(links.Count > 0 || mail.Kind == "address-told");
        return links;
    }

    /// <summary>All that is kept of subscribers, but for when it was written: saving what is so already writes it again.</summary>
    private async Task<List<string>> RowsAsync()
    {
        var rows = new List<string>();
        foreach (var table in (TableClient[])[App.Store.Subscribers, App.Store.Schedule, App.Store.Suppressions])
        {
            await foreach (var row in table.QueryAsync<TableEntity>(cancellationToken: TestContext.Current.CancellationToken))
                rows.AddRange(IsMark(row) ? [] : [$"{table.Name}: {string.Join(' ', row.Where(column => column.Key is not ("Timestamp" or "odata.etag")).OrderBy(column => column.Key, StringComparer.Ordinal).Select(column => $"{column.Key}={column.Value}"))}"]);
        }

        return rows;
    }

    // What says that a slot was written to, which changes nobody.
    private static bool IsMark(TableEntity row) => row.RowKey == ScheduleEntries.Changed;

    [GeneratedRegex(@"https?://[^\s<>""]+", RegexOptions.None, 1000)]
    private static partial Regex AnyLink();
}
