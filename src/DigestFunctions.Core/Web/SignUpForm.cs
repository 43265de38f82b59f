using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using Microsoft.AspNetCore.Http;
using Scriban.Runtime;

namespace DigestFunctions.Core.Web;

/// <summary>The page with the form: empty, or with what was typed and what is wrong with it, or why it wasn't taken.</summary>
internal sealed class SignUpForm(Pages pages, Texts texts, LocalTimes times, ZoneChoices zones, Assets assets, PageStamp stamps)
{
    private static readonly BodyReading.Fields Empty = new(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [SignUpFields.Weekday] = "Tue",
        [SignUpFields.Time] = "08:30",
    });

    public IResult Show(HttpRequest request, Language language) => Show(request, language, Empty, [], notTaken: null);

    public IResult Show(HttpRequest request, Language language, BodyReading.Fields typed, IReadOnlyList<FieldFault> faults) =>
        Show(request, language, typed, faults, notTaken: null);

    public IResult Show(HttpRequest request, Language language, BodyReading.Fields typed, NotTaken notTaken) =>
        Show(request, language, typed, [], notTaken);

    private IResult Show(HttpRequest request, Language language, BodyReading.Fields typed, IReadOnlyList<FieldFault> faults, NotTaken? notTaken)
    {
        var consent = ConsentTexts.Of(texts, language);
        var status = notTaken?.Status ?? (faults.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
        return pages.Show(request, "pages/form.html", language, status, new ScriptObject
        {
            ["notice"] = notTaken is null ? "" : texts[language, $"page.not_taken.{notTaken.Why}"],
            // Whoever puts a fault right has looked at the form long enough.
            ["stamp"] = stamps.IsGood(typed[PageStamp.Field], StampedPage.Form) ? typed[PageStamp.Field] : stamps.New(StampedPage.Form),
            ["script"] = assets.Address("form.js"),
            ["values"] = Values(typed, language),
            ["faults"] = Faults(faults, language),
            ["summary"] = faults.Select(fault => new Choice(fault.Field, Text(fault, language))).ToList(),
            ["weekdays"] = Weekdays.All.Select(day => new Choice(Weekdays.Short(day), LocalTimes.Weekday(language, day))).ToList(),
            ["times"] = SlotTime.All.Select(each => new Choice(each.ToString(), times.Time(language, each.Value))).ToList(),
            ["regions"] = zones.For(language),
            ["areas"] = EnumKeys.Of<Area>().Select(area => new Choice(area, texts[language, $"mail.areas.{area}"])).ToList(),
            ["energies"] = EnumKeys.Of<Energy>().Select(energy => new Choice(energy, texts[language, $"page.energies.{energy}"])).ToList(),
            ["consent"] = consent.Text,
            ["version"] = consent.Version,
        });
    }

    // In the spelling of the choices, so that a select finds it; what can't be chosen is as good as not chosen.
    private static ScriptObject Values(BodyReading.Fields typed, Language language) => new()
    {
        [SignUpFields.Email] = typed[SignUpFields.Email] ?? "",
        [SignUpFields.Name] = typed[SignUpFields.Name] ?? "",
        [SignUpFields.Weekday] = Weekdays.TryParse(typed[SignUpFields.Weekday], out var day) ? Weekdays.Short(day) : "",
        [SignUpFields.Time] = SlotTime.TryParse(typed[SignUpFields.Time], out var slotTime) ? slotTime.ToString() : "",
        [SignUpFields.Zone] = TimeZoneId.TryParse(typed[SignUpFields.Zone], out var zone) ? zone.ToString() : "",
        [SignUpFields.Focus] = EnumKeys.TryParse(typed[SignUpFields.Focus], out Area area) ? area.ToKey() : "",
        [SignUpFields.Energy] = EnumKeys.TryParse(typed[SignUpFields.Energy], out Energy energy) ? energy.ToKey() : TipChoice.Usual.Energy.ToKey(),
        [SignUpFields.Language] = typed[SignUpFields.Language] ?? language.ToString(),
    };

    private ScriptObject Faults(IReadOnlyList<FieldFault> faults, Language language)
    {
        var byField = new ScriptObject();
        foreach (var field in SignUpFields.All)
            byField[field] = faults.FirstOrDefault(fault => fault.Field == field) is { } fault ? Text(fault, language) : "";
        return byField;
    }

    private string Text(FieldFault fault, Language language) => texts[language, $"page.faults.{fault.Fault}"];
}

/// <summary>Why a sign-up in which all is well wasn't taken: a key of <c>page.not_taken</c>.</summary>
internal sealed record NotTaken(string Why, int Status);

/// <summary>An option: what is posted, and what is read.</summary>
internal sealed record Choice(string Value, string Label);
