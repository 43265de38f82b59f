using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using Xunit;

namespace DigestFunctions.Tests.Subscribers;

public sealed class CheckInsTests
{
    [Fact]
    public void The_last_answer_for_an_issue_counts()
    {
        var checkIns = CheckIns.None.With(Issue("2026-W48"), CheckInAnswer.NotYet).With(Issue("2026-W48"), CheckInAnswer.Tried);

        Assert.Equal("2026-W48:tried", checkIns.ToString());
    }

    [Fact]
    public void Answers_are_kept_in_the_order_of_their_issues_and_read_as_they_were_written()
    {
        var checkIns = CheckIns.None.With(Issue("2026-W48"), CheckInAnswer.Tried).With(Issue("2026-W46"), CheckInAnswer.TooMuch);

        Assert.Equal("2026-W46:toomuch 2026-W48:tried", checkIns.ToString());
        Assert.True(CheckIns.TryParse(checkIns.ToString(), out var read));
        Assert.Equal(checkIns, read);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("2026-W47:tried", 1)]
    [InlineData("2026-W43:tried 2026-W44:tried 2026-W47:tried 2026-W48:tried", 2)]
    [InlineData("2026-W44:tried 2026-W45:tried 2026-W46:tried 2026-W47:tried", 4)]
    [InlineData("2026-W46:notyet 2026-W47:toomuch", 0)]
    public void A_streak_counts_the_four_weeks_before_an_issue(string text, int weeks)
    {
        Assert.True(CheckIns.TryParse(text, out var checkIns));

        Assert.Equal(weeks, checkIns.PractisedBefore(Issue("2026-W48")));
    }

    [Fact]
    public void A_streak_goes_on_over_the_turn_of_a_year_of_53_weeks()
    {
        Assert.True(CheckIns.TryParse("2026-W51:tried 2026-W52:tried 2026-W53:tried 2027-W01:tried", out var checkIns));

        Assert.Equal(4, checkIns.PractisedBefore(Issue("2027-W02")));
    }

    [Fact]
    public void A_year_of_answers_fits_into_a_row_and_no_more_is_kept()
    {
        var checkIns = CheckIns.None;
        for (var week = 0; week < 80; week++)
            checkIns = checkIns.With(Issue("2026-W01").Plus(week), CheckInAnswer.TooMuch);

        Assert.Equal(54, checkIns.All.Count());
        Assert.Equal(Issue("2026-W01").Plus(79), checkIns.All.Last().Issue);
        Assert.Equal(5, checkIns.Recent.All.Count());
    }

    [Theory]
    [InlineData("2026-W48")]
    [InlineData("2026-W48:")]
    [InlineData("2026-W48:1")]
    [InlineData("2026-W99:tried")]
    [InlineData("2026-W48:tried:tried")]
    [InlineData(null)]
    public void What_we_did_not_write_is_not_read(string? text) => Assert.False(CheckIns.TryParse(text, out _));

    private static IssueId Issue(string text) => Slots.Issue(text);
}
