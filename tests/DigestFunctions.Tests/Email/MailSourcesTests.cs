using DigestFunctions.Local;
using Xunit;

namespace DigestFunctions.Tests.Email;

public sealed class MailSourcesTests
{
    [Fact]
    public async Task The_checked_in_mails_are_what_their_MJML_compiles_to()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var tools = new NodeTools(Workplace.Find());
        await tools.EnsureInstalledAsync(Console.Error.WriteLine, cancellation);

        var (exitCode, output) = await tools.RunAsync("node", ["build/mails.mjs", "--check"], cancellation);

        Assert.True(exitCode == 0, output);
    }
}
