using System.Globalization;
using System.Reflection;
using System.Text.Json;
using DigestFunctions.Core;
using DigestFunctions.Core.Operations;
using DigestFunctions.Tests.EntryPoints;
using Microsoft.Extensions.Logging;
using Xunit;

namespace DigestFunctions.Tests.Infra;

public sealed class AlertTests
{
    private static readonly IReadOnlyList<LoggerMessageAttribute> Logged =
    [
        .. from type in typeof(ServiceSettings).Assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
           let logged = method.GetCustomAttribute<LoggerMessageAttribute>()
           where logged is not null
           select logged,
    ];

    [Fact]
    public async Task Each_event_that_an_alert_waits_for_is_logged_by_the_service()
    {
        var waitedFor = (await AlertsAsync()).SelectMany(alert => alert.Events);

        Assert.Subset(Logged.Select(each => each.EventId).ToHashSet(), waitedFor.ToHashSet());
    }

    [Fact]
    public async Task No_error_that_the_service_logs_goes_unwatched()
    {
        var errors = Logged.Where(each => each.Level >= LogLevel.Error).Select(each => each.EventId);

        Assert.Subset((await AlertsAsync()).SelectMany(alert => alert.Events).ToHashSet(), errors.ToHashSet());
    }

    [Fact]
    public async Task The_alerts_are_those_that_the_runbook_has_a_chapter_for()
    {
        var runbook = await File.ReadAllLinesAsync(Repository.Path("docs/operations.md"), TestContext.Current.CancellationToken);
        var chapters = runbook.SkipWhile(line => line != "## What the alerts mean").Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("### ", StringComparison.Ordinal)).Select(line => line[4..]);

        var alerts = (await AlertsAsync()).Select(alert => alert.Name)
            .Concat((await WatchTests.RulesAsync()).Where(rule => !rule.OfEvents).Select(rule => rule.Name))
            .Append("form-away");
        Assert.Equal(chapters.Order(StringComparer.Ordinal), alerts.Order(StringComparer.Ordinal));
    }

    // What else tells of standing still is logged by a round, and only once it runs again.
    [Fact]
    public async Task The_operator_is_told_when_no_planning_round_ends()
    {
        var template = (await CompiledInfra.TemplateAsync()).GetRawText();

        Assert.Contains("toint(customDimensions.EventId) == 105 | summarize rounds = count() | where rounds < 1", template, StringComparison.Ordinal);
        Assert.Single(Logged, each => each is { EventId: 105, Level: LogLevel.Information });
    }

    [Fact]
    public async Task The_operator_is_told_of_complaints_at_the_rate_at_which_her_page_warns()
    {
        var template = (await CompiledInfra.TemplateAsync()).GetRawText();

        Assert.Contains($"complaints > {Warnings.ComplaintsToStayBelow.ToString(CultureInfo.InvariantCulture)} * coalesce(accepted, 0)", template, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<(string Name, IReadOnlyList<int> Events)>> AlertsAsync()
    {
        var rules = (await CompiledInfra.ResourcesAsync()).Select(each => each.Template)
            .Where(template => template.TryGetProperty("variables", out var variables) && variables.TryGetProperty("eventAlerts", out _))
            .Select(template => template.GetProperty("variables").GetProperty("eventAlerts")).First();
        return [.. rules.EnumerateArray().Select(rule => (rule.GetProperty("name").GetString()!, Events(rule)))];
    }

    private static IReadOnlyList<int> Events(JsonElement rule) => [.. rule.GetProperty("events").EnumerateArray().Select(id => id.GetInt32())];
}
