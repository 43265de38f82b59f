using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using Scriban.Runtime;

namespace DigestFunctions.Core.Web;

/// <summary>An option: what is posted, and what is read.</summary>
internal sealed record Choice(string Value, string Label);

/// <summary>The fields of forms as templates see them: what can be chosen, what was, and what is wrong with it.</summary>
internal sealed class FieldModels(Texts texts, LocalTimes times, ZoneChoices zones, TimeProvider time)
{
    private static readonly string[] All =
    [
        SignUpFields.Email, PreferenceFields.Name, PreferenceFields.Weekday, PreferenceFields.Time, PreferenceFields.Zone,
        PreferenceFields.Language, PreferenceFields.Focus, PreferenceFields.Energy, PreferenceFields.Reminders,
        PreferenceFields.ReminderTime, PauseFields.Until, SignUpFields.Consent,
    ];

    public ScriptObject Of(Language language, BodyReading.Fields typed, IReadOnlyList<FieldFault> faults) => new()
    {
        ["values"] = Values(typed, language),
        ["faults"] = Faults(faults, language),
        ["summary"] = faults.Select(fault => new Choice(fault.Field, Text(fault, language))).ToList(),
        ["weekdays"] = Weekdays.All.Select(day => new Choice(Weekdays.Short(day), LocalTimes.Weekday(language, day))).ToList(),
        ["times"] = SlotTime.All.Select(each => new Choice(each.ToString(), times.Time(language, each.Value))).ToList(),
        ["regions"] = zones.For(language),
        ["zone_now"] = Now(typed, language),
        ["areas"] = EnumKeys.Of<Area>().Select(area => new Choice(area, texts[language, $"mail.areas.{area}"])).ToList(),
        ["energies"] = EnumKeys.Of<Energy>().Select(energy => new Choice(energy, texts[language, $"page.energies.{energy}"])).ToList(),
    };

    // In the spelling of the choices, so that a select finds it; what can't be chosen is as good as not chosen.
    private static ScriptObject Values(BodyReading.Fields typed, Language language) => new()
    {
        [SignUpFields.Email] = typed[SignUpFields.Email] ?? "",
        [PreferenceFields.Name] = typed[PreferenceFields.Name] ?? "",
        [PreferenceFields.Weekday] = Weekdays.TryParse(typed[PreferenceFields.Weekday], out var day) ? Weekdays.Short(day) : "",
        [PreferenceFields.Time] = TimeIn(typed, PreferenceFields.Time),
        [PreferenceFields.Zone] = ZoneIn(typed) is { } zone ? zone.ToString() : "",
        [PreferenceFields.Focus] = Listed(typed[PreferenceFields.Focus]).Where(area => EnumKeys.TryParse(area, out Area _)).ToList(),
        [PreferenceFields.Energy] = EnumKeys.TryParse(typed[PreferenceFields.Energy], out Energy energy) ? energy.ToKey() : TipChoice.Usual.Energy.ToKey(),
        [PreferenceFields.Language] = typed[PreferenceFields.Language] ?? language.ToString(),
        [PreferenceFields.Reminders] = Listed(typed[PreferenceFields.Reminders])
            .Select(text => Weekdays.TryParse(text, out var reminded) ? Weekdays.Short(reminded) : "").ToList(),
        [PreferenceFields.ReminderTime] = TimeIn(typed, PreferenceFields.ReminderTime),
        [PauseFields.Until] = typed[PauseFields.Until] ?? "",
    };

    private static string[] Listed(string? text) =>
        (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string TimeIn(BodyReading.Fields typed, string field) => SlotTime.TryParse(typed[field], out var at) ? at.ToString() : "";

    private static TimeZoneId? ZoneIn(BodyReading.Fields typed) => TimeZoneId.TryParse(typed[PreferenceFields.Zone], out var zone) ? zone : null;

    private string Now(BodyReading.Fields typed, Language language) => ZoneIn(typed) is { } zone
        ? texts.Fill(language, "page.form.zone_now", ("time", times.Time(language, time.Now.InZone(zone.Zone).TimeOfDay)))
        : "";

    private ScriptObject Faults(IReadOnlyList<FieldFault> faults, Language language)
    {
        var byField = new ScriptObject();
        foreach (var field in All)
            byField[field] = faults.FirstOrDefault(fault => fault.Field == field) is { } fault ? Text(fault, language) : "";
        return byField;
    }

    private string Text(FieldFault fault, Language language) => texts[language, $"page.faults.{fault.Fault}"];
}
