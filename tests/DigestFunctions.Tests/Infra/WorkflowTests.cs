using System.Diagnostics;
using System.Text.RegularExpressions;
using DigestFunctions.Tests.EntryPoints;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace DigestFunctions.Tests.Infra;

public sealed partial class WorkflowTests
{
    public static TheoryData<string> Workflows => [.. Directory.GetFiles(Repository.Path(".github/workflows")).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Every_action_is_pinned_to_a_commit_and_says_of_which_version(string file)
    {
        var uses = File.ReadAllLines(Repository.Path(".github/workflows/" + file)).Where(line => line.Contains("uses:", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(uses);
        Assert.All(uses, line => Assert.Matches(Pinned(), line));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void A_workflow_may_read_the_code_and_no_more_but_where_it_says_so(string file)
    {
        var permissions = (YamlMappingNode)Load(".github/workflows/" + file).Children["permissions"];

        Assert.Equal("contents: read", string.Join(", ", permissions.Children.Select(each => $"{each.Key}: {each.Value}")));
    }

    [Fact]
    public void One_action_has_one_pin_in_all_workflows()
    {
        var pins = Directory.GetFiles(Repository.Path(".github/workflows")).SelectMany(File.ReadAllLines)
            .Select(line => Pinned().Match(line)).Where(match => match.Success).Select(match => match.Value).Distinct().ToList();

        Assert.Distinct(pins.Select(pin => pin.Split('@')[0]), StringComparer.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("azure.yaml")]
    [InlineData(".github/dependabot.yml")]
    public void A_file_of_settings_is_YAML(string file) => Assert.NotEmpty(Load(file).Children);

    [Fact]
    public void Azd_runs_the_hooks_that_there_are()
    {
        var hooks = (YamlMappingNode)Load("azure.yaml").Children["hooks"];

        Assert.All(hooks.Children, hook => Assert.True(File.Exists(Repository.Path(hook.Value["run"].ToString()))));
        Assert.Equal(Directory.GetFiles(Repository.Path("infra/hooks")).Length, hooks.Children.Count);
    }

    [Fact]
    public async Task A_deployment_that_lacks_a_variable_names_it_before_anything_is_changed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The step is for GitHub's bash.");
        var steps = Runs("deploy");
        var check = steps.Single(step => step.Contains("missing=", StringComparison.Ordinal));
        string[] wanted =
        [
            .. Undefaulted().Matches(await File.ReadAllTextAsync(Repository.Path("infra/main.bicepparam"), TestContext.Current.CancellationToken)).Select(each => each.Groups["name"].Value),
            "AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_SUBSCRIPTION_ID", "AZURE_KEY_VAULT_NAME", "BUDGET_START",
        ];

        Assert.Equal(steps[0], check);
        Assert.Equal((0, ""), await RunAsync(check, wanted));
        foreach (var missing in wanted)
        {
            var (exitCode, said) = await RunAsync(check, wanted.Where(name => name != missing));
            Assert.Equal(1, exitCode);
            Assert.Contains($"missing: {missing}.", said, StringComparison.Ordinal);
        }
    }

    private static IReadOnlyList<string> Runs(string job) =>
    [
        .. from step in (YamlSequenceNode)Load(".github/workflows/deploy.yml")["jobs"][job]["steps"]
           where step is YamlMappingNode mapping && mapping.Children.ContainsKey("run")
           select step["run"].ToString(),
    ];

    private static async Task<(int ExitCode, string Said)> RunAsync(string script, IEnumerable<string> given)
    {
        var start = new ProcessStartInfo("bash", ["-e", "-c", script]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment.Clear();
        foreach (var name in given)
            start.Environment[name] = "given";
        using var shell = Process.Start(start)!;
        var said = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (shell.ExitCode, said);
    }

    private static YamlMappingNode Load(string file)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(Repository.Path(file))));
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    [GeneratedRegex(@"readEnvironmentVariable\('(?<name>\w+)'\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Undefaulted();

    [GeneratedRegex(@"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Pinned();
}
