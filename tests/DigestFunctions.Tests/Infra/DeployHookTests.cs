using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Web.Operate;
using Xunit;

namespace DigestFunctions.Tests.Infra;

public sealed class DeployHookTests : IDisposable
{
    private readonly DeployHooks hooks = new();

    public void Dispose() => hooks.Dispose();

    [Fact]
    public async Task The_first_deployment_makes_secrets_that_the_service_takes()
    {
        var (exitCode, _) = await hooks.RunAsync("postprovision.sh");

        Assert.Equal(0, exitCode);
        Assert.Equal(["Identity-Secret", "Links-Secret", "Operate-Key"], hooks.Vault.Keys.Order(StringComparer.Ordinal));
        Assert.True(Secrets.TryParse(hooks.Vault["Identity-Secret"], out _));
        Assert.True(LinkKeys.TryParse(hooks.Vault["Links-Secret"], out _));
        Assert.True(OperateKeys.TryParse(hooks.Vault["Operate-Key"], out var keys) && keys.IsSet);
        Assert.Distinct(hooks.Vault.Values);
    }

    [Fact]
    public async Task A_later_deployment_overwrites_no_secret()
    {
        hooks.Put("Identity-Secret", "the first");
        hooks.Put("Links-Secret", "2:new,1:old");
        hooks.Put("Operate-Key", "hers");

        var (exitCode, _) = await hooks.RunAsync("postprovision.sh");

        Assert.Equal(0, exitCode);
        Assert.Equal(["the first", "2:new,1:old", "hers"], new[] { "Identity-Secret", "Links-Secret", "Operate-Key" }.Select(name => hooks.Vault[name]));
    }

    [Fact]
    public async Task Who_cannot_see_what_the_vault_holds_writes_nothing_into_it()
    {
        hooks.ForbidListing();

        var (exitCode, said) = await hooks.RunAsync("postprovision.sh", ("SENDGRID_API_KEY", "SG.example"));

        Assert.Equal(1, exitCode);
        Assert.Empty(hooks.Vault);
        Assert.Contains("no secret was made", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_secret_is_printed_or_stands_in_a_command()
    {
        var (_, said) = await hooks.RunAsync("postprovision.sh", ("SENDGRID_API_KEY", "SG.example"));

        Assert.Equal(4, hooks.Vault.Count);
        Assert.All(hooks.Vault.Values, secret =>
        {
            Assert.DoesNotContain(secret, said, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, hooks.Calls, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task SendGrids_key_is_replaced_where_a_new_one_is_given()
    {
        hooks.Put("SendGrid-ApiKey", "SG.old");

        await hooks.RunAsync("postprovision.sh", ("SENDGRID_API_KEY", "SG.new"));

        Assert.Equal("SG.new", hooks.Vault["SendGrid-ApiKey"]);
    }

    [Fact]
    public async Task The_budgets_first_month_is_written_down_once()
    {
        await hooks.RunAsync("preprovision.sh");
        var first = hooks.Environment["BUDGET_START"];
        await hooks.RunAsync("preprovision.sh", ("BUDGET_START", "2026-01-01"));

        Assert.EndsWith("-01", first, StringComparison.Ordinal);
        Assert.Equal(first, hooks.Environment["BUDGET_START"]);
    }

    [Theory]
    [InlineData(false, "", "false")]
    [InlineData(false, "SG.example", "true")]
    [InlineData(true, "", "true")]
    public async Task The_settings_refer_to_SendGrids_key_only_where_there_is_one(bool inVault, string given, string said)
    {
        if (inVault)
            hooks.Put("SendGrid-ApiKey", "SG.example");

        await hooks.RunAsync("preprovision.sh", ("SENDGRID_API_KEY", given));

        Assert.Equal(said, hooks.Environment["SENDGRID_KEY_IS_SET"]);
    }

    [Fact]
    public async Task Who_cannot_see_whether_there_is_a_key_does_not_switch_sending_off()
    {
        hooks.ForbidListing();

        var (exitCode, said) = await hooks.RunAsync("preprovision.sh");

        Assert.Equal(1, exitCode);
        Assert.Contains("Key Vault Secrets Officer", said, StringComparison.Ordinal);
        Assert.DoesNotContain("SENDGRID_KEY_IS_SET", hooks.Environment.Keys);
    }

    [Fact]
    public async Task The_very_first_deployment_has_no_vault_to_look_into()
    {
        hooks.ForbidListing();

        var (exitCode, _) = await hooks.RunAsync("preprovision.sh", ("AZURE_KEY_VAULT_NAME", ""));

        Assert.Equal(0, exitCode);
        Assert.Equal("false", hooks.Environment["SENDGRID_KEY_IS_SET"]);
    }
}
