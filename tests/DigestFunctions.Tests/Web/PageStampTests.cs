using CsCheck;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Web;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Web;

public sealed class PageStampTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    private static readonly Gen<StampedPage> Pages = Gen.Enum<StampedPage>();

    private static readonly Gen<string> Texts = Gen.String[Gen.Char.AlphaNumeric, 0, 54];

    private readonly FakeTimeProvider time = new(Start);
    private readonly string first = "1:" + Secrets.New();
    private readonly string second = "2:" + Secrets.New();

    [Fact]
    public void A_stamp_is_good_from_a_persons_pace_on_for_a_day() => Gen.Select(Pages, Texts, Gen.Long[-1_000, 90_000_000]).Sample((page, boundTo, milliseconds) =>
    {
        var stamp = At(0).New(page, boundTo);
        var age = Duration.FromMilliseconds(milliseconds);
        return At(milliseconds).IsGood(stamp, page, boundTo) == (age >= PageStamp.LeastAge(page) && age <= PageStamp.Lifetime);
    });

    [Theory]
    [InlineData(StampedPage.Form, 1_999, false)]
    [InlineData(StampedPage.Form, 2_000, true)]
    [InlineData(StampedPage.Confirm, 999, false)]
    [InlineData(StampedPage.Confirm, 1_000, true)]
    [InlineData(StampedPage.Confirm, 86_400_000, true)]
    [InlineData(StampedPage.Confirm, 86_400_001, false)]
    internal void The_form_takes_two_seconds_and_a_button_one(StampedPage page, int milliseconds, bool isGood) =>
        Assert.Equal(isGood, At(milliseconds).IsGood(At(0).New(page), page));

    [Fact]
    public void No_bit_flipped_is_accepted() => Gen.Select(Pages, Texts, Gen.Int[0, 31], Gen.Int[0, 6]).Sample((page, boundTo, at, bit) =>
    {
        var stamp = At(0).New(page, boundTo).ToCharArray();
        stamp[at] = (char)(stamp[at] ^ (1 << bit));
        return !At(5_000).IsGood(new string(stamp), page, boundTo);
    });

    [Fact]
    public void A_stamp_of_one_page_is_good_for_no_other() => Gen.Select(Pages, Pages, Texts, Texts).Sample((page, other, boundTo, otherwise) =>
        At(5_000).IsGood(At(0).New(page, boundTo), other, otherwise) == (page == other && boundTo == otherwise));

    [Fact]
    public void A_stamp_is_no_link_and_a_link_is_no_stamp()
    {
        var tokens = new LinkTokens(Keys(first), time);
        var token = tokens.Write(new LinkToken(LinkPurpose.Mail, new SubscriberId(1), 1));

        Assert.IsType<TokenReading.Bad>(tokens.Read(At(0).New(StampedPage.Confirm, token), LinkPurpose.Mail));
        Assert.False(At(5_000).IsGood(token, StampedPage.Confirm, token));
    }

    [Fact]
    public void After_a_rotation_pages_that_are_open_are_still_good()
    {
        var old = At(0).New(StampedPage.Form);

        Assert.True(At(5_000, $"{second},{first}").IsGood(old, StampedPage.Form));
        Assert.False(At(5_000, second).IsGood(old, StampedPage.Form));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("                                ")]
    public void What_is_no_stamp_is_not_good(string? text) => Assert.False(At(5_000).IsGood(text, StampedPage.Form));

    private PageStamp At(long milliseconds, string? keys = null) =>
        new(Keys(keys ?? first), new FakeTimeProvider(Start + TimeSpan.FromMilliseconds(milliseconds)));

    private static LinkKeys Keys(string text)
    {
        Assert.True(LinkKeys.TryParse(text, out var keys));
        return keys;
    }
}
