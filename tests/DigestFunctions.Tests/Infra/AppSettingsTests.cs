using System.Text.Json;
using DigestFunctions.Core;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.EntryPoints;
using Xunit;

namespace DigestFunctions.Tests.Infra;

public sealed class AppSettingsTests
{
    // What the code has a default for, and Azure no reason to set.
    private static readonly HashSet<string> LeftOut =
    [
        "Data",                     // The addresses of its services are set, and no connection string.
        "Delivery:MaxConcurrency",  // host.json says it.
    ];

    private static readonly HashSet<string> ForTheHost =
    [
        "APPLICATIONINSIGHTS_CONNECTION_STRING",
        "AzureWebJobsDisableHomepage",
        "AzureWebJobsStorage:accountName",
        "AzureWebJobsStorage:clientId",
        "AzureWebJobsStorage:credential",
        "Data:credential",
    ];

    [Fact]
    public async Task Every_setting_that_the_code_reads_is_set_or_has_a_default()
    {
        var set = await SetAsync();

        var read = WatchedSettings.AskedFor(set, settings => ServiceSettings.Read(settings));

        Assert.Subset(LeftOut, read.Where(name => !set.ContainsKey(name)).ToHashSet(StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task No_setting_is_set_that_neither_the_code_nor_the_host_reads()
    {
        var set = await SetAsync();

        var read = WatchedSettings.AskedFor(set, settings => ServiceSettings.Read(settings));

        Assert.Subset(ForTheHost, set.Keys.Where(name => !read.Contains(name)).ToHashSet(StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Secrets_stand_in_the_vault_and_the_settings_refer_to_them()
    {
        var settings = await SettingsAsync();

        Assert.All(["Links__Secret", "Identity__Secret", "Operate__Key", "SendGrid__ApiKey"], name =>
            Assert.Contains("variables('inVault')", settings.GetProperty(name).GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task As_many_sign_ups_can_be_allowed_as_the_code_allows()
    {
        var parameter = (await CompiledInfra.TemplateAsync()).GetProperty("parameters").GetProperty("signUpsPerHour");

        Assert.Equal(1, parameter.GetProperty("minValue").GetInt32());
        Assert.Equal(SignUpOptions.HighestMaxPerHour, parameter.GetProperty("maxValue").GetInt32());
        Assert.Equal(new SignUpOptions().MaxPerHour, parameter.GetProperty("defaultValue").GetInt32());
    }

    private static async Task<JsonElement> SettingsAsync() =>
        Assert.Single(await CompiledInfra.ResourcesAsync(), resource => resource.Type == "Microsoft.Web/sites/config").Properties;

    // The names are the template's; its values are expressions, and stand-ins do for those.
    private static async Task<Dictionary<string, string>> SetAsync()
    {
        using var sample = JsonDocument.Parse(await File.ReadAllTextAsync(Repository.Path("src/DigestFunctions/local.settings.sample.json"), TestContext.Current.CancellationToken));
        var examples = sample.RootElement.GetProperty("Values").EnumerateObject().ToDictionary(each => each.Name, each => each.Value.GetString()!);
        examples["Data__tableServiceUri"] = "https://example.table.core.windows.net/";
        examples["Data__queueServiceUri"] = "https://example.queue.core.windows.net/";
        return (await SettingsAsync()).EnumerateObject().ToDictionary(
            each => each.Name.Replace("__", ":", StringComparison.Ordinal),
            each => examples.GetValueOrDefault(each.Name, ""),
            StringComparer.OrdinalIgnoreCase);
    }
}
