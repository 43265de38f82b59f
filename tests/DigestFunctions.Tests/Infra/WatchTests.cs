using System.Text.Json;
using Xunit;

namespace DigestFunctions.Tests.Infra;

/// <summary>That somebody is told, and that floods of logs, costs and deletions have a limit.</summary>
public sealed class WatchTests
{
    private const string Operator = "[resourceId('Microsoft.Insights/actionGroups', 'operator')]";

    /// <summary>The rules over the logs. Two are of events, with an alert for each value of a dimension.</summary>
    internal static async Task<IReadOnlyList<(string Name, bool OfEvents, JsonElement Given, JsonElement Rule)>> RulesAsync() =>
    [
        .. from module in await CompiledInfra.ResourcesAsync()
           where module.Type == "Microsoft.Resources/deployments"
           let template = module.Properties.GetProperty("template")
           let rule = CompiledInfra.Values(template.GetProperty("resources")).FirstOrDefault()
           where rule.ValueKind == JsonValueKind.Object && rule.GetProperty("type").GetString() == "Microsoft.Insights/scheduledQueryRules"
           let given = module.Properties.GetProperty("parameters")
           select (Value(given, "name"), given.TryGetProperty("splitBy", out _), given, rule),
    ];

    [Fact]
    public async Task Every_rule_is_on_and_tells_the_operator()
    {
        var rules = await RulesAsync();

        Assert.NotEmpty(rules);
        Assert.All(rules, rule =>
        {
            Assert.False(rule.Rule.TryGetProperty("condition", out _));
            Assert.True(rule.Rule.GetProperty("properties").GetProperty("enabled").GetBoolean());
            Assert.Equal(Operator, Value(rule.Given, "operatorId"));
            Assert.Equal("[parameters('operatorId')]", Assert.Single(rule.Rule.GetProperty("properties").GetProperty("actions").GetProperty("actionGroups").EnumerateArray()).GetString());
        });
    }

    [Fact]
    public async Task Each_event_alert_is_in_one_of_the_two_rules_that_count_events()
    {
        var queries = (await RulesAsync()).Where(rule => rule.OfEvents).Select(rule => Value(rule.Given, "query"));

        Assert.Equal(
            [
                "[__bicep.queryOf(filter(variables('eventAlerts'), lambda('each', lambdaVariables('each').urgent)))]",
                "[__bicep.queryOf(filter(variables('eventAlerts'), lambda('each', not(lambdaVariables('each').urgent))))]",
            ],
            queries.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_operator_is_told_by_mail()
    {
        var group = (await OnlyAsync("Microsoft.Insights/actionGroups")).Properties;

        Assert.True(group.GetProperty("enabled").GetBoolean());
        Assert.Equal("[parameters('operatorEmail')]", Assert.Single(group.GetProperty("emailReceivers").EnumerateArray()).GetProperty("emailAddress").GetString());
    }

    [Fact]
    public async Task The_form_is_asked_for_from_outside_and_missed()
    {
        var (test, alert) = ((await OnlyAsync("Microsoft.Insights/webtests")).Properties, (await OnlyAsync("Microsoft.Insights/metricAlerts")).Body);

        Assert.True(test.GetProperty("Enabled").GetBoolean());
        Assert.Equal("[parameters('url')]", test.GetProperty("Request").GetProperty("RequestUrl").GetString());
        Assert.Equal("form-away", alert.GetProperty("name").GetString());
        Assert.True(alert.GetProperty("properties").GetProperty("enabled").GetBoolean());
        Assert.Equal("[parameters('operatorId')]", Assert.Single(alert.GetProperty("properties").GetProperty("actions").EnumerateArray()).GetProperty("actionGroupId").GetString());
        Assert.True((await ProdAsync()).GetProperty("watchedFrom").GetInt32() > 0);
    }

    [Fact]
    public async Task Logs_have_a_daily_cap_and_a_month_a_budget_of_which_the_operator_is_told()
    {
        var cap = (await OnlyAsync("Microsoft.OperationalInsights/workspaces")).Properties.GetProperty("workspaceCapping").GetProperty("dailyQuotaGb").GetString();
        var notifications = (await OnlyAsync("Microsoft.Consumption/budgets")).Properties.GetProperty("notifications").EnumerateObject().ToList();

        Assert.Equal("[json(parameters('dailyCapGb'))]", cap);
        Assert.NotEmpty(notifications);
        Assert.All(notifications, each => Assert.Equal("[parameters('operatorEmail')]", Assert.Single(each.Value.GetProperty("contactEmails").EnumerateArray()).GetString()));
    }

    [Fact]
    public async Task What_people_rely_on_is_locked_against_deletion()
    {
        var held = await OnlyAsync("Microsoft.Authorization/locks");

        Assert.Equal("CanNotDelete", held.Properties.GetProperty("level").GetString());
        Assert.Equal("[resourceId('Microsoft.Storage/storageAccounts', parameters('name'))]", held.Body.GetProperty("scope").GetString());
        Assert.Equal("[parameters('locked')]", held.Body.GetProperty("condition").GetString());
        Assert.True((await ProdAsync()).GetProperty("protected").GetBoolean());
    }

    private static async Task<JsonElement> ProdAsync() =>
        (await CompiledInfra.TemplateAsync()).GetProperty("variables").GetProperty("sizeOf").GetProperty("prod");

    private static string Value(JsonElement given, string name) => given.GetProperty(name).GetProperty("value").GetString()!;

    private static async Task<AzureResource> OnlyAsync(string type) =>
        Assert.Single(await CompiledInfra.ResourcesAsync(), resource => resource.Type == type);
}
