using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;

namespace DigestFunctions;

/// <summary>
/// What was begun and hasn't ended. A worker that is told to end waits for its web server, and not for anything that
/// came from a queue or a timer: in the midst of a call it would leave a batch of which nobody knows whether it was taken.
/// Its work is waited for, its answer to the host is not: that comes again, and finds the work done.
/// </summary>
internal sealed class Underway : IHostedService, IDisposable
{
    private readonly CancellationTokenSource ending = new();
    private readonly ConcurrentDictionary<Task, byte> all = new();

    /// <param name="cancelled">The host's own word that this one is to end.</param>
    public async Task RunAsync(Func<CancellationToken, Task> work, CancellationToken cancelled)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        all.TryAdd(done.Task, 0);
        try
        {
            // Only now: who comes too late to be waited for begins nothing.
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancelled, ending.Token);
            either.Token.ThrowIfCancellationRequested();
            await work(either.Token);
        }
        finally
        {
            all.TryRemove(done.Task, out _);
            done.SetResult();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await ending.CancelAsync();
        await Task.WhenAll(all.Keys).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => ending.Dispose();
}
