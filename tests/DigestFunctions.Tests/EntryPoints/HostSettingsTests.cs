using System.Text.Json;
using Xunit;

namespace DigestFunctions.Tests.EntryPoints;

public sealed class HostSettingsTests
{
    [Fact]
    public void Routes_have_no_prefix_and_messages_are_base64()
    {
        var extensions = Json("host.json").GetProperty("extensions");

        Assert.Equal("", extensions.GetProperty("http").GetProperty("routePrefix").GetString());
        Assert.Equal("base64", extensions.GetProperty("queues").GetProperty("messageEncoding").GetString());
    }

    // By OpenTelemetry the host exports each request with its path, and can't be told not to (azure-functions-host, issue
    // 11540). So it goes by its own way, where requests can be left out; and what we log, we export ourselves.
    [Fact]
    public void The_host_exports_no_request_whose_path_can_hold_a_token_and_no_line_of_ours_twice()
    {
        var host = Json("host.json");
        var insights = host.GetProperty("logging").GetProperty("applicationInsights");

        Assert.False(host.TryGetProperty("telemetryMode", out _));
        Assert.False(insights.GetProperty("httpAutoCollectionOptions").GetProperty("enableHttpTriggerExtendedInfoCollection").GetBoolean());
        Assert.False(insights.GetProperty("enableDependencyTracking").GetBoolean());
        Assert.False(insights.GetProperty("enableLiveMetrics").GetBoolean());
        Assert.Equal("None", insights.GetProperty("logLevel").GetProperty("Host.Results").GetString());
        Assert.Equal("None", insights.GetProperty("logLevel").GetProperty("Function").GetString());
    }

    [Fact]
    public void The_sample_settings_work_on_every_system_and_hold_secrets_long_enough()
    {
        var values = Json("src/DigestFunctions/local.settings.sample.json").GetProperty("Values");

        // A colon in the name of an environment variable is read as a level on Windows only.
        Assert.All(values.EnumerateObject(), value => Assert.DoesNotContain(':', value.Name));
        Assert.Equal("true", values.GetProperty("AzureWebJobsDisableHomepage").GetString());

        var linksSecret = values.GetProperty("Links__Secret").GetString()!.Split(':')[1];
        var identitySecret = values.GetProperty("Identity__Secret").GetString()!;
        Assert.True(Convert.FromBase64String(linksSecret).Length >= 32);
        Assert.True(Convert.FromBase64String(identitySecret).Length >= 32);
    }

    private static JsonElement Json(string path) =>
        JsonDocument.Parse(File.ReadAllText(Repository.Path(path))).RootElement;
}
