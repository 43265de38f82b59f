using System.Text.Encodings.Web;
using System.Text.Unicode;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Email;

/// <summary>
/// What differs between the recipients of one rendered mail. The provider puts each recipient's values
/// in, as they are, in both parts alike: so what a stranger typed has a tag for each part.
/// </summary>
internal static class SubstitutionTags
{
    public const string GreetingHtml = "[%greeting-html%]";
    public const string GreetingText = "[%greeting-text%]";
    public const string Token = "[%token%]";

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>The values for one recipient, by tag.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> For(Texts texts, Language language, PersonName name, string token)
    {
        var greeting = name.IsEmpty
            ? texts[language, "mail.greeting_nameless"]
            : texts.Fill(language, "mail.greeting", ("name", name.ToString()));
        return [new(GreetingHtml, Encoder.Encode(greeting)), new(GreetingText, greeting), new(Token, token)];
    }
}
