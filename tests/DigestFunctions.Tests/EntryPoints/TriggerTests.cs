using System.Reflection;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Web;
using Microsoft.Azure.Functions.Worker;
using Xunit;

namespace DigestFunctions.Tests.EntryPoints;

public sealed class TriggerTests
{
    [Fact]
    public void The_functions_app_and_the_local_run_serve_the_same_routes()
    {
        var functions = from trigger in Functions.Triggers<HttpTriggerAttribute>()
                        from method in trigger.Methods!
                        select $"{method.ToUpperInvariant()} {Path(trigger.Route!)}";

        Assert.Equal(
            Routes.All.SelectMany(route => route.Methods, (route, method) => $"{method} {route.Pattern}").Order(StringComparer.Ordinal),
            functions.Order(StringComparer.Ordinal));

        static string Path(string route) => route == "{ignored:maxlength(0)?}" ? "/" : "/" + route;
    }

    [Fact]
    public void The_functions_app_has_the_same_timers_and_none_runs_at_start_up()
    {
        var timers = Functions.Triggers<TimerTriggerAttribute>().ToList();

        Assert.Equal([Timers.Planning, Timers.Settling, Timers.Sweep], timers.Select(timer => timer.Schedule));
        Assert.DoesNotContain(timers, timer => timer.RunOnStartup);
    }

    [Fact]
    public void The_functions_app_has_the_same_queues_on_the_same_storage()
    {
        var queues = Functions.Triggers<QueueTriggerAttribute>().ToList();

        Assert.Equal([Names.RangesQueue, Names.MailsQueue], queues.Select(queue => queue.QueueName));
        Assert.All(queues, queue => Assert.Equal("Data", queue.Connection));
    }

    [Fact]
    public void No_route_asks_for_a_key_of_the_host_since_links_are_signed() =>
        Assert.All(Functions.Triggers<HttpTriggerAttribute>(), trigger => Assert.Equal(AuthorizationLevel.Anonymous, trigger.AuthLevel));

    // The worker finds a function as a public method by its name, and makes its class through the one public constructor.
    [Fact]
    public void The_worker_can_find_and_make_every_function()
    {
        Assert.All(Functions.All, method =>
        {
            Assert.Same(method, method.DeclaringType!.GetMethod(method.Name));
            Assert.Single(method.DeclaringType.GetConstructors());
        });
        Assert.Distinct(Functions.All.Select(method => method.GetCustomAttribute<FunctionAttribute>()!.Name), StringComparer.OrdinalIgnoreCase);
    }
}
