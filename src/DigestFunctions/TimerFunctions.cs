using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Schedule;
using Microsoft.Azure.Functions.Worker;

namespace DigestFunctions;

/// <summary>Schedules are UTC. Both can come late or twice without harm, so none runs at start-up.</summary>
internal sealed class TimerFunctions(RunPlanner planner, Sweep sweep)
{
    [Function(nameof(PlanRuns))]
    public Task PlanRuns([TimerTrigger(Timers.Planning)] TimerInfo timer, CancellationToken cancellationToken) =>
        planner.PlanAsync(cancellationToken);

    [Function(nameof(SweepDaily))]
    public Task SweepDaily([TimerTrigger(Timers.Sweep)] TimerInfo timer, CancellationToken cancellationToken) =>
        sweep.RunAsync(cancellationToken);
}
