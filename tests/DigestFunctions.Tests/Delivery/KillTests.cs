using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Local;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SendGridEmulator;
using SendGridEmulator.Mail;
using SendGridEmulator.Reading;
using Xunit;

namespace DigestFunctions.Tests.Delivery;

/// <summary>Real service processes, killed while they send. Store and emulator live on.</summary>
public sealed class KillTests
{
    private const int Everyone = 6_000;
    private const int SlotCount = 30;
    private const int Kills = 4;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_is_killed_whenever_nobody_gets_a_digest_twice_and_what_nobody_knows_is_held()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Seed: {seed}"));
        var random = new Random(seed);
        await using var scene = await Scene.StartAsync();

        for (var kill = 0; kill < Kills; kill++)
        {
            using var service = await ServiceProcess.StartAsync(scene.Settings, Cancellation);
            await Task.Delay(random.Next(0, 900), Cancellation);
            await service.KillAsync(Cancellation);
            // What it had taken comes again in half a minute; a message more is as good, and then both come.
            await scene.EnqueueAllAsync();
        }

        using (var last = await ServiceProcess.StartAsync(scene.Settings, Cancellation))
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            patience.CancelAfter(TimeSpan.FromSeconds(60));
            while ((await scene.BatchesAsync()).Any(batch => batch is null or { State: BatchState.Planned }))
                await Task.Delay(200, patience.Token);
            await last.StopAsync(Cancellation);
        }

        var batches = (await scene.BatchesAsync()).Select(batch => batch!).ToList();
        var received = scene.Received();
        Scene.Report(batches);
        Assert.Equal(0, await scene.DuplicatesAsync());
        Assert.All(received.Values, count => Assert.Equal(1, count));
        Assert.Equal(Everyone, batches.Sum(batch => batch.Members.Count));
        Assert.All(batches, batch =>
        {
            Assert.True(batch.State is BatchState.Accepted or BatchState.Claimed, $"{batch.Key} is {batch.State}.");
            if (batch.State is BatchState.Accepted)
                Assert.All(batch.Members, id => Assert.True(received.ContainsKey(scene.Addresses[id])));
        });

        await scene.TenMinutesLaterAsync();

        batches = [.. (await scene.BatchesAsync()).Select(batch => batch!)];
        Scene.Report(batches);
        Assert.Equal(received, scene.Received());
        Assert.All(batches, batch => Assert.True(batch.State is BatchState.Accepted or BatchState.Held, $"{batch.Key} is {batch.State}."));
        Assert.Equal(Everyone, batches.Sum(batch => batch.Members.Count));
    }

    /// <summary>A store and an emulator of its own, 6,000 subscribers in 30 slots, and their runs planned.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        private readonly string folder = Directory.CreateTempSubdirectory("digest-kill-").FullName;
        private readonly DemoTime clock = new();
        private readonly List<RunId> runs = [];
        private Azurite? azurite;
        private WebApplication? emulator;
        private WebApplication? service;

        /// <summary>Hashes of addresses, as the emulator keeps them.</summary>
        public Dictionary<SubscriberId, ulong> Addresses { get; } =
            Enumerable.Range(0, Everyone).ToDictionary(People.Id, number => TextHash.OfAddress(People.AddressText(number)));

        public Dictionary<string, string?> Settings { get; private set; } = [];

        private Store Store => service!.Services.GetRequiredService<Store>();

        public static async Task<Scene> StartAsync()
        {
            var scene = new Scene();
            try
            {
                await scene.FillAsync();
                return scene;
            }
            catch
            {
                await scene.DisposeAsync();
                throw;
            }
        }

        public Task EnqueueAllAsync() => Task.WhenAll(runs.Select(run =>
            Store.Ranges.EnqueueAsync(new RangeMessage(run, IdRange.Whole).ToString(), Cancellation)));

        /// <summary>All batches; null for a run whose range isn't decided.</summary>
        public async Task<List<Batch?>> BatchesAsync()
        {
            var batches = new List<Batch?>();
            foreach (var run in runs)
            {
                var decision = await service!.Services.GetRequiredService<Ledger>().ReadAsync(run, IdRange.Whole, Cancellation);
                if (decision is RangeDecision.Batches decided)
                    batches.AddRange(decided.All);
                else
                    batches.Add(null);
            }

            return batches;
        }

        public async Task TenMinutesLaterAsync()
        {
            clock.Set(DateTimeOffset.UtcNow.AddMinutes(10));
            var worker = service!.Services.GetRequiredService<RangeWorker>();
            foreach (var run in runs)
                await worker.HandleAsync(new RangeMessage(run, IdRange.Whole).ToString(), Cancellation);
        }

        /// <summary>How many mails each address received.</summary>
        public Dictionary<ulong, int> Received() => emulator!.Services.GetRequiredService<Mailroom>().Delivered()
            .CountBy(mail => mail.Request.Recipients[mail.Recipient].AddressHash)
            .ToDictionary();

        public async Task<long> DuplicatesAsync()
        {
            using var http = new HttpClient();
            var stats = await http.GetFromJsonAsync<JsonObject>(new Uri(EmulatorHost.AddressOf(emulator!), "inbox/stats"), Cancellation);
            return stats!["duplicates"]!.GetValue<long>();
        }

        public static void Report(IReadOnlyCollection<Batch> batches) => TestContext.Current.TestOutputHelper!.WriteLine(
            string.Join(", ", batches.CountBy(batch => batch.State.GetType().Name).Select(count => $"{count.Key}: {count.Value}")));

        public async ValueTask DisposeAsync()
        {
            if (service is not null)
                await service.DisposeAsync();
            if (emulator is not null)
                await emulator.DisposeAsync();
            if (azurite is not null)
                await azurite.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }

        private async Task FillAsync()
        {
            azurite = await Azurite.StartAsync(new NodeTools(Workplace.Find()), folder, Console.Error.WriteLine, Cancellation);
            emulator = EmulatorHost.Build(new EmulatorOptions { DeliverAtOnce = true });
            await emulator.StartAsync(Cancellation);
            // The mail is taken, and then the answer is awaited: that is when a kill hurts.
            using var http = new HttpClient { BaseAddress = EmulatorHost.AddressOf(emulator) };
            using var fault = await http.PostAsJsonAsync(
                new Uri("emulator/faults", UriKind.Relative), new { path = "/v3/mail/send", delayMs = 300, take = true }, Cancellation);
            fault.EnsureSuccessStatusCode();

            Settings = TestApp.Settings(azurite.ConnectionString, EmulatorHost.AddressOf(emulator));
            service = LocalService.Build(port: 0, Settings, fromEnvironment: false, also: services => services.AddSingleton<TimeProvider>(clock));
            await Store.CreateAsync(Cancellation);
            var slots = DueSoon();
            var slotTable = service.Services.GetRequiredService<SlotTable>();
            await Task.WhenAll(slots.Select(async (slot, index) =>
            {
                var numbers = Enumerable.Range(0, Everyone).Where(number => number % SlotCount == index).ToList();
                await Store.ScheduleAsync(slot, numbers.Select(number => People.Entry(number, first: "2020-W01")));
                await slotTable.EnsureAsync(slot, Now(), Cancellation);
            }));
            // The truth too: the service's own sweep may come by.
            await Store.AddAsync(Enumerable.Range(0, Everyone).Select(number => Subscriber(number, slots[number % SlotCount])));
            Assert.Equal(SlotCount, await service.Services.GetRequiredService<RunPlanner>().PlanAsync(Cancellation));
            runs.AddRange(slots.Select(slot => new RunId(slot, slot.NextDate(Now()))));
        }

        private Instant Now() => Instant.FromDateTimeOffset(clock.GetUtcNow());

        // Zones in which one and the same moment, in 12 to 42 minutes, is a full or half hour.
        private List<Slot> DueSoon()
        {
            var half = Duration.FromMinutes(30);
            var due = Instant.FromUnixTimeSeconds(0);
            due += half * Math.Ceiling((Now() + Duration.FromMinutes(12) - due) / half);
            var slots = new List<Slot>();
            foreach (var zone in TimeZoneId.All)
            {
                var local = due.InZone(zone.Zone).LocalDateTime;
                if (SlotTime.TryParse(local.ToString("HH:mm", CultureInfo.InvariantCulture), out var time))
                    slots.Add(new Slot(SlotKind.Digest, zone, local.DayOfWeek, time));
            }

            return [.. slots.Take(SlotCount)];
        }

        private static Subscriber Subscriber(int number, Slot slot) => People.Active(number, slot) with
        {
            State = SubscriberState.Active.In(slot, Slots.Issue("2020-W01")),
        };
    }
}
