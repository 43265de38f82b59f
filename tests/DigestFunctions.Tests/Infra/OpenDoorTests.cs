using System.Text.RegularExpressions;
using DigestFunctions.Core;
using Xunit;

namespace DigestFunctions.Tests.Infra;

public sealed partial class OpenDoorTests
{
    [Fact]
    public async Task The_store_opens_to_identities_alone_and_shows_nothing_to_strangers()
    {
        var store = (await OnlyAsync("Microsoft.Storage/storageAccounts")).Properties;

        Assert.False(store.GetProperty("allowSharedKeyAccess").GetBoolean());
        Assert.False(store.GetProperty("allowBlobPublicAccess").GetBoolean());
        Assert.False(store.GetProperty("isLocalUserEnabled").GetBoolean());
        Assert.True(store.GetProperty("supportsHttpsTrafficOnly").GetBoolean());
        Assert.Equal("TLS1_2", store.GetProperty("minimumTlsVersion").GetString());
        Assert.Equal("None", (await OnlyAsync("Microsoft.Storage/storageAccounts/blobServices/containers")).Properties.GetProperty("publicAccess").GetString());
    }

    [Fact]
    public async Task A_blob_deleted_by_mistake_can_be_had_back()
    {
        var blobs = (await OnlyAsync("Microsoft.Storage/storageAccounts/blobServices")).Properties;

        Assert.True(blobs.GetProperty("deleteRetentionPolicy").GetProperty("enabled").GetBoolean());
        Assert.True(blobs.GetProperty("containerDeleteRetentionPolicy").GetProperty("enabled").GetBoolean());
    }

    [Fact]
    public async Task The_app_speaks_TLS_only_and_takes_no_password_for_a_deployment()
    {
        var app = (await OnlyAsync("Microsoft.Web/sites")).Properties;
        var passwords = (await CompiledInfra.ResourcesAsync()).Where(each => each.Type == "Microsoft.Web/sites/basicPublishingCredentialsPolicies").ToList();

        Assert.True(app.GetProperty("httpsOnly").GetBoolean());
        Assert.Equal("1.2", app.GetProperty("siteConfig").GetProperty("minTlsVersion").GetString());
        Assert.Equal("Disabled", app.GetProperty("siteConfig").GetProperty("ftpsState").GetString());
        Assert.Equal(2, passwords.Count);
        Assert.All(passwords, each => Assert.False(each.Properties.GetProperty("allow").GetBoolean()));
    }

    [Fact]
    public async Task The_vault_opens_by_roles_and_forgets_nothing_at_once()
    {
        var vault = (await OnlyAsync("Microsoft.KeyVault/vaults")).Properties;

        Assert.True(vault.GetProperty("enableRbacAuthorization").GetBoolean());
        Assert.True(vault.GetProperty("enableSoftDelete").GetBoolean());
        Assert.False(vault.TryGetProperty("accessPolicies", out _));
    }

    [Fact]
    public async Task No_secret_goes_through_a_template()
    {
        var text = (await CompiledInfra.TemplateAsync()).GetRawText();

        Assert.DoesNotMatch(WaysToASecret(), text);
    }

    [Fact]
    public async Task Outputs_are_names_and_addresses()
    {
        var outputs = (await CompiledInfra.ResourcesAsync()).Select(each => each.Template).Append(await CompiledInfra.TemplateAsync())
            .Where(template => template.TryGetProperty("outputs", out _))
            .SelectMany(template => template.GetProperty("outputs").EnumerateObject())
            .Select(output => output.Name).ToHashSet(StringComparer.Ordinal);

        HashSet<string> namesAndAddresses =
        [
            "AZURE_RESOURCE_GROUP", "AZURE_FUNCTION_APP_NAME", "AZURE_STORAGE_ACCOUNT_NAME", "AZURE_KEY_VAULT_NAME",
            "DIGEST_URL", "DIGEST_WEBHOOK_URL", "id", "clientId", "tables", "queues", "packages", "url",
        ];
        Assert.Subset(namesAndAddresses, outputs);
    }

    [Fact]
    public async Task The_service_and_who_deploys_it_have_the_least_roles_and_no_others()
    {
        var assignments = (await CompiledInfra.ResourcesAsync()).Where(each => each.Type == "Microsoft.Authorization/roleAssignments").ToList();
        var roles = Assert.Single(assignments.Select(each => each.Template.GetProperty("variables").GetRawText()).Distinct());

        // Storage Blob Data Owner, Queue Data Contributor, Table Data Contributor in a loop; Key Vault Secrets User; Key Vault Secrets Officer.
        Assert.Equal(
            [
                "onStorage on Microsoft.Storage/storageAccounts for identityName",
                "secretsUser on Microsoft.KeyVault/vaults for identityName",
                "secretsOfficer on Microsoft.KeyVault/vaults for deployerId, pipelineId",
            ],
            assignments.Select(each => $"{Role(each)} on {Scope(each)} for {string.Join(", ", Whom(each))}"));
        Assert.Equal(
            [
                "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
                "4633458b-17de-408a-b874-0445c86b69e6",
                "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
                "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
                "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
            ],
            Guids().Matches(roles).Select(each => each.Value).Order(StringComparer.Ordinal));
    }

    // Azure refuses the same role for the same one on the same thing under another name.
    [Fact]
    public async Task An_assignment_is_named_by_what_it_is_of()
    {
        var assignments = (await CompiledInfra.ResourcesAsync()).Where(each => each.Type == "Microsoft.Authorization/roleAssignments");

        Assert.All(assignments, each =>
        {
            var name = each.Body.GetProperty("name").GetString()!;
            Assert.StartsWith($"[guid(resourceId('{Scope(each)}'", name, StringComparison.Ordinal);
            Assert.Contains($"variables('{Role(each)}')", name, StringComparison.Ordinal);
            Assert.All(Whom(each), whom => Assert.Contains($"parameters('{whom}')", name, StringComparison.Ordinal));
        });
    }

    // The roles on tables and queues suffice for it; those on blobs are for the host, and on the vault for the app's settings.
    [Fact]
    public void The_service_itself_calls_tables_and_queues_only()
    {
        var clients = new[] { typeof(ServiceSettings).Assembly, typeof(TimerFunctions).Assembly }
            .SelectMany(assembly => assembly.GetReferencedAssemblies()).Select(each => each.Name!).Distinct()
            .Where(name => name.StartsWith("Azure.", StringComparison.Ordinal)).Except(["Azure.Core", "Azure.Identity", "Azure.Monitor.OpenTelemetry.Exporter"]);

        Assert.Equal(["Azure.Data.Tables", "Azure.Storage.Queues"], clients.Order(StringComparer.Ordinal));
    }

    private static string Role(AzureResource assignment) =>
        Variable().Match(assignment.Properties.GetProperty("roleDefinitionId").GetString()!).Groups["name"].Value;

    private static string Scope(AzureResource assignment) =>
        OfType().Match(assignment.Body.GetProperty("scope").GetString()!).Groups["type"].Value;

    private static IEnumerable<string> Whom(AzureResource assignment) =>
        Parameter().Matches(assignment.Properties.GetProperty("principalId").GetString()!).Select(each => each.Groups["name"].Value).Distinct();

    private static async Task<AzureResource> OnlyAsync(string type) =>
        Assert.Single(await CompiledInfra.ResourcesAsync(), resource => resource.Type == type);

    [GeneratedRegex("listKeys|listSecrets|listAccountSas|listServiceSas|getSecret|AccountKey=|SharedAccessSignature|\"secure(string|object)\"", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex WaysToASecret();

    [GeneratedRegex(@"variables\('(?<name>\w+)'\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Variable();

    [GeneratedRegex(@"parameters\('(?<name>\w+)'\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"^\[resourceId\('(?<type>[\w./]+)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex OfType();

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Guids();
}
