namespace DigestFunctions.Tests;

public sealed class SmokeTests
{
    [Xunit.Fact]
    public void One_is_one() => Xunit.Assert.Equal(1, 1);
}
