using System.Net;
using System.Text.RegularExpressions;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using Xunit;

namespace DigestFunctions.Tests.Email;

public sealed partial class ContentTests
{
    private static readonly ContentFolder Content = ContentFolder.BesideProgram;

    public static TheoryData<string> AllTemplates =>
        [.. ((string[])["emails", "pages"])
            .SelectMany(folder => Directory.EnumerateFiles(Content.At(folder), "*", SearchOption.AllDirectories))
            .Where(file => Path.GetExtension(file) is ".html" or ".txt")
            .Select(file => Path.GetRelativePath(Content.Path, file))];

    [Fact]
    public void Every_language_has_the_same_texts_with_the_same_places()
    {
        var texts = Mails.Texts;
        var english = texts.Keys(Language.English).Order(StringComparer.Ordinal).ToList();
        foreach (var language in texts.Languages)
        {
            Assert.Equal(english, texts.Keys(language).Order(StringComparer.Ordinal));
            foreach (var key in english)
                Assert.True(Places(texts[Language.English, key]).SetEquals(Places(texts[language, key])), $"The places of {key} differ in {language}.");
        }
    }

    [Theory]
    [MemberData(nameof(AllTemplates))]
    public void A_template_of_a_mail_or_a_page_holds_no_words_of_its_own(string template)
    {
        var text = Expression().Replace(File.ReadAllText(Content.At(template)), " ");
        if (template.EndsWith(".html", StringComparison.Ordinal))
            text = WebUtility.HtmlDecode(Markup().Replace(text, " "));

        Assert.DoesNotContain(text, char.IsLetter);
    }

    private static HashSet<string> Places(string text) => [.. Place().Matches(text).Select(place => place.Value)];

    [GeneratedRegex(@"\{\w+\}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Place();

    [GeneratedRegex(@"\{\{.*?\}\}", RegexOptions.Singleline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Expression();

    [GeneratedRegex(@"<style.*?</style>|<!--.*?-->|<[^>]*>", RegexOptions.Singleline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Markup();
}
