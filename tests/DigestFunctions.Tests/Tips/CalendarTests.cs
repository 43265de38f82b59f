using CsCheck;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using Xunit;

namespace DigestFunctions.Tests.Tips;

public sealed class CalendarTests
{
    private static readonly TipLibrary Library = TipLibrary.Load(ContentFolder.BesideProgram);

    private readonly Calendar calendar = new(Library);

    [Fact]
    public void Whatever_one_chose_nothing_comes_again_before_all_of_it_has_been() => Assert.All(Choices, choice =>
    {
        var held = Library.All.Where(choice.Holds).Select(tip => tip.Id).ToList();
        Assert.NotEmpty(held);

        foreach (var round in Weeks(104).Select(issue => calendar.TipOf(issue, choice)).Chunk(held.Count).Where(round => round.Length == held.Count))
            Assert.Equal(held.Order(ById), round.Order(ById));
    });

    [Fact]
    public void Two_weeks_in_a_row_are_never_about_the_same_area()
    {
        var areas = Library.All.ToDictionary(tip => tip.Id, tip => tip.Area);
        foreach (var energy in Enum.GetValues<Energy>())
        {
            var choice = new TipChoice(Focus.Everything, energy);
            foreach (var (last, next) in Weeks(104).Zip(Weeks(105).Skip(1)))
                Assert.NotEqual(areas[calendar.TipOf(last, choice)], areas[calendar.TipOf(next, choice)]);
        }
    }

    [Fact]
    public void Whatever_one_chose_an_area_comes_twice_in_a_row_only_where_nothing_else_is_left() => Assert.All(Choices, choice =>
    {
        var held = Library.All.Where(choice.Holds).ToDictionary(tip => tip.Id);
        var weeks = Weeks(104).Select(issue => held[calendar.TipOf(issue, choice)]).ToList();

        for (var week = 1; week < weeks.Count; week++)
        {
            if (weeks[week].Area == weeks[week - 1].Area)
                Assert.All(held.Values.Except(weeks[(week - (week % held.Count))..week]), left => Assert.Equal(weeks[week].Area, left.Area));
        }
    });

    // A run has a batch for each at least, and a mail is rendered for each: it is all tips at most, whatever people choose.
    [Fact]
    public void An_issue_has_no_more_variants_in_a_language_than_the_library_has_tips() => Assert.All(Weeks(104), issue =>
        Assert.InRange(Choices.Select(choice => new Variant(Language.English, calendar.TipOf(issue, choice))).Distinct().Count(), 1, Library.All.Count));

    [Fact]
    public void Every_instance_says_the_same_whatever_it_was_asked_before()
    {
        var other = new Calendar(TipLibrary.Load(ContentFolder.BesideProgram));

        Assert.Equal(Weeks(160).Select(calendar.TipOf), Weeks(160).Reverse().Select(other.TipOf).Reverse());
    }

    [Theory]
    [InlineData("1999-W01")]
    [InlineData("2026-W01")]
    [InlineData("2026-W53")]
    [InlineData("2075-W30")]
    public void Any_week_has_a_tip(string issue) =>
        Assert.Contains(calendar.TipOf(Issue(issue)), Library.All.Select(tip => tip.Id));

    [Fact]
    public void A_tip_that_is_added_changes_no_week_before_it() => Additions.Sample(addition =>
    {
        var before = new TipRound(CalendarFile.Empty, addition.Tips);
        var since = CalendarFile.Empty with { Since = new Dictionary<TipId, IssueId> { [addition.Added.Id] = Weeks(200).ElementAt(addition.Week) } };
        var after = new TipRound(since, [.. addition.Tips, addition.Added]);

        var weeks = Weeks(200).ToList();
        Assert.Equal(weeks[..addition.Week].Select(before.TipOf), weeks[..addition.Week].Select(after.TipOf));
        Assert.Contains(addition.Added.Id, weeks.Skip(addition.Week).Take(addition.Tips.Length + 1).Select(after.TipOf));
    });

    [Fact]
    public void A_tip_that_is_added_to_our_library_leaves_the_archive_as_it_is()
    {
        var added = new TipFacts(TipId.TryParse("added", out var id) ? id : default, Area.Self, Energy.Gentle);
        var since = CalendarFile.Empty with { Since = new Dictionary<TipId, IssueId> { [id] = Weeks(105).Last() } };

        Assert.All(Choices, choice =>
        {
            var round = new TipRound(since, [.. Library.All.Append(added).Where(choice.Holds)]);
            Assert.Equal(Weeks(104).Select(issue => calendar.TipOf(issue, choice)), Weeks(104).Select(round.TipOf));
        });
    }

    [Fact]
    public void A_week_can_be_given_a_tip_and_the_weeks_before_stay_as_they_were()
    {
        var tips = Library.All.ToArray();
        var weeks = Weeks(tips.Length + 1).ToList();
        var usual = new TipRound(CalendarFile.Empty, tips);
        var set = usual.TipOf(weeks[30]);

        var round = new TipRound(CalendarFile.Empty with { Overrides = new Dictionary<IssueId, TipId> { [weeks[10]] = set } }, tips);

        Assert.Equal(set, round.TipOf(weeks[10]));
        Assert.Equal(weeks[..10].Select(usual.TipOf), weeks[..10].Select(round.TipOf));
        Assert.Distinct(weeks[..tips.Length].Select(round.TipOf));
    }

    [Fact]
    public void Who_is_drained_is_not_given_what_does_not_suit_her()
    {
        var stretch = Library.All.First(tip => tip.Energy == Energy.Stretch);
        var calendarFile = CalendarFile.Empty with { Overrides = new Dictionary<IssueId, TipId> { [Issue("2026-W10")] = stretch.Id } };

        var gentle = new TipRound(calendarFile, [.. Library.All.Where(tip => tip.Energy == Energy.Gentle)]);

        Assert.NotEqual(stretch.Id, gentle.TipOf(Issue("2026-W10")));
    }

    [Theory]
    [InlineData("since:\n  nobody-knows-it: 2027-W01", 2, "the library has no tip 'nobody-knows-it'")]
    [InlineData("since:\n  breathe: 2026-W54", 2, "'2026-W54' is not a week")]
    [InlineData("overrides:\n  2026-W52: nobody-knows-it", 2, "the library has no tip 'nobody-knows-it'")]
    [InlineData("overrides:\n  december: breathe", 2, "'december' is not a week")]
    [InlineData("overides:\n  2026-W52: breathe", 1, "'overides' is not a known key")]
    [InlineData("overrides: breathe", 1, "'overrides' should hold fields")]
    public void What_is_wrong_with_the_calendar_is_told_with_its_line(string text, int line, string complaint)
    {
        using var library = new LibraryOf();
        library.Write("calendar.yml", text);

        Assert.Contains($"content/calendar.yml:{line}: {complaint}", library.Complaint(), StringComparison.Ordinal);
    }

    private static Comparer<TipId> ById { get; } =
        Comparer<TipId>.Create((left, right) => string.CompareOrdinal(left.ToString(), right.ToString()));

    private static Gen<(TipFacts[] Tips, TipFacts Added, int Week)> Additions { get; } =
        from counts in Gen.Int[1, 10].Array[7]
        from area in Gen.Int[0, 6]
        from week in Gen.Int[1, 90]
        select (counts.SelectMany((count, of) => Enumerable.Range(0, count).Select(index => Fact((Area)of, index))).ToArray(), Fact((Area)area, 99), week);

    private static TipFacts Fact(Area area, int index)
    {
        Assert.True(TipId.TryParse($"{area}-{index}".ToLowerInvariant(), out var id));
        return new TipFacts(id, area, Energy.Steady);
    }

    /// <summary>Everything that a subscriber can choose.</summary>
    private static IEnumerable<TipChoice> Choices =>
        from areas in Enumerable.Range(1, 127)
        from energy in Enum.GetValues<Energy>()
        select new TipChoice(Focus.Of(Enum.GetValues<Area>().Where(area => (areas & (1 << (int)area)) != 0)), energy);

    private static IEnumerable<IssueId> Weeks(int count) =>
        Enumerable.Range(0, count).Select(week => Calendar.Start.Plus(week));

    private static IssueId Issue(string text)
    {
        Assert.True(IssueId.TryParse(text, out var issue));
        return issue;
    }
}
