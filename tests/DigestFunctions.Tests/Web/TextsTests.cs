using System.Text.RegularExpressions;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using Xunit;

namespace DigestFunctions.Tests.Web;

public sealed partial class TextsTests
{
    private static readonly ContentFolder Content = ContentFolder.BesideProgram;

    [Fact]
    public void Every_language_has_the_same_texts_with_the_same_places()
    {
        var texts = Texts.Load(Content);
        foreach (var language in texts.Languages)
        {
            Assert.Equal(texts.Keys(Language.English).Order(StringComparer.Ordinal), texts.Keys(language).Order(StringComparer.Ordinal));
            Assert.All(texts.Keys(language), key => Assert.Equal(Places(texts[Language.English, key]), Places(texts[language, key])));
        }
    }

    [Theory]
    [InlineData("en", "a", "a")]
    [InlineData("en", "a b", "a and b")]
    [InlineData("en", "a b c d", "a, b, c, and d")]
    [InlineData("ko", "a b", "a, b")]
    [InlineData("ko", "a b c", "a, b, c")]
    public void Several_things_are_put_together_as_the_language_does_it(string language, string items, string said)
    {
        Assert.True(Language.TryParse(language, out var reader));

        Assert.Equal(said, Texts.Load(Content).List(reader, items.Split(' ')));
    }

    [Fact]
    public void No_page_template_holds_text()
    {
        foreach (var path in Directory.EnumerateFiles(Content.At("pages")))
        {
            var template = Expression().Replace(File.ReadAllText(path), "");

            Assert.DoesNotMatch(@"\p{L}", Tag().Replace(template, " "));
            Assert.DoesNotMatch(@"\b(alt|title|label|placeholder|aria-label)=""[^""]*\p{L}", template);
        }
    }

    private static IEnumerable<string> Places(string text) => Place().Matches(text).Select(match => match.Value).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{\{.*?\}\}", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Expression();

    [GeneratedRegex("<[^>]*>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\{[a-z_]+\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Place();
}
