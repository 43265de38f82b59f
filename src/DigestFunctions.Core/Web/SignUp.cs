using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;

namespace DigestFunctions.Core.Web;

/// <summary>A sign-up that can be taken.</summary>
internal sealed record SignUp(EmailAddress Address, Preferences Preferences, ConsentText Asked);

/// <summary>What came of reading the fields of a sign-up.</summary>
internal abstract record SignUpReading
{
    private SignUpReading()
    {
    }

    internal sealed record Good(SignUp SignUp) : SignUpReading;

    internal sealed record Bad(IReadOnlyList<FieldFault> Faults) : SignUpReading;
}

/// <summary>The fields that a sign-up has besides preferences, by their names, and how all of them become one.</summary>
internal static class SignUpFields
{
    public const string Email = "email";

    /// <summary>The version of the text that stood at the button. A program that shows its own form may leave it out.</summary>
    public const string Consent = "consent";

    /// <summary>What only a program fills in: people don't see it.</summary>
    public const string Trap = "website";

    /// <param name="reader">The language of the page that the fields were filled in on.</param>
    public static SignUpReading Read(BodyReading.Fields fields, Language reader, Readers readers, Texts texts)
    {
        var faults = new List<FieldFault>();
        if (!EmailAddress.TryParse(fields[Email], out var address))
            faults.Add(new FieldFault(Email, EmailFault(fields[Email])));
        var preferences = PreferenceFields.Read(fields, new Unsaid(default, reader, TipChoice.Usual.Energy), readers, faults);
        var asked = ConsentTexts.Find(texts, fields[Consent], reader);
        if (asked is null)
            faults.Add(new FieldFault(Consent, "consent"));

        return faults.Count > 0
            ? new SignUpReading.Bad(faults)
            : new SignUpReading.Good(new SignUp(address, preferences!, asked!));
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
