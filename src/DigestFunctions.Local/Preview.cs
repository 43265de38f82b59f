using System.Net;
using System.Text;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using NodaTime;

namespace DigestFunctions.Local;

/// <summary>
/// Writes every mail in every language into <c>.data/preview</c>, for people to look at: HTML, text, and where there
/// is a Chromium a picture of both widths, in light and in dark; and a page that leads to all of it.
/// </summary>
internal sealed class Preview(MailRenderer renderer, TipLibrary tips, Texts texts, MailSample samples, string folder)
{
    // One of each energy.
    private IEnumerable<TipFacts> Sample => tips.All.DistinctBy(tip => tip.Energy);

    public static async Task RunAsync(CancellationToken cancellation)
    {
        var workplace = Workplace.Find();
        var settings = await LocalSettings.DefaultsAsync(workplace, LocalOptions.UsualPort, cancellation);
        settings["Data"] = "UseDevelopmentStorage=true";
        settings["SendGrid:BaseUrl"] = "http://localhost";
        await using var app = LocalService.Build(port: 0, settings, fromEnvironment: false, detail: LogLevel.Warning);
        var folder = Path.GetDirectoryName(workplace.InData("preview", "index.html"))!;
        var preview = new Preview(
            app.Services.GetRequiredService<MailRenderer>(),
            app.Services.GetRequiredService<TipLibrary>(),
            app.Services.GetRequiredService<Texts>(),
            app.Services.GetRequiredService<MailSample>(),
            folder);
        var names = preview.Write();
        var chromium = Chromium.Find();
        foreach (var name in chromium is null ? [] : names)
            await chromium!.PictureAsync(new Uri(Path.Combine(folder, name + ".both.html")), Path.Combine(folder, name), width: 964, height: 2_200, cancellation);
        Console.WriteLine($"{names.Count} mails are in {folder}; begin with index.html.{(chromium is not null ? "" : " There is no Chromium on the PATH to make pictures with.")}");
    }

    /// <returns>The mails' names.</returns>
    public IReadOnlyList<string> Write()
    {
        var mails = texts.Languages.SelectMany(Mails).ToList();
        var index = new StringBuilder("<!doctype html><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\"><title>Mails</title><ul>");
        foreach (var (name, language, mail) in mails)
        {
            var sample = samples.Of(mail, language);
            File.WriteAllText(Path.Combine(folder, name + ".html"), sample.Html);
            File.WriteAllText(Path.Combine(folder, name + ".txt"), sample.Text);
            // A frame is as wide as a phone, whatever the window.
            File.WriteAllText(
                Path.Combine(folder, name + ".both.html"),
                $"<!doctype html><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\"><body style=\"margin:0\"><iframe src=\"{name}.html\" width=\"320\" height=\"2200\" style=\"border:0\"></iframe><iframe src=\"{name}.html\" width=\"640\" height=\"2200\" style=\"border:0\"></iframe>");
            index.Append(System.Globalization.CultureInfo.InvariantCulture, $"<li lang=\"{language}\"><a href=\"{name}.html\">{WebUtility.HtmlEncode(mail.Subject)}</a> ({name}; <a href=\"{name}.txt\">text</a>, <a href=\"{name}.both.html\">320 and 640</a>)");
        }

        File.WriteAllText(Path.Combine(folder, "index.html"), index.ToString());
        return [.. mails.Select(mail => mail.Name)];
    }

    private IEnumerable<(string Name, Language Language, RenderedMail Mail)> Mails(Language language)
    {
        var now = SystemClock.Instance.GetCurrentInstant();
        var issue = IssueId.Of(now, DateTimeZone.Utc);
        var zone = Zone(language == Language.Korean ? "Asia/Seoul" : "Europe/London");
        var preferences = new Preferences(
            default, language, zone, IsoDayOfWeek.Tuesday, SlotTime.TryParse("08:30", out var time) ? time : default);
        var next = zone.Zone.AtLeniently(issue.Plus(1).Monday.PlusDays(1) + time.Value).ToInstant();
        yield return ($"{language}-confirm", language, renderer.Confirm(preferences, now));
        yield return ($"{language}-confirm-reminder", language, renderer.ConfirmReminder(preferences, now, now + LinkTokens.ConfirmLifetime));
        yield return ($"{language}-welcome", language, renderer.Welcome(preferences, tips[tips.All[0].Id, language], issue, next));
        yield return ($"{language}-welcome-again", language, renderer.Welcome(preferences, tip: null, issue, next));
        foreach (var tip in Sample)
            yield return ($"{language}-digest-{tip.Area.ToKey()}-{tip.Energy.ToKey()}", language, renderer.Digest(language, tip.Id, issue));
        yield return ($"{language}-reminder", language, renderer.Reminder(language, tips.All[0].Id, issue));
    }

    private static TimeZoneId Zone(string id) => TimeZoneId.TryParse(id, out var zone) ? zone : throw new InvalidOperationException(id);
}
