using System.Text;
using System.Text.RegularExpressions;
using DigestFunctions.Core.Delivery;
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

    /// <summary>Nobody can tell from here, which says nothing of how it is.</summary>
    Unknown,
}

/// <param name="Name">What was checked.</param>
/// <param name="Result">How it came out.</param>
/// <param name="Words">What was found, and where it isn't good, what to do.</param>
internal sealed record Check(string Name, CheckResult Result, string Words);

/// <summary>Whether a path of ours is a page.</summary>
internal delegate bool IsOwnPage(string path);

/// <summary>
/// Looks whether the mail of this week, of which some may be due in minutes, and of the coming one can be sent: all
/// variants are rendered, and the provider asked. Changes nothing.
/// </summary>
internal sealed partial class Preflight(
    TipLibrary tips,
    Calendar calendar,
    MailRenderer renderer,
    SendGridOptions sendGrid,
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

    /// <summary>How long ago mail must have been due to judge events by it: by then, the first of them were counted.</summary>
    public static readonly Duration EventsPatience = Settler.LooksAfterSending[1];

    // By so much the latest zone is behind UTC, and so its week.
    private static readonly Duration BehindUtc = Duration.FromHours(12);

    // What we call, by the names that SendGrid has for it.
    private static readonly string[] Scopes =
    [
        "mail.send", "mail.batch.create", "user.scheduled_sends.create", "user.scheduled_sends.read", "user.scheduled_sends.delete",
        "asm.suppressions.global.create", "asm.suppressions.global.delete",
    ];

    public async Task<IReadOnlyList<Check>> RunAsync(CancellationToken cancellation)
    {
        var days = await snapshots.SinceAsync(time.Now.InUtc().Date.PlusDays(-7), cancellation);
        var refusal = await refusals.FindAsync(cancellation);
        return
        [
            .. Content(Issues),
            Sender(refusal),
            await ProviderAsync(refusal, cancellation),
            await EventsAsync(cancellation),
            await SwitchAsync(cancellation),
            Due(days),
        ];
    }

    /// <summary>This week's and the coming one's; while it is still last week somewhere, that one's too.</summary>
    public IReadOnlyList<IssueId> Issues
    {
        get
        {
            var issues = new List<IssueId> { IssueId.Of(time.Now - BehindUtc, DateTimeZone.Utc) };
            while (issues[^1] <= IssueId.Of(time.Now, DateTimeZone.Utc))
                issues.Add(issues[^1].Plus(1));
            return issues;
        }
    }

    /// <summary>All of it in one sentence.</summary>
    public static string Verdict(IReadOnlyList<Check> checks) =>
        (checks.Any(check => check.Result is CheckResult.Bad), checks.Count(check => check.Result is CheckResult.Doubtful)) switch
        {
            (true, _) => "Something has to be mended before mail can go.",
            (_, 0) when checks.Any(check => check.Result is CheckResult.Unknown) => "Ready, as far as can be known from here.",
            (_, 0) => "Ready to go.",
            (_, 1) => "Ready, with one doubt.",
            (_, var doubts) => $"Ready, with {doubts} doubts.",
        };

    private IEnumerable<Check> Content(IReadOnlyList<IssueId> issues)
    {
        yield return new Check("Library", CheckResult.Good, $"{tips.All.Count} tips in {string.Join(" and ", tips.Languages)}, checked when the service started.");
        var variants = (from issue in issues from tip in TipChoice.All.Select(choice => calendar.TipOf(issue, choice)).Distinct() select (Issue: issue, Tip: tip)).ToList();
        var (broken, largest, dead) = (new List<string>(), 0, new SortedSet<string>(StringComparer.Ordinal));
        foreach (var (issue, tip, language) in from variant in variants from language in tips.Languages select (variant.Issue, variant.Tip, language))
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
                broken.Add($"{tip} of {issue} in {language}");
            }
        }

        yield return broken.Count == 0
            ? new Check("Mails", CheckResult.Good, $"{string.Join(", ", variants.CountBy(variant => variant.Issue).Select(each => $"{each.Key} has {each.Value} variants"))}, in each of {tips.Languages.Count} languages, and all of them render.")
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

    // What the settings lack is said as at start.
    private Check Sender(SendingRefusal? refusal) => (gaps.Find("Mail:FromAddress") ?? gaps.Find("Links:BaseUrl")) switch
    {
        _ when refusal is { IsOfSender: true } => new Check("Sender", CheckResult.Bad, $"SendGrid refuses it: {Sentence.Ended(refusal.Why)} Have SendGrid verify it (Sender Authentication), or set Mail:FromAddress to one that is."),
        { } gap => new Check("Sender", CheckResult.Doubtful, $"{gap.What} {gap.Remedy}"),
        _ when sendGrid.BaseUrl.IsLoopback => new Check("Sender", CheckResult.Good, "Mail goes to a stand-in for SendGrid on this machine, which takes any sender."),
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
            ProbeOutcome.Away when !gaps.IsProviderKnown => new Check("SendGrid", CheckResult.Unknown, "Where the service finds it can't be known from here."),
            ProbeOutcome.Away away => new Check("SendGrid", CheckResult.Bad, $"It doesn't answer: {Sentence.Ended(away.Why)} Look at status.sendgrid.com."),
            var other => throw new InvalidOperationException($"Unknown outcome {other.GetType().Name}."),
        };
    }

    private async Task<Check> EventsAsync(CancellationToken cancellation)
    {
        if (!gaps.IsProviderKnown)
            return new Check("Events", CheckResult.Unknown, "Whether SendGrid's events are set up can't be known from here.");
        if (sendGrid.WebhookPublicKey.Length == 0)
            return new Check("Events", CheckResult.Doubtful, gaps.Find(SendGridOptions.WebhookKeySetting) is { } gap ? $"{gap.What} {gap.Remedy}" : "SendGrid's events don't reach us.");
        // Of what was due just now, or is handed over ahead, none can have come yet.
        var mails = await snapshots.MailsAsync(time.Now - Duration.FromDays(7), time.Now - EventsPatience, cancellation);
        return (mails.Accepted, mails.Delivered) switch
        {
            ( > 0, 0) => new Check("Events", CheckResult.Bad, $"{mails.Accepted} mails were taken in the last week and no event says that any was delivered: look at the webhook's address, its key and its events."),
            (0, _) => new Check("Events", CheckResult.Good, "The webhook's key is set. In the last week nothing was due, up to an hour ago, by which to tell whether they come."),
            _ => new Check("Events", CheckResult.Good, $"They come: {mails.Delivered} of {mails.Accepted} mails of the last week were said to be delivered."),
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
