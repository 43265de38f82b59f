using System.Globalization;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using NodaTime;

namespace DigestFunctions.Core.Operations.Importing;

/// <summary>Reads a row's fields. What is wrong is said in words that hold nothing of it.</summary>
/// <param name="languages">Those that the content has.</param>
internal sealed class RowReader(Identities identities, IReadOnlyCollection<Language> languages, ImportOptions options, Instant now)
{
    public const int LongestSource = 1_000;

    // As the form has it.
    private const IsoDayOfWeek UsualWeekday = IsoDayOfWeek.Tuesday;
    private const string UsualTime = "08:30";

    private static readonly Instant Oldest = Instant.FromUtc(1990, 1, 1, 0, 0);

    // With slashes as spreadsheets write them, a year in front: in any other order nobody can tell day and month apart.
    private static readonly string[] Moments =
    [
        .. from date in (string[])["yyyy-MM-dd", "yyyy/M/d"]
           from time in (string[])["", "'T'HH:mm:ssK", "'T'HH:mm:ss.FFFFFFFK", "'T'HH:mmK", " H:mm:ssK", " H:mm:ss.FFFFFFFK", " H:mmK"]
           select date + time,
    ];

    /// <param name="field">The text of a column; empty where the file hasn't got it.</param>
    public RowReading Read(Func<ImportColumn, string> field)
    {
        switch (field(ImportColumn.State).ToLowerInvariant())
        {
            case "" or "active" or "subscribed" or "pending" or "unconfirmed":
                break;
            case "left" or "unsubscribed" or "suppressed" or "moved" or "cleaned" or "bounced" or "complained" or "inactive":
                return RowReading.NotSubscribed.Row;
            default:
                return new RowReading.Refused("state is none that is known: active, pending, left or suppressed");
        }

        var email = FieldText.Restore(field(ImportColumn.Email));
        if (!EmailAddress.TryParse(email, out var address))
            return new RowReading.Refused(email.Length == 0 ? "email is empty" : "email is no address that mail can be sent to");
        var unproven = ReadConsent(field, out var consent);
        if (ReadPreferences(field, out var preferences, out var pausedUntil) is { } fault)
            return new RowReading.Refused(fault);
        return new RowReading.Person(new ImportedPerson(identities.Of(address), address, preferences!, pausedUntil, consent, unproven));
    }

    private string? ReadConsent(Func<ImportColumn, string> field, out ConsentEvidence? consent)
    {
        consent = null;
        var (text, written) = (field(ImportColumn.Consent), field(ImportColumn.ConsentSource));
        if (FieldText.IsFormula(written))
            return "consent_source begins with =, +, - or @, and a spreadsheet would run it; if that is right, put ' before it";
        var source = FieldText.Restore(written);
        if (source.Length > LongestSource || source.Any(char.IsControl))
            return $"consent_source is longer than {LongestSource} characters, or holds signs that can't be seen";
        if (text.Length == 0)
            return options.AsksByMail ? null : "consent is empty: nothing says when it was given";
        if (!TryMoment(text, out var moment))
            return "consent is in none of the forms that are taken: 2026-03-31 or 2026/03/31, alone or with a time as in 2026-03-31T09:30:00Z or 2026/03/31 9:30";
        var at = Instant.FromDateTimeOffset(moment);
        if (at < Oldest || at > now + Duration.FromDays(1))
            return "consent lies in the future, or before 1990";
        if (source.Length > 0)
            consent = new ConsentEvidence(at, source);
        return source.Length > 0 || options.AsksByMail ? null : "consent_source is empty: nothing says how consent was given";
    }

    private string? ReadPreferences(Func<ImportColumn, string> field, out Preferences? preferences, out LocalDate? pausedUntil)
    {
        (preferences, pausedUntil) = (null, null);
        var written = field(ImportColumn.Name);
        if (FieldText.IsFormula(written))
            return "name begins with =, +, - or @, and a spreadsheet would run it; if that is right, put ' before it";
        if (!PersonName.TryParse(FieldText.Restore(written), out var name))
            return "name is longer than 60 characters, or holds signs or a link that have no place in a name";
        if (!TryLanguage(field(ImportColumn.Language), out var language))
            return "language is none that there is: " + string.Join(", ", languages);
        var zone = options.Zone ?? default;
        var zoneText = field(ImportColumn.Timezone);
        if (!TimeZoneId.TryParse(zoneText, out var named) && (zoneText.Length > 0 || options.Zone is null))
            return zoneText.Length > 0 ? "timezone is none of the IANA database, such as Europe/Paris" : "timezone is empty";
        if (zoneText.Length > 0)
            zone = named;
        var weekday = UsualWeekday;
        if (field(ImportColumn.Weekday) is { Length: > 0 } day && !Weekdays.TryParse(day, out weekday))
            return "weekday is none such as Tue or Tuesday";
        if (!TryTime(field(ImportColumn.Time), out var time))
            return "time is no full or half hour such as 08:30";
        if (!Focus.TryParse(field(ImportColumn.Focus).Replace(';', ',').Replace('|', ',').ToLowerInvariant(), out var focus))
            return "focus is none of the areas " + string.Join(", ", EnumKeys.Of<Area>());
        var energy = TipChoice.Usual.Energy;
        if (field(ImportColumn.Energy) is { Length: > 0 } wanted && !EnumKeys.TryParse(wanted.ToLowerInvariant(), out energy))
            return "energy is none of " + string.Join(", ", EnumKeys.Of<Energy>());
        if (!DaySet.TryParse(field(ImportColumn.Reminders), out var days) || !TryTime(field(ImportColumn.ReminderTime), out var reminderTime))
            return "reminders or reminder_time can't be read: Thu,Sun and 18:00, say";
        if (field(ImportColumn.PausedUntil) is { Length: > 0 } until)
        {
            if (!TryMoment(until, out var moment))
                return "paused_until is in none of the forms that are taken: 2026-03-31 or 2026/03/31; a time behind it is of no matter";
            pausedUntil = LocalDate.FromDateTime(moment.DateTime);
        }

        preferences = new Preferences(name, language, zone, weekday, time)
        {
            Tips = new TipChoice(focus, energy),
            Reminders = days.IsEmpty ? ReminderChoice.None : new ReminderChoice(days, reminderTime),
        };
        return null;
    }

    private static bool TryMoment(string text, out DateTimeOffset moment) =>
        DateTimeOffset.TryParseExact(text, Moments, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out moment);

    // "en" of "en-GB" too.
    private bool TryLanguage(string text, out Language language)
    {
        language = Language.English;
        return text.Length == 0 || (Language.TryParse(text.Split('-', '_')[0], out language) && languages.Contains(language));
    }

    // Spreadsheets make 8:30 or 08:30:00 of it.
    private static bool TryTime(string text, out SlotTime time)
    {
        if (text.Length == 8 && text.EndsWith(":00", StringComparison.Ordinal))
            text = text[..5];
        if (text.Length == 7 && text.EndsWith(":00", StringComparison.Ordinal))
            text = text[..4];
        return SlotTime.TryParse(text.Length switch { 0 => UsualTime, 4 => "0" + text, _ => text }, out time);
    }
}
