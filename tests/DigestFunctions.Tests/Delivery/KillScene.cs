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
using SendGridEmulator.Events;
using SendGridEmulator.Mail;
using SendGridEmulator.Reading;
using Xunit;

namespace DigestFunctions.Tests.Delivery;

/// <summary>
/// A store and an emulator of its own, subscribers in slots that are due in an hour or so, and their runs planned,
/// unless the test wants that of its processes.
/// The emulator holds mail until it is due by a clock that the test can set ahead.
/// </summary>
internal sealed class KillScene : IAsyncDisposable
{
    // Each look reads every batch: not so often that the looking is what keeps the store busy.
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly string folder = Directory.CreateTempSubdirectory("digest-kill-").FullName;
    private readonly DemoTime clock = new();
    private readonly List<RunId> runs = [];
    private List<Slot> slots = [];
    private Azurite? azurite;
    private WebApplication? emulator;
    private WebApplication? service;

    /// <summary>Hashes of addresses, as the emulator keeps them.</summary>
    public Dictionary<SubscriberId, ulong> Addresses { get; private set; } = [];

    /// <summary>What the processes are started with.</summary>
    public Dictionary<string, string?> Settings { get; private set; } = [];

    /// <summary>When the runs' mail leaves at the latest.</summary>
    private Instant LastDue => runs.Max(run => run.Due);

    public Store Store => service!.Services.GetRequiredService<Store>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<KillScene> StartAsync(int subscribers, int slots, bool planned = true)
    {
        var scene = new KillScene();
        try
        {
            await scene.FillAsync(subscribers, slots, planned);
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    /// <summary>The next calls of mail/send meet these faults, each one call, in this order; what comes after is only slow.</summary>
    public async Task FaultAsync(IEnumerable<object> faults)
    {
        using var http = new HttpClient { BaseAddress = EmulatorHost.AddressOf(emulator!) };
        foreach (var fault in faults)
        {
            using var answer = await http.PostAsJsonAsync(new Uri("emulator/faults", UriKind.Relative), fault, Cancellation);
            answer.EnsureSuccessStatusCode();
        }
    }

    /// <summary>For each run, the message that has it sent.</summary>
    public IEnumerable<string> Messages => runs.Select(run => new RangeMessage(run, IdRange.Whole).ToString());

    public Task EnqueueAllAsync() => Task.WhenAll(Messages.Select(message => Store.Ranges.EnqueueAsync(message, Cancellation)));

    /// <summary>Lets the planners see the next so many slots. Returns their runs.</summary>
    public async Task<IReadOnlyList<RunId>> OpenAsync(int count)
    {
        var table = service!.Services.GetRequiredService<SlotTable>();
        var open = slots.Skip(runs.Count).Take(count).ToList();
        var theirs = open.Select(slot => new RunId(slot, slot.NextDate(Now()))).ToList();
        await Task.WhenAll(open.Select(slot => table.EnsureAsync(slot, Now(), Cancellation)));
        runs.AddRange(theirs);
        return theirs;
    }

    /// <summary>All batches; null for a run whose range isn't decided.</summary>
    public async Task<List<Batch?>> BatchesAsync(IEnumerable<RunId>? of = null)
    {
        var batches = new List<Batch?>();
        foreach (var run in of ?? runs)
        {
            var decision = await service!.Services.GetRequiredService<Ledger>().ReadAsync(run, IdRange.Whole, Cancellation);
            if (decision is RangeDecision.Batches decided)
                batches.AddRange(decided.All);
            else
                batches.Add(null);
        }

        return batches;
    }

    /// <summary>Waits until nothing is left that was never tried, or is to be tried again.</summary>
    public Task UntilTriedAsync() => UntilAsync(batches => !batches.Any(batch => batch is null or { State: BatchState.Planned }));

    public Task UntilAnyAsync(Func<Batch?, bool> holds) => UntilAsync(batches => batches.Any(holds));

    private async Task UntilAsync(Func<List<Batch?>, bool> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Patience);
        while (!holds(await BatchesAsync()))
            await Task.Delay(Glance, patience.Token);
    }

    /// <summary>
    /// When the leases of the dead are over: each run's message again, until a round changes nothing. Then when
    /// the last mail has left and its events have come, or not: once more.
    /// </summary>
    public async Task FindOutAsync(bool eventsCome)
    {
        clock.Set(DateTimeOffset.UtcNow.AddMinutes(8));
        await WorkUntilStillAsync();
        if (eventsCome)
            await ListenAsync();
        clock.Set((LastDue + Duration.FromMinutes(1)).ToDateTimeOffset());
        if (eventsCome)
            await UntilProvenAsync();
        clock.Set((LastDue + Duration.FromHours(1)).ToDateTimeOffset());
        await WorkUntilStillAsync();
    }

    /// <summary>
    /// Everyone once, but for those whom the ledger names as held: at most once. Returns how many these are.
    /// </summary>
    public async Task<int> AssertOnceAsync()
    {
        var batches = (await BatchesAsync()).Select(batch => batch!).ToList();
        TestContext.Current.TestOutputHelper!.WriteLine(
            string.Join(", ", batches.CountBy(batch => batch.State.GetType().Name).Select(count => $"{count.Key}: {count.Value}")));
        Assert.Equal(0, await DuplicatesAsync());
        var received = Received();
        Assert.All(received.Values, count => Assert.Equal(1, count));
        Assert.Equal(Addresses.Count, batches.Sum(batch => batch.Members.Count));
        Assert.All(batches, batch => Assert.True(
            batch.State is BatchState.Accepted or BatchState.Proven or BatchState.Held, $"{batch.Key} is {batch.State}."));
        Assert.All(
            batches.Where(batch => batch.State is not BatchState.Held).SelectMany(batch => batch.Members),
            id => Assert.True(received.ContainsKey(Addresses[id])));
        return batches.Where(batch => batch.State is BatchState.Held).Sum(batch => batch.Members.Count);
    }

    /// <summary>How many mails each address received.</summary>
    public Dictionary<ulong, int> Received() => CountByAddress(emulator!.Services.GetRequiredService<Mailroom>().Delivered());

    /// <summary>How many mails to each address wait at the provider until they are due.</summary>
    public Dictionary<ulong, int> Waiting() => CountByAddress(emulator!.Services.GetRequiredService<Mailroom>().Waiting());

    private static Dictionary<ulong, int> CountByAddress(IEnumerable<MessageRef> mails) => mails
        .CountBy(mail => mail.Request.Recipients[mail.Recipient].AddressHash)
        .ToDictionary();

    public async Task<long> DuplicatesAsync()
    {
        using var http = new HttpClient();
        var stats = await http.GetFromJsonAsync<JsonObject>(new Uri(EmulatorHost.AddressOf(emulator!), "inbox/stats"), Cancellation);
        return stats!["duplicates"]!.GetValue<long>();
    }

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

    private async Task WorkUntilStillAsync()
    {
        var worker = service!.Services.GetRequiredService<RangeWorker>();
        for (string? before = null; ;)
        {
            foreach (var run in runs)
                await worker.HandleAsync(new RangeMessage(run, IdRange.Whole).ToString(), Cancellation);
            var after = string.Join('\n', (await BatchesAsync()).Select(batch => $"{batch!.Key} {batch.State.GetType().Name} {batch.Attempts}"));
            if (after == before)
                return;
            before = after;
        }
    }

    // Before anything leaves: what happens while the emulator knows no address for it, it posts to nobody.
    private async Task ListenAsync()
    {
        await service!.StartAsync(Cancellation);
        emulator!.Services.GetRequiredService<Webhook>().Url = new Uri(LocalService.AddressOf(service!), "webhooks/sendgrid");
    }

    // The emulator posts what happened within a second or so, and again what it had no answer to.
    private async Task UntilProvenAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Patience);
        while ((await BatchesAsync()).Any(batch => batch!.State is BatchState.Accepted))
            await Task.Delay(Glance, patience.Token);
    }

    private async Task FillAsync(int subscribers, int slotCount, bool planned)
    {
        azurite = await Azurite.StartAsync(new NodeTools(Workplace.Find()), folder, Console.Error.WriteLine, Cancellation);
        emulator = EmulatorHost.Build(new EmulatorOptions(), clock);
        await emulator.StartAsync(Cancellation);

        Settings = TestApp.Settings(azurite.ConnectionString, EmulatorHost.AddressOf(emulator));
        Settings["SendGrid:WebhookPublicKey"] = emulator.Services.GetRequiredService<Webhook>().PublicKey;
        // What is due soon is to be planned now.
        Settings["Delivery:Lead"] = "02:00:00";
        service = LocalService.Build(port: 0, Settings, fromEnvironment: false, detail: Microsoft.Extensions.Logging.LogLevel.Warning, also: services => services.AddSingleton<TimeProvider>(clock));
        await Store.CreateAsync(Cancellation);
        Addresses = Enumerable.Range(0, subscribers).ToDictionary(People.Id, number => TextHash.OfAddress(People.AddressText(number)));
        slots = DueSoon(slotCount);
        Assert.Equal(slotCount, slots.Count);
        await Task.WhenAll(slots.Select((slot, index) =>
        {
            var numbers = Enumerable.Range(0, subscribers).Where(number => number % slotCount == index).ToList();
            return Store.ScheduleAsync(slot, numbers.Select(number => People.Entry(number, first: "2020-W01")));
        }));
        // The truth too: the service's own sweep may come by.
        await Store.AddAsync(Enumerable.Range(0, subscribers).Select(number => Subscriber(number, slots[number % slotCount])));
        if (!planned)
            return;
        await OpenAsync(slotCount);
        Assert.Equal(slotCount, await service.Services.GetRequiredService<RunPlanner>().PlanAsync(Cancellation));
    }

    private Instant Now() => Instant.FromDateTimeOffset(clock.GetUtcNow());

    // Zones in which one and the same moment, in 60 to 90 minutes, is a full or half hour that comes once that day: time
    // enough, on a slow machine too, for a lease to be over and a batch still to be cancelled.
    private List<Slot> DueSoon(int count)
    {
        var half = Duration.FromMinutes(30);
        var due = Instant.FromUnixTimeSeconds(0);
        due += half * Math.Ceiling((Now() + Duration.FromMinutes(60) - due) / half);
        var found = new List<Slot>();
        foreach (var zone in TimeZoneId.All)
        {
            var local = due.InZone(zone.Zone).LocalDateTime;
            if (SlotTime.TryParse(local.ToString("HH:mm", CultureInfo.InvariantCulture), out var time) && zone.Zone.MapLocal(local).Count == 1)
                found.Add(new Slot(SlotKind.Digest, zone, local.DayOfWeek, time));
        }

        return [.. found.Take(count)];
    }

    private static Subscriber Subscriber(int number, Slot slot) => People.Active(number, slot) with
    {
        State = SubscriberState.Active.In(slot, Slots.Issue("2020-W01")),
    };
}
