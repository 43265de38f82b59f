using CsCheck;
using DigestFunctions.Core.Subscribers;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Subscribers;

/// <summary>What is known of an address, and how more is added to it.</summary>
public sealed class SuppressionTests
{
    private static readonly Instant At = Instant.FromUtc(2026, 12, 1, 8, 0);

    private static readonly Gen<Suppression> Any = Gen.Select(Gen.Enum<SuppressionReason>(), Gen.Int[0, 3], Gen.Int[0, 2])
        .Select((reason, hours, words) => Suppression.Of(reason, At + Duration.FromHours(hours), $"words {words}"));

    [Fact]
    public void What_is_said_twice_or_in_another_order_says_the_same() => Any.Array[1, 6].Sample(said =>
    {
        var all = said.Aggregate((one, next) => one.And(next));
        var again = said.Reverse().Concat(said).Aggregate((one, next) => one.And(next));
        return all.Equals(again) && all.Equals(all.And(said[0]));
    });

    [Theory]
    [InlineData("2026-W49 2026-W50 2026-W51", true)]
    [InlineData("2026-W51 2026-W49 2026-W50 2026-W49", true)]
    [InlineData("2026-W52 2026-W53 2027-W01", true)]
    [InlineData("2026-W47 2026-W49 2026-W50 2026-W51", true)]
    [InlineData("2026-W49 2026-W50", false)]
    [InlineData("2026-W49 2026-W49 2026-W49", false)]
    [InlineData("2026-W49 2026-W50 2026-W52", false)]
    [InlineData("2026-W48 2026-W50 2026-W52 2027-W01", false)]
    public void A_mail_server_that_refuses_three_issues_in_a_row_is_mailed_no_more(string issues, bool suppressed)
    {
        var known = issues.Split(' ')
            .Select((issue, index) => Suppression.OfBlocked(Slots.Issue(issue), At + Duration.FromDays(7 * index), "554"))
            .Aggregate((one, next) => one.And(next));

        Assert.Equal(suppressed ? SuppressionReason.Blocked : (SuppressionReason?)null, known.Reason);
    }

    [Fact]
    public void The_reason_of_before_stays_unless_there_is_a_stronger_one()
    {
        var left = Suppression.Of(SuppressionReason.Unsubscribed, At, "first");
        var bounced = Suppression.Of(SuppressionReason.Bounced, At + Duration.FromDays(1), "second");
        var complained = Suppression.Of(SuppressionReason.Complained, At + Duration.FromDays(2), "third");

        Assert.Equal(SuppressionReason.Bounced, left.And(bounced).Reason);
        Assert.Equal("second", bounced.And(Suppression.Of(SuppressionReason.Bounced, At + Duration.FromDays(5), "later")).Evidence);
        Assert.Equal(SuppressionReason.Complained, complained.And(bounced).And(left).Reason);
    }
}
