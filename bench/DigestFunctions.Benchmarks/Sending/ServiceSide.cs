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

    public async Task<string> PrepareAsync(Crowd crowd, CancellationToken cancellation)
    {
        await service.StartAsync(cancellation);
        foreach (var slot in crowd.AllSlots)
            await slots.EnsureAsync(slot, Crowd.Now, cancellation);
        return "";
    }

    public Task RunAsync(Crowd crowd, CancellationToken cancellation) => planner.PlanAsync(cancellation);

    public async ValueTask DisposeAsync() => await service.StopAsync();
}
