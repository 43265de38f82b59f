using System.Text.Json;
using System.Text.RegularExpressions;
using DigestFunctions.Core.Web;
using DigestFunctions.Tests.EntryPoints;
using Xunit;

namespace DigestFunctions.Tests.Infra;

/// <summary>What the runbook has to be copied holds what the templates and the routes do.</summary>
public sealed partial class RunbookTests
{
    // By the command line they are given by --storage, or are of no matter to it.
    private static readonly HashSet<string> OfTheAppAlone =
    [
        "AzureWebJobsStorage:accountName", "AzureWebJobsStorage:credential", "AzureWebJobsStorage:clientId",
        "Data:tableServiceUri", "Data:queueServiceUri", "Data:credential", "Data:clientId",
        "SignUp:MaxPerHour",
    ];

    [Fact]
    public async Task The_command_line_gets_every_setting_of_the_app_and_by_the_same_variables()
    {
        var app = SettingOfApp().Matches(await ReadAsync("infra/settings.bicep")).Select(setting => setting.Groups["name"].Value.Replace("__", ":", StringComparison.Ordinal));

        var exported = Exported().Matches(await ReadAsync("docs/operations.md")).Select(setting => (Name: setting.Groups["name"].Value.Replace("__", ":", StringComparison.Ordinal), From: setting.Groups["from"].Value)).ToList();

        Assert.Equal(app.Except(OfTheAppAlone).Order(StringComparer.Ordinal), exported.Select(each => each.Name).Order(StringComparer.Ordinal));
        var known = await ReadAsync("infra/main.bicepparam") + await ReadAsync("infra/main.bicep") + await ReadAsync("infra/settings.bicep");
        Assert.All(exported, each => Assert.Contains(Variable().Match(each.From).Value, known, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Entra_ID_is_before_the_operators_pages_and_before_no_other()
    {
        var block = AuthSettings().Match(await ReadAsync("docs/operations.md")).Groups["json"].Value;
        using var settings = JsonDocument.Parse(block);
        var open = settings.RootElement.GetProperty("properties").GetProperty("globalValidation").GetProperty("excludedPaths").EnumerateArray().Select(path => path.GetString()!).ToList();

        Assert.Equal(
            Routes.All.Select(route => route.Pattern).Where(IsOpen).Distinct().Order(StringComparer.Ordinal),
            Routes.All.Select(route => route.Pattern).Where(pattern => !pattern.StartsWith("/operate/", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal));
        Assert.All(open, path => Assert.Contains(Routes.All, route => Opens(path, route.Pattern)));

        bool IsOpen(string pattern) => open.Exists(path => Opens(path, pattern));
    }

    private static bool Opens(string path, string pattern) =>
        path.EndsWith("/*", StringComparison.Ordinal) ? pattern.StartsWith(path[..^1], StringComparison.Ordinal) : path == pattern;

    private static Task<string> ReadAsync(string path) => File.ReadAllTextAsync(Repository.Path(path), TestContext.Current.CancellationToken);

    [GeneratedRegex(@"^    (?<name>[A-Z][A-Za-z]+__\w+): ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SettingOfApp();

    [GeneratedRegex(@"(?<name>[A-Z][A-Za-z]+__\w+)=""(?<from>[^""]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Exported();

    [GeneratedRegex(@"```json\n(?<json>\{.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AuthSettings();

    // Of $DIGEST_URL, ${MAIL_REPLY_TO:-} and $(secret Links-Secret).
    [GeneratedRegex(@"(?<=\$\(secret |\$\{?)[A-Z][\w-]+", RegexOptions.None, 1000)]
    private static partial Regex Variable();
}
