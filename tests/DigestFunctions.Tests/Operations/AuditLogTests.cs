using DigestFunctions.Core.Operations;
using DigestFunctions.Tests.Web;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Operations;

public sealed class AuditLogTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_newest_come_first_also_over_the_turn_of_a_month()
    {
        var log = fixture.App.Get<AuditLog>();
        Assert.True(Operator.TryParse("Jo", out var jo));
        foreach (var (day, run) in new[] { (29, "a"), (30, "b"), (31, "c"), (32, "d") })
        {
            fixture.App.SetTime(Instant.FromUtc(2026, 11, 1, 8, 0) + Duration.FromDays(day - 1));
            await log.AddAsync(jo, AuditAction.LetBe, run, "3 batches", Cancellation);
        }

        var newest = await log.NewestAsync(3, Cancellation).ToListAsync(Cancellation);

        Assert.Equal(["d", "c", "b"], newest.Select(entry => entry.About));
        Assert.Equal(new LocalDate(2026, 12, 2), newest[0].At.InUtc().Date);
        Assert.Equal(("Jo", AuditAction.LetBe, "3 batches"), (newest[0].By, newest[0].Action, newest[0].Detail));
    }

    [Theory]
    [InlineData("jo@example.com")]
    [InlineData("")]
    [InlineData("Jo\nBo")]
    public void An_address_or_two_lines_are_no_name(string text) => Assert.False(Operator.TryParse(text, out _));
}
