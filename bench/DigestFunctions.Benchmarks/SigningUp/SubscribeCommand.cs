using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using DigestFunctions.Benchmarks.Measuring;
using DigestFunctions.Benchmarks.Scene;
using DigestFunctions.Benchmarks.Sending;

namespace DigestFunctions.Benchmarks.SigningUp;

/// <param name="StorageOperationsPerSignUp">With what sending the confirmation mails takes, as far as that got.</param>
internal sealed record SubscribeFigures(
    double Seconds, int Parallel, int SignUps, double SignUpsPerSecond, double P50Ms, double P99Ms, double CpuMsPerSignUp, double StorageOperationsPerSignUp);

/// <summary>Sign-ups by the form's endpoint, each of a new address; the confirmation mails go out meanwhile.</summary>
internal static class SubscribeCommand
{
    private const int FirstSignUps = 200;

    public static async Task<SubscribeFigures> RunAsync(TimeSpan time, int parallel, CancellationToken cancellation)
    {
        await using var azurite = await BenchStore.StartAsync(cancellation);
        await using var emulator = await EmulatorProcess.StartAsync(TimeSpan.Zero, cancellation);
        await using var child = await ChildProcess.StartAsync(
            new ChildTask(ChildKind.Web, azurite.ConnectionString, emulator.Address, new Crowd(0, 1, 1), Workers: 8, WarmUp: 0), cancellation);
        using var http = new HttpClient { BaseAddress = new Uri(child.Said) };
        for (var number = 0; number < FirstSignUps; number++)
            await SignUpAsync(http, -1 - number, cancellation);

        await child.GoAsync();
        var (times, clock, last) = (new ConcurrentBag<double>(), Stopwatch.StartNew(), 0);
        await Task.WhenAll(Enumerable.Range(0, parallel).Select(async _ =>
        {
            while (clock.Elapsed < time)
            {
                var since = Stopwatch.GetTimestamp();
                await SignUpAsync(http, Interlocked.Increment(ref last), cancellation);
                times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            }
        }));
        var seconds = clock.Elapsed.TotalSeconds;
        var used = await child.StopAsync(cancellation);
        return new SubscribeFigures(
            seconds,
            parallel,
            times.Count,
            times.Count / seconds,
            times.Median(),
            times.Quantile(0.99),
            used.CpuSeconds * 1_000 / times.Count,
            (double)(used.TableCalls + used.QueueCalls) / times.Count);
    }

    private static async Task SignUpAsync(HttpClient http, int number, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("subscribe", UriKind.Relative));
        request.Content = JsonContent.Create(new Dictionary<string, string>
        {
            ["email"] = string.Create(CultureInfo.InvariantCulture, $"newcomer{number}@example.com"),
            ["name"] = "Mina",
            ["language"] = "en",
            ["weekday"] = "Tue",
            ["time"] = "08:30",
            ["zone"] = "Europe/Paris",
        });
        // Everybody from a network of her own: from one, no more are taken than a workshop has people.
        request.Headers.Add("X-Forwarded-For", new IPAddress([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]).ToString());
        using var answer = await http.SendAsync(request, cancellation);
        answer.EnsureSuccessStatusCode();
    }
}
