using System.Text.Json;
using DigestFunctions.Core;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.EntryPoints;
using Microsoft.Extensions.Configuration;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests;

public sealed class SettingsTests(SharedAzurite azurite)
{
    [Fact]
    public void Good_settings_are_read_with_their_defaults()
    {
        var settings = Read();

        Assert.Equal(ScheduleOptions.DefaultLead, settings.Schedule.Lead);
        Assert.Equal("http://digest.test/unsubscribe/T", settings.Address.Unsubscribe("T"));
    }

    [Theory]
    [InlineData("Data", "")]
    [InlineData("Data", "nonsense")]
    [InlineData("Identity:Secret", "c2hvcnQ=")]
    [InlineData("Links:Secret", "no-key-id")]
    [InlineData("Links:BaseUrl", "digest.example.org")]
    [InlineData("Mail:FromAddress", "nobody")]
    [InlineData("Mail:FromName", "")]
    [InlineData("Mail:ReplyTo", "nobody")]
    [InlineData("Mail:PostalAddress", "")]
    [InlineData("Mail:ListId", "Empathy Digest <digest.example.org>")]
    [InlineData("SendGrid:ApiKey", "SG.one two")]
    [InlineData("SendGrid:ApiKey", "SG.one\nSG.two")]
    [InlineData("SendGrid:BaseUrl", "sendgrid")]
    [InlineData("SendGrid:WebhookPublicKey", "nonsense")]
    [InlineData("SendGrid:WebhookPublicKey", "MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAE")]
    [InlineData("Delivery:Lead", "00:05:00")]
    [InlineData("Delivery:Lead", "24:30:00")]
    [InlineData("Delivery:Lead", "2.00:00:00")]
    [InlineData("Delivery:Lead", "soon")]
    [InlineData("Delivery:MaxConcurrency", "0")]
    [InlineData("Delivery:MaxConcurrency", "many")]
    [InlineData("Operate:Key", "short")]
    [InlineData("SignUp:MaxPerHour", "0")]
    [InlineData("SignUp:MaxPerHour", "1000001")]
    [InlineData("SignUp:MaxPerHour", "many")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "nonsense")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=mine")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=westeurope")]
    public void A_bad_setting_stops_the_start_with_one_sentence_that_names_it(string setting, string value)
    {
        var stopped = Assert.Throws<SettingsException>(() => Read((setting, value)));

        var sentence = Assert.Single(stopped.Problems);
        Assert.StartsWith(setting, sentence, StringComparison.Ordinal);
        Assert.EndsWith(".", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Data", "DefaultEndpointsProtocol=https;AccountKey=c2VjcmV0")]
    [InlineData("Identity:Secret", "c2VjcmV0")]
    [InlineData("Links:Secret", "1:c2VjcmV0")]
    [InlineData("Links:Secret", "c2VjcmV0")]
    [InlineData("Operate:Key", "c2VjcmV0")]
    [InlineData("SendGrid:ApiKey", "SG.c2VjcmV0 SG.two")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=c2VjcmV0")]
    public void A_secret_that_is_refused_is_not_in_the_sentence(string setting, string value)
    {
        var stopped = Assert.Throws<SettingsException>(() => Read((setting, value)));

        Assert.DoesNotContain("c2VjcmV0", stopped.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_missing_is_said_at_once()
    {
        var stopped = Assert.Throws<SettingsException>(() => ServiceSettings.Read(new ConfigurationBuilder().Build()));

        Assert.Equal(8, stopped.Problems.Count);
    }

    [Theory]
    [InlineData("Identity:Secret")]
    [InlineData("Links:Secret")]
    [InlineData("Mail:FromName")]
    [InlineData("Mail:PostalAddress")]
    public void A_reference_to_the_vault_that_Azure_could_not_resolve_stops_the_start_and_names_the_secret(string setting)
    {
        var stopped = Assert.Throws<SettingsException>(() => Read((setting, "@Microsoft.KeyVault(SecretUri=https://kv-digest.vault.azure.net/secrets/The-Secret/)")));

        Assert.StartsWith($"{setting} refers to the secret The-Secret in Key Vault, which Azure could not read.", Assert.Single(stopped.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://digest.example.org")]
    [InlineData("http://digest.example.org")]
    public void The_samples_secrets_are_good_on_this_machine_and_nowhere_else(string elsewhere)
    {
        using var sample = JsonDocument.Parse(File.ReadAllText(Repository.Path("src/DigestFunctions/local.settings.sample.json")));
        var values = sample.RootElement.GetProperty("Values");
        var (identity, links) = (values.GetProperty("Identity__Secret").GetString(), values.GetProperty("Links__Secret").GetString());
        (string, string?)[] secrets = [("Identity:Secret", identity), ("Links:Secret", $"2:{Secrets.New()},{links}"), ("Operate:Key", identity)];

        Read([("Links:BaseUrl", "http://localhost:7071"), .. secrets]);
        var stopped = Assert.Throws<SettingsException>(() => Read([("Links:BaseUrl", elsewhere), .. secrets]));

        Assert.Equal(["Identity:Secret", "Links:Secret", "Operate:Key"], stopped.Problems.Select(problem => problem.Split(' ')[0]));
    }

    [Fact]
    public void Blanks_around_SendGrids_key_are_not_of_it() => Assert.Equal("SG.x", Read(("SendGrid:ApiKey", " SG.x\n")).SendGrid.ApiKey);

    [Fact]
    public void The_store_can_be_given_by_address_for_an_identity()
    {
        var settings = Read(
            ("Data", null),
            ("Data:tableServiceUri", "https://digest.table.core.windows.net"),
            ("Data:queueServiceUri", "https://digest.queue.core.windows.net"),
            ("Data:clientId", "00000000-0000-0000-0000-000000000001"));

        Assert.Equal("digest.queue.core.windows.net", settings.Store.Queues.Uri.Host);
    }

    [Theory]
    [InlineData("00:25:00", 25)]
    [InlineData("23:59:00", 23 * 60 + 59)]
    [InlineData("24:00:00", 24 * 60)]
    public void The_lead_can_be_set_from_25_minutes_to_24_hours(string lead, int minutes) =>
        Assert.Equal(Duration.FromMinutes(minutes), Read(("Delivery:Lead", lead)).Schedule.Lead);

    [Fact]
    public void How_much_is_done_at_once_can_be_set() =>
        Assert.Equal(3, Read(("Delivery:MaxConcurrency", "3")).Schedule.MaxConcurrency);

    [Fact]
    public void How_many_sign_ups_are_taken_in_an_hour_can_be_set() =>
        Assert.Equal(50, Read(("SignUp:MaxPerHour", "50")).SignUp.MaxPerHour);

    private ServiceSettings Read(params (string Setting, string? Value)[] other)
    {
        var settings = TestApp.Settings(azurite.ConnectionString, new Uri("http://localhost:1"));
        foreach (var (setting, value) in other)
            settings[setting] = value;
        return ServiceSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
    }
}
