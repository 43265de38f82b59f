using System.Diagnostics;
using DigestFunctions.Local;
using Xunit;

namespace DigestFunctions.Tests.Local;

/// <summary>The local run as a process, as a newcomer starts it.</summary>
public sealed class LocalRunTests(SharedAzurite azurite)
{
    [Fact]
    public async Task The_demo_gives_each_of_a_dozen_people_exactly_one_mail_of_each_kind()
    {
        await using var app = await TestApp.StartAsync(azurite);
        // The demo goes by the real clock, and no provider takes mail for more than three days ahead of its own.
        app.Time.Set(DateTimeOffset.UtcNow);

        var (exitCode, output) = await RunAsync(["--demo", "--once", "--port", "17071"], ("Data", azurite.ConnectionString), ("SendGrid__BaseUrl", app.Provider.BaseAddress!.ToString()));

        Assert.Contains("12 of 12 people", output, StringComparison.Ordinal);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_one_sentence()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var port = app.Http.BaseAddress!.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

        var (exitCode, output) = await RunAsync(["--port", port], ("Data", azurite.ConnectionString), ("SendGrid__BaseUrl", app.Provider.BaseAddress!.ToString()));

        Assert.Equal($"The port {port} is in use by another program: end that one, or choose another port with --port.", output.Trim());
        Assert.Equal(1, exitCode);
    }

    [Fact]
    public async Task A_bad_setting_is_one_sentence()
    {
        var (exitCode, output) = await RunAsync([], ("Data", azurite.ConnectionString), ("SendGrid__BaseUrl", "http://localhost:1"), ("Mail__FromAddress", "nobody"));

        Assert.Equal("Mail:FromAddress must be the address that mail comes from, such as digest@example.org.", output.Trim());
        Assert.Equal(1, exitCode);
    }

    [Fact]
    public void Without_Node_it_says_what_to_install_or_which_setting_to_give()
    {
        var missing = Assert.Throws<LocalProblemException>(() => NodeTools.Start(new ProcessStartInfo("no-such-node")));

        Assert.Contains("Node.js 20 or newer is needed", missing.Message, StringComparison.Ordinal);
        Assert.Contains("the setting Data", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_Azurite_that_a_crash_left_is_taken_over_and_ends_with_who_took_it()
    {
        var folder = Directory.CreateTempSubdirectory("azurite-").FullName;
        var tools = new NodeTools(Workplace.Find());
        var cancellation = TestContext.Current.CancellationToken;
        Azurite? left = null;
        try
        {
            // Not disposed while all goes well: what a killed process leaves.
            left = await Azurite.StartAsync(tools, folder, Console.Error.WriteLine, cancellation);
            var said = new List<string>();

            await using (var taken = await Azurite.FindOrStartAsync(tools, folder, said.Add, cancellation))
            {
                Assert.Equal(left.ConnectionString, taken.ConnectionString);
                Assert.Equal("Taking over the Azurite that was left.", Assert.Single(said));
            }

            left = null;
            var fresh = await Azurite.StartAsync(tools, folder, said.Add, cancellation);
            await fresh.DisposeAsync();
            Assert.Single(said);
        }
        finally
        {
            if (left is not null)
                await left.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string[] arguments, params (string Name, string Value)[] environment)
    {
        var (exitCode, output, errors) = await CommandLine.RunAsync(arguments, environment);
        return (exitCode, output + errors);
    }
}
