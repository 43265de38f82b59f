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
