using DigestFunctions.Core.Tips;
using Xunit;

namespace DigestFunctions.Tests.Tips;

public sealed class ProseTests
{
    [Theory]
    [InlineData("""Ask "why" & wait: 3 < 4, isn't it?""", """Ask "why" & wait: 3 < 4, isn't it?""")]
    [InlineData("Tea &amp; \\*rest\\*,\nthen go.", "Tea & *rest*, then go.")]
    [InlineData("그래서요? 하고 **한 번** 더 물어보세요.", "그래서요? 하고 한 번 더 물어보세요.")]
    [InlineData("Read [this](https://example.com/a) *slowly* & twice.", "Read this (https://example.com/a) slowly & twice.")]
    public void The_text_says_what_a_reader_of_the_html_sees(string markdown, string text)
    {
        Assert.True(Prose.TryParse(markdown, out var prose, out _));

        Assert.Equal(text, prose.Text);
    }

    [Fact]
    public void The_html_has_no_paragraph_of_its_own()
    {
        Assert.True(Prose.TryParse("Listen *first*,\nthen \"talk\".", out var prose, out _));

        Assert.Equal("Listen <em>first</em>, then &quot;talk&quot;.", prose.Html);
    }
}
