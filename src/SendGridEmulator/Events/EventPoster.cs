using System.Buffers;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace SendGridEmulator.Events;

/// <summary>
/// Posts events in arrays. What isn't answered with 2xx is posted again, later each time; some posts come twice
/// and some in disorder, as SendGrid warns that they may. Runs on real time: the emulator's clock may jump.
/// </summary>
internal sealed partial class EventPoster(
    EmulatorOptions options, TimeProvider time, EventQueue queue, Webhook webhook, ILogger<EventPoster> log) : BackgroundService
{
    /// <summary>SendGrid posts when this much has gathered.</summary>
    private const int MaxPostBytes = 768 * 1024;

    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(24);

    private readonly Random random = new(options.Seed);
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly List<PlannedPost> planned = [];

    /// <summary>A post that is to be made at a time of the stopwatch.</summary>
    private sealed record PlannedPost(byte[] Body, int Attempt, TimeSpan Since, TimeSpan Due);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var clock = Stopwatch.StartNew();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(options.EventInterval, stoppingToken);
                while (Gather() is { } body)
                    planned.Add(new PlannedPost(body, 0, clock.Elapsed, clock.Elapsed));
                await PostDueAsync(clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    public override void Dispose()
    {
        http.Dispose();
        base.Dispose();
    }

    private async Task PostDueAsync(Stopwatch clock, CancellationToken cancellation)
    {
        foreach (var post in planned.Where(p => p.Due <= clock.Elapsed).ToList())
        {
            planned.Remove(post);
            if (webhook.Url is not { } url)
                continue;

            if (await PostAsync(url, post.Body, cancellation))
            {
                if (random.NextDouble() < options.EventRepeatProbability)
                    planned.Add(post with { Due = clock.Elapsed + options.EventInterval });
                continue;
            }

            var pause = options.EventInterval * Math.Pow(2, Math.Min(post.Attempt, 6));
            if (clock.Elapsed - post.Since < GiveUpAfter)
                planned.Add(post with { Attempt = post.Attempt + 1, Due = clock.Elapsed + pause });
        }
    }

    private async Task<bool> PostAsync(Uri url, byte[] body, CancellationToken cancellation)
    {
        using var request = webhook.Post(url, body, time.GetUtcNow());
        try
        {
            using var answer = await http.SendAsync(request, cancellation);
            if (!answer.IsSuccessStatusCode)
                LogRefused(log, (int)answer.StatusCode);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            LogUnreachable(log, failure.Message);
            return false;
        }
    }

    /// <summary>As many events as one post takes; null when there are none.</summary>
    private byte[]? Gather()
    {
        var events = new List<byte[]>();
        var bytes = 0;
        var buffer = new ArrayBufferWriter<byte>();
        while (bytes < MaxPostBytes && queue.TryTake(out var pending))
        {
            buffer.ResetWrittenCount();
            using (var json = new Utf8JsonWriter(buffer))
                EventWriter.Write(json, pending);
            events.Add(buffer.WrittenSpan.ToArray());
            bytes += buffer.WrittenCount + 1;
        }

        if (events.Count == 0)
            return null;

        if (random.NextDouble() < options.EventShuffleProbability)
            random.Shuffle(CollectionsMarshal.AsSpan(events));
        return Joined(events);
    }

    private static byte[] Joined(List<byte[]> events)
    {
        using var body = new MemoryStream();
        body.WriteByte((byte)'[');
        for (var i = 0; i < events.Count; i++)
        {
            if (i > 0)
                body.WriteByte((byte)',');
            body.Write(events[i]);
        }

        body.WriteByte((byte)']');
        return body.ToArray();
    }

    [LoggerMessage(1, LogLevel.Information, "The webhook answered {Status}; its events will be posted again.")]
    private static partial void LogRefused(ILogger log, int status);

    [LoggerMessage(2, LogLevel.Information, "The webhook can't be reached ({Reason}); its events will be posted again.")]
    private static partial void LogUnreachable(ILogger log, string reason);
}
