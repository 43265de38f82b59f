using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;

namespace DigestFunctions.Core.Web;

/// <summary>A sign-up that can be taken.</summary>
internal sealed record SignUp(EmailAddress Address, Preferences Preferences, ConsentText Asked);

/// <summary>What is wrong with a field: a key of <c>page.faults</c>.</summary>
internal sealed record FieldFault(string Field, string Fault);

/// <summary>What came of reading the fields of a sign-up.</summary>
internal abstract record SignUpReading
{
    private SignUpReading()
    {
    }

    internal sealed record Good(SignUp SignUp) : SignUpReading;

    internal sealed record Bad(IReadOnlyList<FieldFault> Faults) : SignUpReading;
}

/// <summary>The fields of a sign-up by their names, and how they become one.</summary>
internal static class SignUpFields
{
    public const string Email = "email";
    public const string Name = "name";
    public const string Weekday = "weekday";
    public const string Time = "time";
    public const string Zone = "zone";
    public const string Language = "language";

    /// <summary>Areas, with commas between them; none for all.</summary>
    public const string Focus = "focus";
    public const string Energy = "energy";

    /// <summary>The version of the text that stood at the button. A program that shows its own form may leave it out.</summary>
    public const string Consent = "consent";

    public static IReadOnlyList<string> All { get; } = [Email, Name, Weekday, Time, Zone, Language, Focus, Energy, Consent];

    /// <param name="reader">The language of the page that the fields were filled in on.</param>
    public static SignUpReading Read(BodyReading.Fields fields, Language reader, Readers readers, Texts texts)
    {
        var faults = new List<FieldFault>();
        if (!EmailAddress.TryParse(fields[Email], out var address))
            faults.Add(new FieldFault(Email, EmailFault(fields[Email])));
        if (!PersonName.TryParse(fields[Name] ?? "", out var name))
            faults.Add(new FieldFault(Name, fields[Name]!.Trim().Length > PersonName.MaxLength ? "name_long" : "name_signs"));
        if (!Weekdays.TryParse(fields[Weekday], out var weekday))
            faults.Add(new FieldFault(Weekday, "weekday"));
        if (!SlotTime.TryParse(fields[Time], out var time))
            faults.Add(new FieldFault(Time, "time"));
        if (!TimeZoneId.TryParse(fields[Zone], out var zone))
            faults.Add(new FieldFault(Zone, string.IsNullOrWhiteSpace(fields[Zone]) ? "zone_missing" : "zone"));
        var language = reader;
        if (!string.IsNullOrWhiteSpace(fields[Language]) && !readers.TryKnown(fields[Language], out language))
            faults.Add(new FieldFault(Language, "language"));
        if (!Tips.Focus.TryParse(fields[Focus] ?? "", out var focus))
            faults.Add(new FieldFault(Focus, "focus"));
        var energy = TipChoice.Usual.Energy;
        if (!string.IsNullOrWhiteSpace(fields[Energy]) && !EnumKeys.TryParse(fields[Energy], out energy))
            faults.Add(new FieldFault(Energy, "energy"));
        var asked = ConsentTexts.Find(texts, fields[Consent], reader);
        if (asked is null)
            faults.Add(new FieldFault(Consent, "consent"));

        return faults.Count > 0
            ? new SignUpReading.Bad(faults)
            : new SignUpReading.Good(new SignUp(address, new Preferences(name, language, zone, weekday, time) { Tips = new TipChoice(focus, energy) }, asked!));
    }

    /// <summary>What is wrong with an address that can't be read.</summary>
    public static string EmailFault(string? text) => text?.Trim() switch
    {
        null or "" => "email_missing",
        { Length: > 254 } => "email_long",
        _ => "email",
    };
}

/// <summary>What is asked at the form's button.</summary>
internal static class ConsentTexts
{
    public static ConsentText Of(Texts texts, Language language) => new(language, texts[language, "page.form.consent"]);

    /// <summary>The text of that version, so that what is kept is what she read; null if it has changed since.</summary>
    public static ConsentText? Find(Texts texts, string? version, Language reader) =>
        string.IsNullOrWhiteSpace(version)
            ? Of(texts, reader)
            : texts.Languages.Select(language => Of(texts, language)).FirstOrDefault(text => text.Version == version);
}
