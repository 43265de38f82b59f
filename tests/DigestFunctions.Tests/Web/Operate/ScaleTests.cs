using DigestFunctions.Core.Web.Operate;
using Xunit;

namespace DigestFunctions.Tests.Web.Operate;

public sealed class ScaleTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 1, 3)]
    [InlineData(7, 2, 4)]
    [InlineData(1_125, 500, 3)]
    [InlineData(51_135, 20_000, 3)]
    public void Counts_stand_at_whole_steps(double most, double step, int steps) => Assert.Equal(new Scale(step, steps), Scale.Of(most, isCount: true));

    [Theory]
    [InlineData(.003)]
    [InlineData(.0027)]
    [InlineData(.05)]
    [InlineData(1)]
    public void A_share_has_four_steps_at_the_most_and_room_for_all(double most)
    {
        var scale = Scale.Of(most, isCount: false);

        Assert.InRange(scale.Steps, 2, 4);
        Assert.InRange(most, scale.Step, scale.Top * 1.000_001);
    }
}
