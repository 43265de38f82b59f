using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using Xunit;

namespace DigestFunctions.Tests.Email;

public sealed class SubstitutionTagsTests
{
    [Theory]
    [InlineData("en", "Mina", "Hello Mina,")]
    [InlineData("ko", "민아", "민아 님, 안녕하세요.")]
    [InlineData("en", "", "Hello,")]
    [InlineData("ko", "", "안녕하세요.")]
    public void A_recipient_is_greeted_by_name_or_kindly_without(string language, string name, string greeting)
    {
        Assert.Equal(greeting, Mails.For(name, SubstitutionTags.GreetingText, language));
        Assert.Equal(greeting, Mails.For(name, SubstitutionTags.GreetingHtml, language));
    }

    [Theory]
    [InlineData("Tom & \"Jo\"", "Hello Tom &amp; &quot;Jo&quot;,")]
    [InlineData("O'Neil &amp;", "Hello O&#x27;Neil &amp;amp;,")]
    [InlineData("%token%", "Hello %token%,")]
    [InlineData("{name}", null)]
    [InlineData("<b>", null)]
    [InlineData("[%token%]", null)]
    public void A_hostile_name_is_refused_or_comes_out_as_text(string name, string? html)
    {
        Assert.Equal(html is not null, PersonName.TryParse(name, out _));
        if (html is null)
            return;

        Assert.Equal(html, Mails.For(name, SubstitutionTags.GreetingHtml));
        Assert.Equal($"Hello {name},", Mails.For(name, SubstitutionTags.GreetingText));
    }

    [Fact]
    public void A_recipient_adds_little_to_a_request()
    {
        Assert.True(PersonName.TryParse(new string('&', PersonName.MaxLength), out var name));

        var values = Mails.Substitutions(Language.Korean, name, new string('t', 80));

        Assert.InRange(values.Sum(value => value.Key.Length + value.Value.Length), 1, 1_000);
    }
}
