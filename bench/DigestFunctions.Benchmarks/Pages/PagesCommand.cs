using System.Diagnostics;
using System.Globalization;
using Azure;
using DigestFunctions.Benchmarks.Measuring;
using DigestFunctions.Benchmarks.Scene;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Local;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace DigestFunctions.Benchmarks.Pages;

/// <summary>Milliseconds from the request to the last byte, over HTTP on this machine.</summary>
internal sealed record PageFigures(double P50Ms, double P99Ms, double Kb);

/// <summary>Opens each page again and again, each time another subscriber's; and the operator's, which have no more to read for more subscribers.</summary>
internal static class PagesCommand
{
    private const int WarmUp = 100;

    public static async Task<Dictionary<string, string>> RunAsync(int requests, CancellationToken cancellation)
    {
        await using var azurite = await BenchStore.StartAsync(cancellation);
        await using var emulator = await EmulatorProcess.StartAsync(TimeSpan.Zero, cancellation);
        var settings = Settings.Of(azurite.ConnectionString, emulator.Address, workers: 1);
        var key = settings["Operate:Key"] = Secrets.New();
        await using var service = LocalService.Build(port: 0, settings, fromEnvironment: false, detail: LogLevel.Warning);
        await service.StartWithStoreAsync(cancellation);
        var people = Math.Max(requests, WarmUp);
        await FillAsync(service.Services, people, cancellation);
        await OperateScene.FillAsync(
            service.Services.GetRequiredService<Store>(), service.Services.GetRequiredService<RunTable>(), SystemClock.Instance.GetCurrentInstant(), cancellation);
        using var http = new HttpClient { BaseAddress = LocalService.AddressOf(service) };
        http.DefaultRequestHeaders.Add("Accept", "text/html");
        http.DefaultRequestHeaders.Add("Authorization", $"Bearer {key}");

        var figures = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, path) in Paths(service.Services))
        {
            await MeasureAsync(http, path, WarmUp, cancellation);
            var page = await MeasureAsync(http, path, requests, cancellation);
            figures[name] = string.Create(CultureInfo.InvariantCulture, $"p50 {page.P50Ms:F1} ms, p99 {page.P99Ms:F1} ms, {page.Kb:F1} KB");
        }

        await service.StopAsync(cancellation);
        return figures;
    }

    private static async Task<PageFigures> MeasureAsync(HttpClient http, Func<int, string> path, int requests, CancellationToken cancellation)
    {
        var times = new List<double>(requests);
        var length = 0;
        for (var number = 0; number < requests; number++)
        {
            var since = Stopwatch.GetTimestamp();
            using var answer = await http.GetAsync(path(number), cancellation);
            length = (await answer.Content.ReadAsByteArrayAsync(cancellation)).Length;
            times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            answer.EnsureSuccessStatusCode();
        }

        return new PageFigures(times.Median(), times.Quantile(0.99), length / 1024.0);
    }

    private static IEnumerable<(string Name, Func<int, string> Path)> Paths(IServiceProvider services)
    {
        var tokens = services.GetRequiredService<LinkTokens>();
        var issue = IssueId.Of(SystemClock.Instance.GetCurrentInstant(), DateTimeZone.Utc);
        string Token(LinkPurpose purpose, int number) => tokens.Write(new LinkToken(purpose, Id(number), Generation: 1));
        yield return ("form", _ => "/");
        yield return ("confirm", number => $"/confirm/{Token(LinkPurpose.Confirm, number)}");
        yield return ("leave", number => $"/unsubscribe/{Token(LinkPurpose.Mail, number)}");
        yield return ("preferences", number => $"/preferences/{Token(LinkPurpose.Mail, number)}");
        yield return ("check-in", number => $"/checkin/{Token(LinkPurpose.Mail, number)}/{issue}?answer=tried");
        yield return ("data, asking", number => $"/preferences/{Token(LinkPurpose.Mail, number)}/data");
        yield return ("data", number => $"/data/{Token(LinkPurpose.Data, number)}");
        yield return ("archive", _ => "/archive");
        yield return ("issue", _ => $"/archive/{issue}");
        yield return ("question", _ => "/questions/no-time");
        yield return ("privacy", _ => "/privacy");
        yield return ("feed", _ => "/feed.xml");
        yield return ("operate, today", _ => "/operate");
        yield return ("operate, explain", number => $"/operate/subscriber/{Id(number)}");
    }

    private static async Task FillAsync(IServiceProvider services, int people, CancellationToken cancellation)
    {
        var store = services.GetRequiredService<SubscriberStore>();
        var now = SystemClock.Instance.GetCurrentInstant();
        var slot = Slot.TryParse("digest|Europe~Paris|Tue|08:30", out var parsed) ? parsed : throw new InvalidOperationException();
        await Parallel.ForAsync(0, people, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellation }, async (number, cancelled) =>
        {
            var address = EmailAddress.TryParse(string.Create(CultureInfo.InvariantCulture, $"person{number}@example.com"), out var known) ? known : throw new InvalidOperationException();
            var subscriber = new Subscriber(
                Id(number),
                address,
                new Preferences(default, Language.English, slot.Zone, slot.Weekday, slot.Time),
                Generation: 1,
                new Consent(new ConsentText(Language.English, "Yes."), now, "", now),
                SubscriberState.Active.In(slot, IssueId.Of(now, DateTimeZone.Utc)),
                ConfirmsAsked: [],
                Owed: null,
                default(ETag));
            await store.TryAddAsync(subscriber, cancelled);
        });
    }

    private static SubscriberId Id(int number) => new((UInt128)(number + 1) << 100);
}
