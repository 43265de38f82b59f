using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using DigestFunctions.Benchmarks.Measuring;
using DigestFunctions.Benchmarks.Scene;
using DigestFunctions.Benchmarks.Sending;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Benchmarks.Reporting;

/// <param name="EventsPerSecond">With a post after the other, as fast as they are answered.</param>
internal sealed record EventsFigures(
    int Posts, int EventsPerPost, double Seconds, double EventsPerSecond, double P50Ms, double P99Ms, double CpuMsPer1000, double StorageOperationsPer1000);

/// <summary>The provider's signed posts of 1,000 events, about batches of 1,000 that it has accepted.</summary>
internal static class EventsCommand
{
    private const int PerPost = 1_000;
    private const int BatchesPerPost = 4;
    private const int WarmUpPosts = 20;

    public static async Task<EventsFigures> RunAsync(int posts, CancellationToken cancellation)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var azurite = await BenchStore.StartAsync(cancellation);
        await using var child = await ChildProcess.StartAsync(
            new ChildTask(
                ChildKind.Web, azurite.ConnectionString, new Uri("http://127.0.0.1:1"), new Crowd(0, 1, 1), Workers: 1, WarmUp: 0,
                WebhookKey: Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())),
            cancellation);
        var batches = await RecordAsync(azurite, posts + WarmUpPosts, cancellation);
        using var http = new HttpClient { BaseAddress = new Uri(child.Said) };
        for (var post = 0; post < WarmUpPosts; post++)
            await PostAsync(http, key, Body(batches, posts + post), cancellation);

        await child.GoAsync();
        var (times, clock) = (new List<double>(), Stopwatch.StartNew());
        for (var post = 0; post < posts; post++)
        {
            var body = Body(batches, post);
            var since = Stopwatch.GetTimestamp();
            await PostAsync(http, key, body, cancellation);
            times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        }

        var seconds = clock.Elapsed.TotalSeconds;
        var used = await child.StopAsync(cancellation);
        return new EventsFigures(
            posts, PerPost, seconds, posts * PerPost / seconds, times.Median(), times.Quantile(0.99),
            used.CpuSeconds * 1_000 / posts, (double)(used.TableCalls + used.QueueCalls) / posts);
    }

    // Each post is about a quarter of each of four batches, so that a batch is written four times for one kind of event.
    private static async Task<List<Batch>> RecordAsync(BenchStore azurite, int posts, CancellationToken cancellation)
    {
        var store = new Store(new TableServiceClient(azurite.ConnectionString), new QueueServiceClient(azurite.ConnectionString), new Names());
        await store.CreateAsync(cancellation);
        var ledger = new Ledger(store);
        var run = new RunId(new Crowd(1, 1, 1).AllSlots[0], Crowd.Due.InUtc().Date);
        if (!Variant.TryParse("en|call-instead-of-typing", out var variant))
            throw new InvalidOperationException("The variant can't be read.");
        var attempt = new Attempt("batch", Crowd.Due, MemberSet.None);
        var batches = new List<Batch>();
        foreach (var number in Enumerable.Range(0, ((posts + 3) / 4 * BatchesPerPost) + BatchesPerPost))
        {
            var range = IdRange.TryParse(number.ToString("x4", CultureInfo.InvariantCulture), out var parsed) ? parsed : default;
            SubscriberId[] members = [.. Enumerable.Range(0, PerPost).Select(index => new SubscriberId((UInt128)((number * PerPost) + index)))];
            var batch = new Batch(run, range, new BatchName(0), variant, members, MemberSet.None, Attempts: 1, new BatchState.Accepted(attempt, Crowd.Now), default);
            await ledger.TryRecordAsync(run, range, [batch], cancellation);
            batches.Add(batch);
        }

        return batches;
    }

    private static byte[] Body(List<Batch> batches, int post)
    {
        using var body = new MemoryStream();
        using (var json = new System.Text.Json.Utf8JsonWriter(body))
        {
            json.WriteStartArray();
            for (var number = 0; number < PerPost; number++)
            {
                var batch = batches[(post / 4 * BatchesPerPost) + (number % BatchesPerPost)];
                var index = (post % 4 * (PerPost / 4)) + (number / BatchesPerPost);
                json.WriteStartObject();
                json.WriteString("email", string.Create(CultureInfo.InvariantCulture, $"person{number}@example.com"));
                json.WriteNumber("timestamp", Crowd.Due.ToUnixTimeSeconds());
                json.WriteString("event", "delivered");
                json.WriteString("response", "250 OK");
                json.WriteString("sg_event_id", Guid.NewGuid().ToString());
                json.WriteString("sg_message_id", "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0");
                json.WriteString("key", $"digest:{batch.Run.Issue}");
                json.WriteString("ref", string.Create(CultureInfo.InvariantCulture, $"{batch.Run}/{batch.Key}/1/{index}"));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return body.ToArray();
    }

    private static async Task PostAsync(HttpClient http, ECDsa key, byte[] body, CancellationToken cancellation)
    {
        var timestamp = Crowd.Due.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. System.Text.Encoding.ASCII.GetBytes(timestamp), .. body];
        using var request = new HttpRequestMessage(HttpMethod.Post, "webhooks/sendgrid") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("X-Twilio-Email-Event-Webhook-Timestamp", timestamp);
        request.Headers.Add(
            "X-Twilio-Email-Event-Webhook-Signature",
            Convert.ToBase64String(key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)));
        using var answer = await http.SendAsync(request, cancellation);
        answer.EnsureSuccessStatusCode();
    }
}
