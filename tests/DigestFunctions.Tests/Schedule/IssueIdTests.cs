using CsCheck;
using DigestFunctions.Core.Schedule;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Schedule;

public sealed class IssueIdTests
{
    private static readonly Gen<LocalDate> Dates = Gen.Int[0, 36_500].Select(days => new LocalDate(1990, 1, 1).PlusDays(days));

    [Theory]
    [InlineData("2026-11-24", "2026-W48")]
    [InlineData("2027-01-03", "2026-W53")] // a Sunday of the week year before
    [InlineData("2024-12-30", "2025-W01")] // a Monday of the week year after
    public void The_turn_of_the_year_belongs_to_the_week_year(string date, string issue) =>
        Assert.Equal(issue, IssueId.Of(NodaTime.Text.LocalDatePattern.Iso.Parse(date).Value).ToString());

    [Fact]
    public void An_issue_reads_as_it_was_written() => Dates.Sample(date =>
        IssueId.TryParse(IssueId.Of(date).ToString(), out var read) && read == IssueId.Of(date));

    [Fact]
    public void Issues_are_in_the_order_of_their_weeks() => Gen.Select(Dates, Dates).Sample((one, other) =>
        (IssueId.Of(one) < IssueId.Of(other)) == (IssueId.Of(one).Monday < IssueId.Of(other).Monday));

    [Theory]
    [InlineData("2025-W53")]
    [InlineData("2026-W00")]
    [InlineData("2026-48")]
    [InlineData("2026-W4")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_week_is_refused(string? text) => Assert.False(IssueId.TryParse(text, out _));
}
