using CsCheck;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Tips;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Tips;

public sealed class CalendarTests
{
    private static readonly TipLibrary Library = TipLibrary.Load(ContentFolder.BesideProgram);

    private readonly Calendar calendar = new(Library);

    [Fact]
    public void Nothing_comes_again_before_the_library_is_used_up()
    {
        foreach (var window in Weeks(104).Select(calendar.TipOf).Chunk(Library.All.Count).Where(chunk => chunk.Length == Library.All.Count))
            Assert.Distinct(window);
    }

    [Fact]
    public void Two_weeks_in_a_row_are_never_about_the_same_area()
    {
        var areas = Library.All.ToDictionary(tip => tip.Id, tip => tip.Area);
        foreach (var (last, next) in Weeks(104).Zip(Weeks(105).Skip(1)))
            Assert.NotEqual(areas[calendar.TipOf(last)], areas[calendar.TipOf(next)]);
    }

    [Fact]
    public void Every_instance_says_the_same() =>
        Assert.Equal(
            Weeks(60).Select(calendar.TipOf),
            Weeks(60).Select(new Calendar(TipLibrary.Load(ContentFolder.BesideProgram)).TipOf));

    [Theory]
    [InlineData("2026-W53", "2027-W01")]
    [InlineData("2027-W52", "2028-W01")]
    [InlineData("2025-W52", "2026-W01")]
    public void The_turn_of_a_year_neither_repeats_nor_skips(string last, string first)
    {
        var round = Calendar.Round(Library.All);

        var place = Array.IndexOf(round, calendar.TipOf(Issue(last)));

        Assert.Equal(round[(place + 1) % round.Length], calendar.TipOf(Issue(first)));
    }

    [Fact]
    public void A_week_long_past_has_a_tip_too() =>
        Assert.Contains(calendar.TipOf(Issue("1999-W01")), Library.All.Select(tip => tip.Id));

    [Fact]
    public void In_a_library_of_any_shape_a_round_holds_every_tip_once() =>
        Shapes.Sample(shape => Assert.Equal(shape.Select(tip => tip.Id).Order(ById), Calendar.Round(shape).Order(ById)));

    [Fact]
    public void An_area_with_more_tips_than_another_does_not_crowd() =>
        Shapes.Sample(shape =>
        {
            var areas = shape.ToDictionary(tip => tip.Id, tip => tip.Area);
            var round = Calendar.Round(shape).Select(id => areas[id]).ToList();
            Assert.All(round.Zip([.. round.Skip(1), round[0]]), pair => Assert.NotEqual(pair.First, pair.Second));
        });

    private static Comparer<TipId> ById { get; } =
        Comparer<TipId>.Create((left, right) => string.CompareOrdinal(left.ToString(), right.ToString()));

    // As the library is to grow: eight to ten tips an area.
    private static Gen<TipFacts[]> Shapes { get; } = Gen.Int[8, 10].Array[7].Select(counts => counts
        .SelectMany((count, area) => Enumerable.Range(0, count).Select(index => Fact((Area)area, index)))
        .ToArray());

    private static TipFacts Fact(Area area, int index)
    {
        Assert.True(TipId.TryParse($"{area}-{index}".ToLowerInvariant(), out var id));
        return new TipFacts(id, area, Energy.Steady);
    }

    private static IEnumerable<IssueId> Weeks(int count) =>
        Enumerable.Range(0, count).Select(week => IssueId.Of(new LocalDate(2026, 1, 5)).Plus(week));

    private static IssueId Issue(string text)
    {
        Assert.True(IssueId.TryParse(text, out var issue));
        return issue;
    }
}
