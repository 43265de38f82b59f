using System.Security.Cryptography;
using System.Text;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Tips;
using Xunit;

namespace DigestFunctions.Tests.Tips;

public sealed class OurTipsTests
{
    private static readonly TipLibrary Library = TipLibrary.Load(ContentFolder.BesideProgram);

    [Fact]
    public void Every_area_has_a_tip() =>
        Assert.Equal(Enum.GetValues<Area>(), Library.All.Select(tip => tip.Area).Distinct().Order());

    [Fact]
    public void Who_is_drained_and_who_wants_more_both_find_a_tip()
    {
        Assert.True(Library.All.Count(tip => tip.Energy == Energy.Gentle) >= 2);
        Assert.Contains(Library.All, tip => tip.Energy == Energy.Stretch);
    }

    [Fact]
    public void Every_language_that_has_texts_has_the_tips() =>
        Assert.Equal(Texts.Load(ContentFolder.BesideProgram).Languages, Library.Languages);

    // The weeks that are past follow from these: they are what somebody had, and what the archive says that she had.
    [Fact]
    public void What_the_first_release_began_with_is_as_it_was()
    {
        var founding = Library.All
            .Where(tip => !Library.Calendar.Since.ContainsKey(tip.Id))
            .Select(tip => $"{tip.Id} {tip.Area} {tip.Energy}")
            .Order(StringComparer.Ordinal);

        var sum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', founding))))[..16];

        Assert.True(
            sum == "b343a0aa302929a5",
            $"A new tip needs its first week in content/calendar.yml, and one that is there keeps its id, area and energy. The sum is now {sum}.");
    }

    [Fact]
    public void Nothing_shouts()
    {
        foreach (var tip in Tips)
            Assert.DoesNotContain('!', AllText(tip));
    }

    [Fact]
    public void Korean_tips_are_written_in_Hangul()
    {
        foreach (var tip in Tips.Where(tip => AllText(tip).Contains('요', StringComparison.Ordinal)))
            Assert.DoesNotContain(AllText(tip), char.IsAsciiLetter);
        Assert.Equal(Library.All.Count, Tips.Count(tip => AllText(tip).Contains('요', StringComparison.Ordinal)));
    }

    private static IEnumerable<Tip> Tips =>
        from facts in Library.All
        from language in Library.Languages
        select Library[facts.Id, language];

    private static string AllText(Tip tip) =>
        string.Join('\n', [tip.Title, tip.Preheader, tip.Why.Text, .. tip.Steps.Select(step => step.Text), tip.Reflect.Text, tip.RunningOnEmpty.Text]);
}
