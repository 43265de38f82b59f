using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Schedule;
using Microsoft.Azure.Functions.Worker;

namespace DigestFunctions;

/// <summary>Schedules are UTC. All can come late or twice without harm, so none runs at start-up.</summary>
internal sealed class TimerFunctions(RunPlanner planner, Settler settler, Sweep sweep, Underway underway)
{
    [Function(nameof(PlanRuns))]
    public Task PlanRuns([TimerTrigger(Timers.Planning)] TimerInfo timer, CancellationToken cancellationToken) =>
        underway.RunAsync(planner.PlanAsync, cancellationToken);

    [Function(nameof(SettleRuns))]
    public Task SettleRuns([TimerTrigger(Timers.Settling)] TimerInfo timer, CancellationToken cancellationToken) =>
        underway.RunAsync(settler.SettleAsync, cancellationToken);

    [Function(nameof(SweepDaily))]
    public Task SweepDaily([TimerTrigger(Timers.Sweep)] TimerInfo timer, CancellationToken cancellationToken) =>
        underway.RunAsync(sweep.RunAsync, cancellationToken);
}
