using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Email;

/// <summary>A mail as one who gave no name and practised in three of the last four weeks gets it, with links that are good for nothing.</summary>
internal sealed class MailSample(Texts texts)
{
    public const string Token = "token";

    private const int Practised = 3;

    public RenderedMail Of(RenderedMail mail, Language language)
    {
        var greeting = new Greeting(texts, language);
        return mail with { Html = Filled(mail.Html, greeting.NamelessHtml, language), Text = Filled(mail.Text, greeting.Nameless, language) };
    }

    // As the provider does it.
    private string Filled(string part, string greeting, Language language) => part
        .Replace(SubstitutionTags.GreetingHtml, greeting, StringComparison.Ordinal)
        .Replace(SubstitutionTags.GreetingText, greeting, StringComparison.Ordinal)
        .Replace(SubstitutionTags.Streak, texts[language, $"mail.streak.{Practised}"], StringComparison.Ordinal)
        .Replace(SubstitutionTags.Token, Token, StringComparison.Ordinal);
}
