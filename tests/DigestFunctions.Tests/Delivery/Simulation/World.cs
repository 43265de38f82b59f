using System.Globalization;
using System.Text;
using System.Text.Json;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Delivery.Events;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using MemoryStore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;

namespace DigestFunctions.Tests.Delivery.Simulation;

/// <summary>
/// A small world in which everything happens one thing after another, on one thread, in an order and with faults
/// that its <see cref="Choices"/> say: three processes of the service, a store, a provider, a queue, a clock, and a
/// dozen subscribers of two slots of one issue, who change, pause, leave and come back; and who may be reminded of
/// that issue's practice, unless they have answered.
/// </summary>
internal sealed class World
{
    public const int Everyone = 12;

    // A process that stands still for longer is as good as dead, and ended by its host.
    private static readonly Duration MostStalled = Duration.FromMinutes(30);

    private readonly Choices choices;
    private readonly FakeTimeProvider clock;
    private readonly List<SimulatedProcess> processes = [];
    private readonly List<(Waiting Call, Instant Since)> waiting = [];
    private readonly List<Action> later = [];
    private readonly SimulatedQueue queue;
    private readonly StringBuilder story = new();
    private int born;

    private World(Choices choices, IReadOnlyList<ServiceDescriptor> content, bool eventsCome, bool reminds)
    {
        (this.choices, EventsCome, Runs) = (choices, eventsCome, reminds ? [.. Digests, Reminder] : Digests);
        // Its first run can be planned; or a change of slot just has no time to move it any more; or it has.
        clock = new FakeTimeProvider((Digests[0].Due - Duration.FromMinutes(choices.Of(58, 68, 80))).ToDateTimeOffset());
        Store = new MemoryTransport(clock);
        Provider = new SimulatedProvider(() => Now)
        {
            BadAddress = choices.Rarely(4) ? People.AddressText(1 + choices.Next(Everyone)) : null,
            NamesBad = choices.Next(2) == 0,
        };
        IsGuarded = choices.Rarely(2);
        // One range of several batches, or a tree.
        var limits = choices.Of(new RangeLimits(Range: Everyone, Batch: 3), new RangeLimits(Range: 5, Batch: 2));
        Shared = [.. content, ServiceDescriptor.Singleton(limits), ServiceDescriptor.Singleton<TimeProvider>(clock), ServiceDescriptor.Singleton(Names)];
        Plain = new FaultyStore().StoreIn(Store, Names);
        Crowd = new Crowd(this, choices);
        queue = new SimulatedQueue(this, choices);
        for (var number = 0; number < 3; number++)
            processes.Add(Born());
    }

    /// <summary>Two of one issue, an hour apart.</summary>
    public static IReadOnlyList<RunId> Digests { get; } = [Slots.NextTuesday, Slots.Run("digest|Europe~Paris|Tue|09:30|2026-12-01")];

    /// <summary>An hour after them: everyone's, of the same practice.</summary>
    public static RunId Reminder { get; } = Slots.Run("reminder|Europe~Paris|Tue|10:30|2026-12-01");

    public IReadOnlyList<RunId> Runs { get; }

    public bool Reminds => Runs.Contains(Reminder);

    public Instant Now => Instant.FromDateTimeOffset(clock.GetUtcNow());

    public bool EventsCome { get; }

    /// <summary>Whether its processes hold themselves back while the provider is away.</summary>
    public bool IsGuarded { get; }

    /// <summary>When its choices were used up.</summary>
    public Instant CalmSince { get; private set; }

    public MemoryTransport Store { get; }

    /// <summary>The store without faults, for the world's own looks at it.</summary>
    public Store Plain { get; }

    public Names Names { get; } = new();

    public SimulatedProvider Provider { get; }

    /// <summary>What is the same for all processes.</summary>
    public IReadOnlyList<ServiceDescriptor> Shared { get; }

    public Crowd Crowd { get; }

    /// <summary>What failed that no fault of the store or the network explains.</summary>
    public List<Exception> Faults { get; } = [];

    /// <summary>All that happened, for the reader of a failure.</summary>
    public string Story => story.ToString();

    /// <summary>Lives until the choices are used up, then in calm until its runs are settled.</summary>
    public static async Task<World> LiveAsync(Choices choices, IReadOnlyList<ServiceDescriptor> content, bool eventsCome, bool reminds)
    {
        var world = new World(choices, content, eventsCome, reminds);
        try
        {
            await world.Plain.CreateAsync(CancellationToken.None);
            await world.Crowd.FillAsync();
            while (choices.AreLeft)
                await world.StepAsync();
            await world.CalmDownAsync();
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{failure.Message}\n{world.Story}", failure);
        }

        return world;
    }

    public void Note(string what) => story.Append(CultureInfo.InvariantCulture, $"{Now - Digests[0].Due:-H:mm:ss} {what}\n");

    /// <summary>Happens some time after.</summary>
    public void Later(Action happens) => later.Add(happens);

    public Task<Fate> WaitAsync(SimulatedProcess process, string what)
    {
        var call = new Waiting(process, what);
        waiting.Add((call, Now));
        return call.Fate;
    }

    private async Task StepAsync()
    {
        switch (choices.Next(23))
        {
            case < 11 when waiting.Count > 0:
                LetGoOn(choices.Next(waiting.Count), Of(Fate.GoesOn, 9, Fate.Fails, Fate.Delayed, Fate.PushedBack));
                break;
            case < 13:
                await queue.ReceiveAsync(processes[choices.Next(processes.Count)]);
                break;
            case 13:
                Plan(Any());
                break;
            case 14:
                Settle(Any());
                break;
            case 15:
                Pass(choices.Of(Duration.FromSeconds(5), Duration.FromSeconds(45), Duration.FromMinutes(2), Duration.FromMinutes(6), Duration.FromMinutes(20)));
                break;
            case 16:
                Kill(choices.Next(processes.Count));
                break;
            case 17:
                Crowd.Ask(Any());
                break;
            case 18 when later.Count > 0:
                Happen(choices.Next(later.Count));
                break;
            case 18 when EventsCome && Provider.Events.Count > 0:
                Post(Any(), [Provider.Events[choices.Next(Provider.Events.Count)], Provider.Events[choices.Next(Provider.Events.Count)]]);
                break;
            case 19 or 20:
                Crowd.Ask(Any());
                break;
            case 21:
                RefuseKey(choices.Of(Duration.FromMinutes(1), Duration.FromMinutes(8), Duration.FromHours(1)));
                break;
            case 22 when choices.Rarely(3):
                Sweep(Any());
                break;
            default:
                await queue.ReceiveAsync(processes[choices.Next(processes.Count)]);
                break;
        }
    }

    private async Task CalmDownAsync()
    {
        Note("-- calm --");
        CalmSince = Now;
        while (later.Count > 0)
            Happen(0);
        // A round every five minutes; after some hours only what is blocked is left, until its tolerance is over.
        for (var round = 0; round < 120 && !await IsSettledAsync(); round++)
        {
            var process = processes[round % processes.Count];
            Plan(process);
            if (EventsCome && Provider.Events.Count > 0)
                Post(process, [.. Provider.Events.AsEnumerable().Reverse(), Provider.Events[0]]);
            Settle(process);
            do
                LetAllGoOn();
            while (await queue.ReceiveAsync(process));
            Pass(Duration.FromMinutes(round < 48 ? 5 : 30));
        }

        Sweep(processes[0]);
        LetAllGoOn();
        // All that was taken has left.
        Pass(Duration.FromDays(2));
    }

    private async Task<bool> IsSettledAsync()
    {
        foreach (var run in Runs)
        {
            if ((await Plain.Runs.FindAsync(run.Issue.ToString(), run.ToString(), CancellationToken.None))?.GetBoolean("Settled") != true)
                return false;
        }

        return true;
    }

    private void LetAllGoOn()
    {
        while (waiting.Count > 0)
            LetGoOn(0, Fate.GoesOn);
    }

    private void LetGoOn(int index, Fate fate)
    {
        var call = waiting[index].Call;
        waiting.RemoveAt(index);
        if (call.Process.IsDead)
            return;
        Note($"{call}{(fate == Fate.GoesOn ? "" : $": {fate}")}");
        call.Meet(fate);
    }

    private void Pass(Duration time)
    {
        clock.Advance(time.ToTimeSpan());
        Provider.Settle();
        foreach (var stalled in waiting.Where(call => Now - call.Since > MostStalled).Select(call => call.Call.Process).Distinct().ToList())
        {
            if (processes.IndexOf(stalled) is >= 0 and var index)
                Kill(index);
        }
    }

    private void Kill(int index)
    {
        Note($"{processes[index].Name} is killed");
        processes[index].Kill();
        waiting.RemoveAll(call => call.Call.Process.IsDead);
        processes[index] = Born();
    }

    private static void Plan(SimulatedProcess process) =>
        process.Start(() => process.Get<RunPlanner>().PlanAsync(CancellationToken.None));

    private static void Settle(SimulatedProcess process) =>
        process.Start(() => process.Get<Settler>().SettleAsync(CancellationToken.None));

    private static void Sweep(SimulatedProcess process) =>
        process.Start(() => process.Get<Sweep>().RunAsync(CancellationToken.None));

    private void RefuseKey(Duration time)
    {
        Note($"the key is refused for {time.TotalMinutes} minutes");
        Provider.KeyRefusedUntil = Now + time;
    }

    // They stay to be posted again, in another order.
    private void Post(SimulatedProcess process, IEnumerable<string> references)
    {
        var events = references.Select((reference, number) =>
            new { @event = number % 2 == 0 ? "delivered" : "processed", @ref = reference, timestamp = Now.ToUnixTimeSeconds() });
        var post = EventReader.Read(JsonSerializer.SerializeToUtf8Bytes(events), Now);
        process.Start(() => process.Get<ProviderEvents>().ApplyAsync(post, CancellationToken.None));
    }

    private void Happen(int index)
    {
        var happens = later[index];
        later.RemoveAt(index);
        Note("what was delayed arrives");
        happens();
    }

    private SimulatedProcess Any() => processes[choices.Next(processes.Count)];

    private SimulatedProcess Born() => new(this, string.Create(CultureInfo.InvariantCulture, $"P{++born}"));

    // The first one so many times as often as each of the others.
    private T Of<T>(T usual, int times, params ReadOnlySpan<T> others) =>
        choices.Next(times + others.Length) is var chosen && chosen < times ? usual : others[chosen - times];
}
