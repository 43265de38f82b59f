using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;

namespace DigestFunctions.Core.Web;

/// <summary>What is wrong with a field: a key of <c>page.faults</c>.</summary>
internal sealed record FieldFault(string Field, string Fault);

/// <summary>What holds for fields that aren't there.</summary>
internal sealed record Unsaid(PersonName Name, Language Language, Energy Energy);

/// <summary>The fields of what somebody prefers by their names, and how they become that.</summary>
internal static class PreferenceFields
{
    public const string Name = "name";
    public const string Weekday = "weekday";
    public const string Time = "time";
    public const string Zone = "zone";
    public const string Language = "language";

    /// <summary>Areas, with commas between them; none for all.</summary>
    public const string Focus = "focus";
    public const string Energy = "energy";

    /// <summary>Weekdays, with commas between them, or none.</summary>
    public const string Reminders = "reminders";
    public const string ReminderTime = "reminder_time";

    /// <summary>Those that are a box for each value on a form, and so come once for each box that is ticked.</summary>
    public static bool CanRepeat(string field) => field is Focus or Reminders;

    /// <summary>Null where something is wrong, which is added to the faults. Without reminders: those aren't for every form.</summary>
    public static Preferences? Read(BodyReading.Fields fields, Unsaid unsaid, Readers readers, List<FieldFault> faults)
    {
        var before = faults.Count;
        var (name, language, energy) = (unsaid.Name, unsaid.Language, unsaid.Energy);
        if (fields[Name] is { } called && !PersonName.TryParse(called, out name))
            faults.Add(new FieldFault(Name, called.Trim().Length > PersonName.MaxLength ? "name_long" : "name_signs"));
        if (!Weekdays.TryParse(fields[Weekday], out var weekday))
            faults.Add(new FieldFault(Weekday, "weekday"));
        if (!SlotTime.TryParse(fields[Time], out var time))
            faults.Add(new FieldFault(Time, "time"));
        if (!TimeZoneId.TryParse(fields[Zone], out var zone))
            faults.Add(new FieldFault(Zone, string.IsNullOrWhiteSpace(fields[Zone]) ? "zone_missing" : "zone"));
        if (!string.IsNullOrWhiteSpace(fields[Language]) && !readers.TryKnown(fields[Language], out language))
            faults.Add(new FieldFault(Language, "language"));
        if (!Tips.Focus.TryParse(fields[Focus] ?? "", out var focus))
            faults.Add(new FieldFault(Focus, "focus"));
        if (!string.IsNullOrWhiteSpace(fields[Energy]) && !EnumKeys.TryParse(fields[Energy], out energy))
            faults.Add(new FieldFault(Energy, "energy"));

        return faults.Count == before
            ? new Preferences(name, language, zone, weekday, time) { Tips = new TipChoice(focus, energy) }
            : null;
    }

    public static ReminderChoice ReadReminders(BodyReading.Fields fields, List<FieldFault> faults)
    {
        if (!DaySet.TryParse(fields[Reminders] ?? "", out var days))
            faults.Add(new FieldFault(Reminders, "reminders"));
        var (at, isSaid) = (default(SlotTime), !string.IsNullOrWhiteSpace(fields[ReminderTime]));
        if ((isSaid || !days.IsEmpty) && !SlotTime.TryParse(fields[ReminderTime], out at))
            faults.Add(new FieldFault(ReminderTime, "time"));
        return days.IsEmpty ? ReminderChoice.None : new ReminderChoice(days, at);
    }

    /// <summary>As a form shows them.</summary>
    public static BodyReading.Fields Write(Preferences preferences) => new(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Name] = preferences.Name.ToString(),
        [Weekday] = Weekdays.Short(preferences.Weekday),
        [Time] = preferences.Time.ToString(),
        [Zone] = preferences.Zone.ToString(),
        [Language] = preferences.Language.ToString(),
        [Focus] = preferences.Tips.Focus.ToString(),
        [Energy] = preferences.Tips.Energy.ToKey(),
        [Reminders] = preferences.Reminders.Days.ToString(),
        [ReminderTime] = preferences.ReminderTime.ToString(),
    });
}
