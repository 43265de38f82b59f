using System.Text.Json;
using DigestFunctions.Local;
using Xunit;

namespace DigestFunctions.Tests.Local;

/// <summary>Commands that were typed wrong, or want to be asked about.</summary>
public sealed class UsageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("status --jsno", "status --help")]
    [InlineData("import --json nowhere.csv", "import --help")]
    [InlineData("erase nobody --json", "erase --help")]
    [InlineData("suppress reader@example.com", "suppress --help")]
    [InlineData("tips calendar --weeks 0", "tips calendar --help")]
    [InlineData("--once", "--help")]
    public async Task What_is_wrong_is_said_on_standard_error_with_where_the_help_is(string arguments, string help)
    {
        var (status, said, errors) = await CommandLine.RunAsync(arguments.Split(' '));

        Assert.Equal((1, ""), (status, said));
        var lines = errors.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("What it takes: dotnet run --project src/DigestFunctions.Local -- " + help, lines[^1]);
        Assert.InRange(lines.Length, 2, 5);
    }

    [Fact]
    public async Task Help_is_on_standard_output_and_no_error()
    {
        var (status, said, errors) = await CommandLine.RunAsync("erase", "--help");

        Assert.Equal((0, ""), (status, errors));
        Assert.Contains("--yes", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_keys_are_lines_of_settings_or_JSON()
    {
        var (status, lines, _) = await CommandLine.RunAsync("keys", "new", "--number", "2");
        var (statusOfJson, said, _) = await CommandLine.RunAsync("keys", "new", "--number", "2", "--json");

        Assert.Equal((0, 0), (status, statusOfJson));
        var made = JsonSerializer.Deserialize<Dictionary<string, string>>(said)!;
        Assert.Equal(lines.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=')[0]), made.Keys);
        Assert.All(made.Values, secret => Assert.Equal(32, Convert.FromBase64String(secret.Split(':')[^1]).Length));
        Assert.StartsWith("2:", made["Links__Secret"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("y", true)]
    [InlineData("Yes ", true)]
    [InlineData("n", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public async Task Who_erases_is_asked_first(string? typed, bool agrees)
    {
        using var input = new StringReader(typed is null ? "" : typed + "\n");
        using var output = new StringWriter();

        Assert.Equal(agrees, await PersonCommands.AgreesAsync(isTerminal: true, input, output, Cancellation));
        Assert.Contains("It can't be undone.", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_asked_and_presses_Ctrl_C_waits_for_nothing()
    {
        using var input = new SilentReader();
        using var pressed = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var asked = PersonCommands.AgreesAsync(isTerminal: true, input, TextWriter.Null, pressed.Token);

        await pressed.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task Where_nobody_can_be_asked_it_wants_yes()
    {
        var problem = await Assert.ThrowsAsync<LocalProblemException>(() => PersonCommands.AgreesAsync(isTerminal: false, TextReader.Null, TextWriter.Null, Cancellation));

        Assert.Contains("--yes", problem.Message, StringComparison.Ordinal);
    }

    // A person who types nothing.
    private sealed class SilentReader : TextReader
    {
        private readonly ManualResetEventSlim typed = new();

        public override string? ReadLine()
        {
            typed.Wait();
            return null;
        }

        protected override void Dispose(bool disposing)
        {
            typed.Set();
            base.Dispose(disposing);
        }
    }
}
