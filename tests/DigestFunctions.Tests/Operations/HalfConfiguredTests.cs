using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DigestFunctions.Core;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using DigestFunctions.Core.Web.Operate;
using DigestFunctions.Tests.Email;
using DigestFunctions.Tests.Web.Operate;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Operations;

/// <summary>A deployment that lacks something: it starts where it safely can, and says what doesn't work for it.</summary>
public sealed class HalfConfiguredTests(SharedAzurite azurite)
{
    private const string InVault = "@Microsoft.KeyVault(VaultName=kv-digest;SecretName=The-Secret)";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("SendGrid:ApiKey", null, "No mail can be sent: there is no key for SendGrid.")]
    [InlineData("SendGrid:ApiKey", InVault, "No mail can be sent: there is no key for SendGrid. SendGrid:ApiKey refers to the secret The-Secret in Key Vault")]
    [InlineData("SendGrid:WebhookPublicKey", null, "SendGrid's events don't reach us")]
    [InlineData("SendGrid:WebhookPublicKey", InVault, "SendGrid's events don't reach us: no delivery is proven, and no bounce or complaint suppresses anybody. SendGrid:WebhookPublicKey refers")]
    [InlineData("Operate:Key", null, "The operator's pages are closed to everybody.")]
    [InlineData("Operate:Key", InVault, "The operator's pages are closed to everybody. Operate:Key refers to the secret The-Secret in Key Vault")]
    [InlineData("Links:BaseUrl", "http://digest.example.org", "Links:BaseUrl has no TLS")]
    public async Task What_is_missing_is_said_once_at_start_and_on_Today_and_the_form_works(string setting, string? value, string what)
    {
        await using var app = await TestApp.StartAsync(azurite, settings => settings[setting] = value);

        Assert.StartsWith($"Warning 401 {setting}: {what}", Assert.Single(app.Log.All, line => line.StartsWith("Warning 401", StringComparison.Ordinal)), StringComparison.Ordinal);
        var warning = Assert.Single(await WarningsAsync(app));
        Assert.StartsWith(what, warning.What, StringComparison.Ordinal);
        Assert.NotEmpty(warning.Remedy);
        using var form = await app.GetAsync("/");
        Assert.True(form.IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_reference_to_the_vault_is_never_sent_as_a_key()
    {
        await using var app = await TestApp.StartAsync(azurite, settings => settings["SendGrid:ApiKey"] = InVault);

        using var asked = await app.SubscribeAsync("reader@example.com");
        await app.EventuallyAsync(() => Task.FromResult(app.Log.All.Any(line => line.Contains("SendGrid:ApiKey is not set.", StringComparison.Ordinal))), "the mail to be held back");

        Assert.Equal(0, (await app.Provider.GetFromJsonAsync<JsonObject>("inbox/stats", Cancellation))!["requests"]!.GetValue<int>());
        var provider = Assert.Single(await app.Get<Preflight>().RunAsync(Cancellation), check => check.Name == "SendGrid");
        Assert.Equal(CheckResult.Bad, provider.Result);
        Assert.Contains("The-Secret", provider.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("digest@example.com", "https://api.sendgrid.com", true)]
    [InlineData("digest@example.com", "http://localhost:7072", false)]
    [InlineData("digest@example.org", "https://api.sendgrid.com", false)]
    public void An_example_sender_is_said_where_mail_is_real(string from, string provider, bool said)
    {
        var mail = new MailOptions { FromAddress = from, FromName = "", ReplyTo = "", PostalAddress = "", ListId = "" };
        Assert.True(OperateKeys.TryParse(Secrets.New(), out var operate));

        var gaps = HalfConfigured.Of(new SendGridOptions { ApiKey = "SG.x", WebhookPublicKey = "set", BaseUrl = new Uri(provider) }, operate, new PublicAddress(new Uri("https://digest.example.org")), mail);

        Assert.Equal(said ? ["Mail:FromAddress"] : [], gaps.All.Select(gap => gap.Setting));
    }

    [Theory]
    [InlineData("http://localhost:7071", false)]
    [InlineData("http://192.168.1.20", false)]
    [InlineData("http://digest", false)]
    [InlineData("http://digest.local", false)]
    [InlineData("https://digest.example.org", false)]
    [InlineData("http://digest.example.org", true)]
    [InlineData("http://app.azurewebsites.net:8080", true)]
    public void Only_a_public_name_wants_TLS(string address, bool wants) => Assert.Equal(wants, new PublicAddress(new Uri(address)).IsUnprotected);

    // A probe says that all is well: the key is right, and what is wrong shows with mail alone.
    [Fact]
    public async Task A_sender_that_is_not_verified_is_said_until_mail_is_taken_again()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var fault = await app.Provider.PostAsJsonAsync("emulator/faults", new
        {
            path = "/v3/mail/send",
            status = 403,
            body = new { errors = new[] { new { message = "The from address does not match a verified Sender Identity.", field = "from" } } },
        }, Cancellation);
        fault.EnsureSuccessStatusCode();

        Assert.IsType<TestOutcome.NotSent>(await SendTestAsync(app));

        var warning = Assert.Single(await WarningsAsync(app));
        Assert.StartsWith("SendGrid refuses our mail since 2026-11-24 08:00Z, though it knows the key: ", warning.What, StringComparison.Ordinal);
        Assert.Contains("verified Sender Identity", warning.What, StringComparison.Ordinal);
        Assert.StartsWith("Have SendGrid verify the sender", warning.Remedy, StringComparison.Ordinal);
        Assert.Equal("Sender", Assert.Single(await app.Get<Preflight>().RunAsync(Cancellation), check => check.Result == CheckResult.Bad).Name);
        using var operating = await Operating.SignInAsync(app);
        Assert.Contains("verified Sender Identity", Operating.Text(await operating.PageAsync("/operate")), StringComparison.Ordinal);
        Assert.Single(app.Log.All, line => line.StartsWith("Error 404", StringComparison.Ordinal));

        using var mended = await app.Provider.DeleteAsync("emulator/faults", Cancellation);
        // As after a restart: this one's gate stays shut for a minute.
        var anew = GuardedProvider.Create(app.Services);
        Assert.IsType<SendOutcome.Taken>(await anew.SendAsync(Provided.Mail(Provided.Person("reader@example.com")), Cancellation));
        Assert.Empty(await WarningsAsync(app));
        Assert.DoesNotContain(await app.Get<Preflight>().RunAsync(Cancellation), check => check.Result == CheckResult.Bad);
    }

    [Fact]
    public async Task A_refusal_that_another_instance_met_is_known_here_and_forgotten_when_it_is_long_over()
    {
        await using var app = await TestApp.StartAsync(azurite);
        await new SendingRefusals(app.Store, app.Time, NullLogger<SendingRefusals>.Instance).NoteAsync("403: access forbidden");

        var warning = Assert.Single(await WarningsAsync(app));
        Assert.Contains("403: access forbidden", warning.What, StringComparison.Ordinal);
        Assert.Contains("the scope mail.send", warning.Remedy, StringComparison.Ordinal);

        app.Time.Pass(Duration.FromHours(26));
        Assert.Empty(await WarningsAsync(app));
    }

    private static async Task<IReadOnlyList<Warning>> WarningsAsync(TestApp app)
    {
        app.Time.HoldTimers();
        return Warnings.Of(await app.Get<TodayReader>().ReadAsync(Cancellation));
    }

    private static Task<TestOutcome> SendTestAsync(TestApp app)
    {
        Assert.True(Operator.TryParse("Jo", out var jo));
        Assert.True(EmailAddress.TryParse("operator@example.com", out var address));
        return app.Get<TestMails>().SendAsync(
            new TestMail(Core.Schedule.SlotKind.Digest, Slots.Issue("2026-W49"), Language.English, TipChoice.Usual), address, jo, Cancellation);
    }
}
