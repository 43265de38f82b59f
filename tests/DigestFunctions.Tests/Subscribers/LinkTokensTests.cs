using CsCheck;
using DigestFunctions.Core.Subscribers;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace DigestFunctions.Tests.Subscribers;

public sealed class LinkTokensTests
{
    private static readonly Gen<LinkToken> Tokens =
        from purpose in Gen.Enum<LinkPurpose>()
        from high in Gen.ULong
        from low in Gen.ULong
        from generation in Gen.UShort
        select new LinkToken(purpose, new SubscriberId(new UInt128(high, low)), generation);

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.Zero));
    private readonly string first = "1:" + Secrets.New();
    private readonly string second = "2:" + Secrets.New();

    [Fact]
    public void A_token_reads_as_it_was_written() => Tokens.Sample(token =>
        With(first).Read(With(first).Write(token), token.Purpose) == new TokenReading.Good(token));

    [Fact]
    public void No_bit_flipped_is_accepted() => Gen.Select(Tokens, Gen.Int[0, 53], Gen.Int[0, 6]).Sample((token, at, bit) =>
    {
        var text = With(first).Write(token).ToCharArray();
        at %= text.Length;
        text[at] = (char)(text[at] ^ (1 << bit));
        return With(first).Read(new string(text), token.Purpose) is TokenReading.Bad;
    });

    [Fact]
    public void A_purpose_cannot_be_used_for_another() => Tokens.Sample(token =>
        Enum.GetValues<LinkPurpose>().Where(purpose => purpose != token.Purpose)
            .All(purpose => With(first).Read(With(first).Write(token), purpose) is TokenReading.Bad));

    [Fact]
    public void Tokens_are_short_and_fit_into_an_address_as_they_are() => Tokens.Sample(token =>
        With(first).Write(token) is { Length: <= 54 } text && Uri.EscapeDataString(text) == text);

    [Fact]
    public void A_confirm_link_expires_after_seven_days_and_a_mails_never()
    {
        var id = new SubscriberId(1);
        var confirm = With(first).Write(new LinkToken(LinkPurpose.Confirm, id, 1));
        var mail = With(first).Write(new LinkToken(LinkPurpose.Mail, id, 1));

        time.Advance(TimeSpan.FromDays(7));
        Assert.IsType<TokenReading.Good>(With(first).Read(confirm, LinkPurpose.Confirm));

        time.Advance(TimeSpan.FromMinutes(1));
        Assert.IsType<TokenReading.Expired>(With(first).Read(confirm, LinkPurpose.Confirm));

        time.Advance(TimeSpan.FromDays(3650));
        Assert.IsType<TokenReading.Good>(With(first).Read(mail, LinkPurpose.Mail));
    }

    [Theory]
    [InlineData(LinkPurpose.Data, 1)]
    [InlineData(LinkPurpose.Address, 24)]
    internal void A_link_to_her_data_is_good_for_an_hour_and_one_to_a_new_address_for_a_day(LinkPurpose purpose, int hours)
    {
        var text = With(first).Write(new LinkToken(purpose, new SubscriberId(1), 1));

        time.Advance(TimeSpan.FromHours(hours));
        Assert.IsType<TokenReading.Good>(With(first).Read(text, purpose));

        time.Advance(TimeSpan.FromMinutes(1));
        Assert.IsType<TokenReading.Expired>(With(first).Read(text, purpose));
    }

    [Fact]
    public void After_a_rotation_the_old_keys_links_are_still_good_and_new_ones_are_signed_by_the_new()
    {
        var token = new LinkToken(LinkPurpose.Mail, new SubscriberId(1), 1);
        var old = With(first).Write(token);
        var both = With($"{second},{first}");

        Assert.IsType<TokenReading.Good>(both.Read(old, LinkPurpose.Mail));
        Assert.IsType<TokenReading.Bad>(With(first).Read(both.Write(token), LinkPurpose.Mail));
        Assert.IsType<TokenReading.Bad>(With(second).Read(old, LinkPurpose.Mail));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("../../etc/passwd")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_no_token_is_refused(string? text) =>
        Assert.IsType<TokenReading.Bad>(With(first).Read(text, LinkPurpose.Mail));

    [Theory]
    [InlineData("")]
    [InlineData("1:c2hvcnQ=")]
    [InlineData("300:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public void Weak_or_ambiguous_keys_are_refused(string setting) => Assert.False(LinkKeys.TryParse(setting, out _));

    private LinkTokens With(string keys)
    {
        Assert.True(LinkKeys.TryParse(keys, out var parsed));
        return new LinkTokens(parsed, time);
    }
}
