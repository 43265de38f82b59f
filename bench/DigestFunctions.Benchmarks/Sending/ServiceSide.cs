using DigestFunctions.Benchmarks.Scene;
using DigestFunctions.Core.Schedule;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DigestFunctions.Benchmarks.Sending;

/// <summary>The service as it is: one round of the planner, then its queue and its workers do the rest.</summary>
internal sealed class ServiceSide(WebApplication service) : IMeasured
{
    private readonly RunPlanner planner = service.Services.GetRequiredService<RunPlanner>();
    private readonly SlotTable slots = service.Services.GetRequiredService<SlotTable>();

    public async Task<string> WarmUpAsync(ChildTask task, CancellationToken cancellation)
    {
        await service.StartAsync(cancellation);
        using var http = new HttpClient();
        var (all, sent) = (task.Crowd.AllSlots, 0);
        foreach (var slot in all.Skip(task.Crowd.Slots))
        {
            await slots.EnsureAsync(slot, Crowd.Now, cancellation);
            await planner.PlanAsync(cancellation);
            await Counted.UntilAsync(http, task.Provider, sent += Crowd.WarmSize, cancellation);
        }

        foreach (var slot in all.Take(task.Crowd.Slots))
            await slots.EnsureAsync(slot, Crowd.Now, cancellation);
        return "";
    }

    public Task RunAsync(ChildTask task, CancellationToken cancellation) => planner.PlanAsync(cancellation);

    public async ValueTask DisposeAsync() => await service.StopAsync();
}
