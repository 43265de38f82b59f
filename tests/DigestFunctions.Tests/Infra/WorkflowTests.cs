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

    private static YamlMappingNode Load(string file)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(Repository.Path(file))));
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    [GeneratedRegex(@"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Pinned();
}
