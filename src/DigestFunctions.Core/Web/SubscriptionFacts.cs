using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;

namespace DigestFunctions.Core.Web;

/// <summary>What somebody chose and what comes of it, in lines.</summary>
internal sealed class SubscriptionFacts(Texts texts, LocalTimes times, Subscriptions subscriptions)
{
    public IReadOnlyList<Fact> Chosen(Preferences chosen, Language language) =>
    [
        new(texts[language, "page.facts.when"], times.Weekly(language, chosen.Weekday, chosen.Time, chosen.Zone)),
        new(texts[language, "page.facts.language"], texts[chosen.Language, "page.language_name"]),
        new(texts[language, "page.facts.focus"], Focus(chosen.Tips.Focus, language)),
        new(texts[language, "page.facts.energy"], texts[language, $"page.energies.{chosen.Tips.Energy.ToKey()}"]),
    ];

    /// <summary>What holds now and isn't what she wants.</summary>
    public IReadOnlyList<Fact> Otherwise(Preferences now, Preferences wanted, Language language) =>
        [.. All(now, language).Except(All(wanted, language))];

    public Fact NextDigest(string label, Subscriber subscriber, Language language) => new(
        texts[language, $"page.facts.{label}"],
        times.Moment(language, subscriptions.NextDigest(subscriber), subscriber.Preferences.Zone));

    /// <summary>Whether she pauses, and what comes next.</summary>
    public IReadOnlyList<Fact> ToCome(Subscriber subscriber, Language language)
    {
        var facts = new List<Fact>();
        if (subscriptions.PausedUntil(subscriber) is { } until)
            facts.Add(new Fact(texts[language, "page.preferences.paused_until"], times.Date(language, until)));
        facts.Add(NextDigest("next_digest", subscriber, language));
        if (subscriptions.NextReminder(subscriber) is { } reminder)
            facts.Add(new Fact(texts[language, "page.preferences.next_reminder"], times.Moment(language, reminder, subscriber.Preferences.Zone)));
        return facts;
    }

    private IEnumerable<Fact> All(Preferences chosen, Language language) =>
    [
        .. Chosen(chosen, language),
        new(texts[language, "page.preferences.reminders.title"], Reminders(chosen.Reminders, language)),
        new(texts[language, "page.preferences.name"], chosen.Name.IsEmpty ? texts[language, "page.preferences.none"] : chosen.Name.ToString()),
    ];

    private string Focus(Focus focus, Language language) => focus == Tips.Focus.Everything
        ? texts[language, "page.form.everything"]
        : texts.List(language, [.. focus.Areas.Select(area => texts[language, $"mail.areas.{area.ToKey()}"])]);

    private string Reminders(ReminderChoice reminders, Language language) => reminders.Days.IsEmpty
        ? texts[language, "page.preferences.none"]
        : texts.Fill(
            language,
            "page.preferences.reminders.at",
            ("days", texts.List(language, [.. reminders.Days.Days.Select(day => LocalTimes.Weekday(language, day))])),
            ("time", times.Time(language, reminders.Time.Value)));
}
