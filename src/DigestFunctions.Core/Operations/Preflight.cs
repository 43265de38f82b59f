using System.Text;
using System.Text.RegularExpressions;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Tips;
using NodaTime;
using NodaTime.Text;
using static System.FormattableString;

namespace DigestFunctions.Core.Operations;

/// <summary>How a check came out.</summary>
internal enum CheckResult
{
    Good,

    /// <summary>It can go on so, and should be looked at.</summary>
    Doubtful,

    /// <summary>Mail can't be sent so.</summary>
    Bad,
}

/// <param name="Name">What was checked.</param>
/// <param name="Result">How it came out.</param>
/// <param name="Words">What was found, and where it isn't good, what to do.</param>
internal sealed record Check(string Name, CheckResult Result, string Words);

/// <summary>Whether a path of ours is a page.</summary>
internal delegate bool IsOwnPage(string path);

/// <summary>Looks, before a week's mail is due, whether it can be sent: all of its variants are rendered, and the provider asked. Changes nothing.</summary>
internal sealed partial class Preflight(
    TipLibrary tips,
    Calendar calendar,
    MailRenderer renderer,
    MailOptions mail,
    SendGridOptions sendGrid,
    PublicAddress address,
    IMailProvider provider,
    Snapshots snapshots,
    SendingSwitch sending,
    SendingRefusals refusals,
    SettingGaps gaps,
    IsOwnPage isOwnPage,
    TimeProvider time)
{
    /// <summary>Gmail cuts off longer ones.</summary>
    public const int MostBytes = 102 * 1024;

    // What we call, by the names that SendGrid has for it.
    private static readonly string[] Scopes = ["mail.send", "mail.batch.create", "user.scheduled_sends.create", "user.scheduled_sends.read", "user.scheduled_sends.delete"];

    public async Task<IReadOnlyList<Check>> RunAsync(CancellationToken cancellation)
    {
        var issue = IssueId.Of(time.Now, DateTimeZone.Utc).Plus(1);
        var days = await snapshots.SinceAsync(time.Now.InUtc().Date.PlusDays(-7), cancellation);
        var refusal = await refusals.FindAsync(cancellation);
        return
        [
            .. Content(issue),
            Sender(refusal),
            await ProviderAsync(refusal, cancellation),
            Events(days),
            await SwitchAsync(cancellation),
            Due(days),
        ];
    }

    private IEnumerable<Check> Content(IssueId issue)
    {
        yield return new Check("Library", CheckResult.Good, $"{tips.All.Count} tips in {string.Join(" and ", tips.Languages)}, checked when the service started.");
        var variants = TipChoice.All.Select(choice => calendar.TipOf(issue, choice)).Distinct().ToList();
        var (broken, largest, dead) = (new List<string>(), 0, new SortedSet<string>(StringComparer.Ordinal));
        foreach (var (tip, language) in from tip in variants from language in tips.Languages select (tip, language))
        {
            try
            {
                var digest = renderer.Digest(language, tip, issue);
                largest = Math.Max(largest, Encoding.UTF8.GetByteCount(digest.Html));
                foreach (var html in new[] { digest.Html, renderer.Reminder(language, tip, issue).Html })
                    dead.UnionWith(DeadLinks(html));
            }
            catch (Exception failure) when (failure is KeyNotFoundException or Scriban.Syntax.ScriptRuntimeException or InvalidDataException)
            {
                broken.Add($"{tip} in {language}");
            }
        }

        yield return broken.Count == 0
            ? new Check("Mails", CheckResult.Good, $"{issue} has {variants.Count} variants in each of {tips.Languages.Count} languages, and all of them render.")
            : new Check("Mails", CheckResult.Bad, $"{string.Join(", ", broken)} can't be rendered. Run the command tips lint.");
        yield return largest < MostBytes
            ? new Check("Size", CheckResult.Good, Invariant($"The largest is {largest / 1024.0:F0} KB of HTML; Gmail cuts off at 102 KB."))
            : new Check("Size", CheckResult.Bad, Invariant($"The largest is {largest / 1024.0:F0} KB of HTML, and Gmail cuts it off at 102 KB, with the link to leave. Shorten its tip."));
        yield return dead.Count == 0
            ? new Check("Links", CheckResult.Good, "Every link of ours leads to a page.")
            : new Check("Links", CheckResult.Bad, $"These lead nowhere: {string.Join(", ", dead)}.");
    }

    private IEnumerable<string> DeadLinks(string html) =>
        from Match link in Link().Matches(html)
        let path = new Uri(link.Groups["url"].Value.Replace(SubstitutionTags.Token, "token", StringComparison.Ordinal)).AbsolutePath
        where !isOwnPage(path)
        select path;

    private Check Sender(SendingRefusal? refusal) => (mail.IsExample, address.IsSecure) switch
    {
        _ when refusal is { IsOfSender: true } => new Check("Sender", CheckResult.Bad, $"SendGrid refuses it: {Sentence.Ended(refusal.Why)} Have SendGrid verify it (Sender Authentication), or set Mail:FromAddress to one that is."),
        (true, _) => new Check("Sender", CheckResult.Doubtful, "Mail comes from an example address: set Mail:FromAddress to one of a domain that SendGrid has authenticated."),
        (_, false) => new Check("Sender", CheckResult.Doubtful, "Links:BaseUrl has no TLS: mail programs offer one-click unsubscribing only with https."),
        _ => new Check("Sender", CheckResult.Good, "The sender is set. Whether SendGrid has authenticated its domain, its own page Sender Authentication says."),
    };

    private async Task<Check> ProviderAsync(SendingRefusal? refusal, CancellationToken cancellation)
    {
        if (sendGrid.ApiKey.Length == 0)
            return new Check("SendGrid", CheckResult.Bad, gaps.Find(SendGridOptions.KeySetting) is { } gap ? $"{gap.What} {gap.Remedy}" : "There is no key.");
        return await provider.ProbeAsync(cancellation) switch
        {
            ProbeOutcome.Well { Scopes: var granted } when Scopes.Except(granted, StringComparer.Ordinal).ToList() is { Count: > 0 } missing =>
                new Check("SendGrid", CheckResult.Doubtful, $"The key lacks {string.Join(", ", missing)}: give it these in SendGrid's settings."),
            ProbeOutcome.Well when refusal is { IsOfSender: false } => new Check("SendGrid", CheckResult.Bad, $"It knows the key and refuses our mail: {Sentence.Ended(refusal.Why)} Look at the key's scopes, and how the account is."),
            ProbeOutcome.Well => new Check("SendGrid", CheckResult.Good, "It answers, and the key has the scopes that are used."),
            ProbeOutcome.KeyRefused refused => new Check("SendGrid", CheckResult.Bad, $"It refuses the key: {Sentence.Ended(refused.Why)} Set SendGrid:ApiKey."),
            ProbeOutcome.Away away => new Check("SendGrid", CheckResult.Bad, $"It doesn't answer: {Sentence.Ended(away.Why)} Look at status.sendgrid.com."),
            var other => throw new InvalidOperationException($"Unknown outcome {other.GetType().Name}."),
        };
    }

    private Check Events(IReadOnlyList<Day> days)
    {
        var (accepted, delivered) = (days.Sum(day => day.Mails.Accepted), days.Sum(day => day.Mails.Delivered));
        return (sendGrid.WebhookPublicKey.Length, accepted, delivered) switch
        {
            (0, _, _) => new Check("Events", CheckResult.Doubtful, gaps.Find(SendGridOptions.WebhookKeySetting) is { } gap ? $"{gap.What} {gap.Remedy}" : "SendGrid's events don't reach us."),
            (_, > 0, 0) => new Check("Events", CheckResult.Bad, $"{accepted} mails were taken in the last week and no event says that any was delivered: look at the webhook's address, its key and its events."),
            (_, 0, _) => new Check("Events", CheckResult.Good, "The webhook's key is set. No mail was sent in the last week whose events could have come."),
            _ => new Check("Events", CheckResult.Good, $"They come: {delivered} of {accepted} mails of the last week were said to be delivered."),
        };
    }

    private async Task<Check> SwitchAsync(CancellationToken cancellation) => await sending.FindAsync(cancellation) is { } pause
        ? new Check("Switch", CheckResult.Bad, $"All sending is paused by {pause.By}: {Sentence.Ended(pause.Why)}")
        : new Check("Switch", CheckResult.Good, "Sending isn't paused.");

    private static Check Due(IReadOnlyList<Day> days)
    {
        if (days.LastOrDefault(day => day.TakenAt is not null) is not { } counted)
            return new Check("Due", CheckResult.Good, "Nobody has been counted yet; the sweep does it daily at 03:17 UTC.");
        var from = counted.TakenAt!.Value;
        var perDay = counted.DueByHour.Index().GroupBy(
            hour => (from + Duration.FromHours(hour.Index)).InUtc().Date, hour => hour.Item).Select(day => Invariant($"{day.Key:uuuu-MM-dd} {day.Sum():N0}"));
        return new Check("Due", CheckResult.Good, $"Digests by UTC day, as of {InstantPattern.General.Format(from)}: {string.Join(", ", perDay)}.");
    }

    [GeneratedRegex("href=\"(?<url>https?://[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
