using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Schedule;
using Microsoft.Azure.Functions.Worker;

namespace DigestFunctions;

/// <summary>Schedules are UTC. All can come late or twice without harm, so none runs at start-up.</summary>
internal sealed class TimerFunctions(RunPlanner planner, Settler settler, Sweep sweep)
{
    [Function(nameof(PlanRuns))]
    public Task PlanRuns([TimerTrigger(Timers.Planning)] TimerInfo timer, CancellationToken cancellationToken) =>
        planner.PlanAsync(cancellationToken);

    [Function(nameof(SettleRuns))]
    public Task SettleRuns([TimerTrigger(Timers.Settling)] TimerInfo timer, CancellationToken cancellationToken) =>
        settler.SettleAsync(cancellationToken);

    [Function(nameof(SweepDaily))]
    public Task SweepDaily([TimerTrigger(Timers.Sweep)] TimerInfo timer, CancellationToken cancellationToken) =>
        sweep.RunAsync(cancellationToken);
}
