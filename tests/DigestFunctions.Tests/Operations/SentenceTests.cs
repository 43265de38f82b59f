using DigestFunctions.Core.Operations;
using Xunit;

namespace DigestFunctions.Tests.Operations;

public sealed class SentenceTests
{
    [Theory]
    [InlineData("trial faults", "trial faults.")]
    [InlineData("wrong tip. ", "wrong tip.")]
    [InlineData("why?", "why?")]
    [InlineData("", "")]
    public void What_somebody_typed_ends_as_a_sentence(string typed, string said) => Assert.Equal(said, Sentence.Ended(typed));
}
