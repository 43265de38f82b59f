using DigestFunctions.Benchmarks.Scene;
using DigestFunctions.Local;
using Microsoft.AspNetCore.Builder;

namespace DigestFunctions.Benchmarks.Sending;

/// <summary>The service for others to call: says its address and does nothing by itself.</summary>
internal sealed class WebSide(WebApplication service) : IMeasured
{
    public async Task<string> PrepareAsync(Crowd crowd, CancellationToken cancellation)
    {
        await service.StartAsync(cancellation);
        return LocalService.AddressOf(service).ToString();
    }

    public Task RunAsync(Crowd crowd, CancellationToken cancellation) => Task.CompletedTask;

    public async ValueTask DisposeAsync() => await service.StopAsync();
}
