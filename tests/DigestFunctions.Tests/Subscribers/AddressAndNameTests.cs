using DigestFunctions.Core.Subscribers;
using Xunit;

namespace DigestFunctions.Tests.Subscribers;

public sealed class AddressAndNameTests
{
    [Theory]
    [InlineData("mina@example.com", "mina@example.com")]
    [InlineData("  Mina.Kim+digest@Example.COM ", "mina.kim+digest@example.com")]
    [InlineData("o'brien@example.co.uk", "o'brien@example.co.uk")]
    [InlineData("a@münchen.example", "a@xn--mnchen-3ya.example")]
    [InlineData("a@раураl.example", "a@xn--l-7sba6dbr.example")]
    [InlineData("a@ｅxample。com", "a@example.com")]
    public void An_address_has_one_spelling(string written, string address)
    {
        Assert.True(EmailAddress.TryParse(written, out var parsed));
        Assert.Equal(address, parsed.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("mina")]
    [InlineData("@example.com")]
    [InlineData("mina@")]
    [InlineData("mina@localhost")]
    [InlineData("mina@example..com")]
    [InlineData("mina@-example.com")]
    [InlineData("mina@[127.0.0.1]")]
    [InlineData("mina@127.0.0.1")]
    [InlineData(".mina@example.com")]
    [InlineData("mi na@example.com")]
    [InlineData("mina@example.com\r\nBcc: all@example.com")]
    [InlineData("mina@example.com,other@example.com")]
    [InlineData("<mina@example.com>")]
    [InlineData("미나@example.com")]
    [InlineData("\"mi@na\"@example.com")]
    [InlineData("mina\u202E@example.com")]
    [InlineData("mina@exam\u202Eple.com")]
    [InlineData("mіna@example.com")]
    [InlineData("mina@example.com\0")]
    [InlineData("<script>@example.com")]
    public void What_is_no_address_is_refused(string? text) => Assert.False(EmailAddress.TryParse(text, out _));

    [Fact]
    public void An_address_of_more_than_254_characters_is_refused()
    {
        Assert.False(EmailAddress.TryParse(new string('a', 400) + "@example.com", out _));
        Assert.False(EmailAddress.TryParse("a@" + string.Join('.', Enumerable.Repeat(new string('b', 60), 5)) + ".com", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Mina")]
    [InlineData("민아")]
    [InlineData("J. R. Smith")]
    [InlineData("St. John")]
    [InlineData("O'Neill-Åström")]
    [InlineData("محمد")]
    [InlineData("J.-P. Martin")]
    [InlineData("K.-H. Schmidt")]
    [InlineData("👩‍👩‍👧 family")]
    public void A_name_is_what_a_person_is_called(string text)
    {
        Assert.True(PersonName.TryParse(text, out var name));
        Assert.Equal(text, name.ToString());
    }

    [Theory]
    [InlineData("https://spam.example")]
    [InlineData("www spam")]
    [InlineData("Visit spam.example now")]
    [InlineData("spam。example")]
    [InlineData("<b>Mina</b>")]
    [InlineData("[%token%]")]
    [InlineData("{{ secrets }}")]
    [InlineData("Mina\r\nBcc: all@example.com")]
    [InlineData("a\u202Eanim")]
    [InlineData("mina@example.com")]
    [InlineData("Win/now")]
    [InlineData("परीक्षा.भारत")]
    [InlineData("i❤.ws")]
    [InlineData("Mina\U000E0041\U000E0042")]
    [InlineData("a\uFFFEb")]
    [InlineData("раураl.com")]
    [InlineData("spam｡example")]
    [InlineData("spam.\u200Cexample")]
    [InlineData("spam.e\u200Dxample")]
    [InlineData("Mina\nSubject: Win")]
    [InlineData("Mina\u2028Win")]
    [InlineData("\u2066evil\u2069")]
    [InlineData("&#60;script&#62; spam.example")]
    public void A_name_with_a_link_or_markup_or_tricks_is_refused(string text) =>
        Assert.False(PersonName.TryParse(text, out _));

    [Fact]
    public void A_name_of_ten_kilobytes_is_refused() => Assert.False(PersonName.TryParse(new string('a', 10_000), out _));

    [Fact]
    public void The_same_address_has_the_same_id_and_another_secret_another()
    {
        var (one, other) = (new Identities(new byte[32]), new Identities([.. Enumerable.Repeat((byte)1, 32)]));
        Assert.True(EmailAddress.TryParse("Mina@example.com", out var first));
        Assert.True(EmailAddress.TryParse("mina@EXAMPLE.com", out var second));

        Assert.Equal(one.Of(first), one.Of(second));
        Assert.NotEqual(one.Of(first), other.Of(first));
    }
}
