using System.Globalization;
using System.Text;
using System.Text.Json;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Delivery.Events;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using MemoryStore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;

namespace DigestFunctions.Tests.Delivery.Simulation;

/// <summary>
/// A small world in which everything happens one thing after another, on one thread, in an order and with faults
/// that its <see cref="Choices"/> say: three processes of the service, a store, a provider, a queue, a clock, and a
/// dozen subscribers of one slot, some of whom leave.
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
    private readonly StringBuilder story = new();
    private int born;

    private World(Choices choices, IReadOnlyList<ServiceDescriptor> content, bool eventsCome)
    {
        (this.choices, EventsCome) = (choices, eventsCome);
        clock = new FakeTimeProvider((Run.Due - Duration.FromMinutes(58)).ToDateTimeOffset());
        Store = new MemoryTransport(clock);
        Provider = new SimulatedProvider(() => Now)
        {
            BadAddress = choices.Rarely(4) ? People.AddressText(1 + choices.Next(Everyone)) : null,
        };
        // One range of several batches, or a tree.
        var limits = choices.Of(new RangeLimits(Range: Everyone, Batch: 3), new RangeLimits(Range: 5, Batch: 2));
        Shared = [.. content, ServiceDescriptor.Singleton(limits), ServiceDescriptor.Singleton<TimeProvider>(clock), ServiceDescriptor.Singleton(Names)];
        Plain = new FaultyStore().StoreIn(Store, Names);
        for (var number = 0; number < 3; number++)
            processes.Add(Born());
    }

    public static RunId Run => Slots.NextTuesday;

    public Instant Now => Instant.FromDateTimeOffset(clock.GetUtcNow());

    public bool EventsCome { get; }

    public MemoryTransport Store { get; }

    /// <summary>The store without faults, for the world's own looks at it.</summary>
    public Store Plain { get; }

    public Names Names { get; } = new();

    public SimulatedProvider Provider { get; }

    /// <summary>What is the same for all processes.</summary>
    public IReadOnlyList<ServiceDescriptor> Shared { get; }

    /// <summary>Who asked to leave, whether or not that was answered.</summary>
    public HashSet<int> Leaving { get; } = [];

    /// <summary>When leaving was answered, by number.</summary>
    public Dictionary<int, Instant> LeftAt { get; } = [];

    /// <summary>What failed that no fault of the store or the network explains.</summary>
    public List<Exception> Faults { get; } = [];

    /// <summary>All that happened, for the reader of a failure.</summary>
    public string Story => story.ToString();

    /// <summary>Lives until the choices are used up, then in calm until the run is settled.</summary>
    public static async Task<World> LiveAsync(Choices choices, IReadOnlyList<ServiceDescriptor> content, bool eventsCome)
    {
        var world = new World(choices, content, eventsCome);
        try
        {
            await world.FillAsync();
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

    public void Note(string what) => story.Append(CultureInfo.InvariantCulture, $"{Now - Run.Due:-H:mm:ss} {what}\n");

    /// <summary>Happens some time after.</summary>
    public void Later(Action happens) => later.Add(happens);

    public Task<Fate> WaitAsync(SimulatedProcess process, string what)
    {
        var call = new Waiting(process, what);
        waiting.Add((call, Now));
        return call.Fate;
    }

    private async Task FillAsync()
    {
        await Plain.CreateAsync(CancellationToken.None);
        var numbers = Enumerable.Range(1, Everyone);
        await Plain.ScheduleAsync(Run.Slot, numbers.Select(number => People.Entry(number, number % 3 == 0 ? Language.Korean : Language.English)));
        await Plain.AddAsync(numbers.Select(number => People.Active(number, Run.Slot)));
        await new SlotTable(Plain, Microsoft.Extensions.Logging.Abstractions.NullLogger<SlotTable>.Instance)
            .EnsureAsync(Run.Slot, Now, CancellationToken.None);
    }

    private async Task StepAsync()
    {
        switch (choices.Next(20))
        {
            case < 11 when waiting.Count > 0:
                LetGoOn(choices.Next(waiting.Count), Of(Fate.GoesOn, 9, Fate.Fails, Fate.Delayed, Fate.PushedBack));
                break;
            case < 13:
                await ReceiveAsync(processes[choices.Next(processes.Count)]);
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
                Leave(1 + choices.Next(Everyone));
                break;
            case 18 when later.Count > 0:
                Happen(choices.Next(later.Count));
                break;
            case 18 when EventsCome && Provider.Events.Count > 0:
                Post(Any(), [Provider.Events[choices.Next(Provider.Events.Count)], Provider.Events[choices.Next(Provider.Events.Count)]]);
                break;
            default:
                await ReceiveAsync(processes[choices.Next(processes.Count)]);
                break;
        }
    }

    private async Task CalmDownAsync()
    {
        Note("-- calm --");
        while (later.Count > 0)
            Happen(0);
        // A day and its tolerance, a round every five minutes.
        for (var round = 0; round < 400 && !await IsSettledAsync(); round++)
        {
            var process = processes[round % processes.Count];
            Plan(process);
            if (EventsCome && Provider.Events.Count > 0)
                Post(process, [.. Provider.Events.AsEnumerable().Reverse(), Provider.Events[0]]);
            Settle(process);
            do
            {
                while (waiting.Count > 0)
                    LetGoOn(0, Fate.GoesOn);
            }
            while (await ReceiveAsync(process));
            Pass(Duration.FromMinutes(5));
        }

        // All that was taken has left.
        Pass(Duration.FromDays(2));
    }

    private async Task<bool> IsSettledAsync()
    {
        var row = await Plain.Runs.FindAsync(Run.Issue.ToString(), Run.ToString(), CancellationToken.None);
        return row?.GetBoolean("Settled") == true;
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

    // Some messages are lost, and some come again.
    private async Task<bool> ReceiveAsync(SimulatedProcess process)
    {
        if ((await Plain.Ranges.ReceiveMessagesAsync(1, TimeSpan.FromSeconds(30))).Value is not [var message])
            return false;
        var text = QueueMessages.Decode(message.Body.ToString());
        var (isLost, comesAgain) = (choices.Rarely(12), choices.Rarely(6));
        Note($"{process.Name} {(isLost ? "loses" : "receives")} {text}");
        if (!isLost)
        {
            process.Start(async () =>
            {
                await process.Get<RangeWorker>().HandleAsync(text, CancellationToken.None);
                if (!comesAgain)
                    await DeleteAsync(message);
            });
        }
        else
        {
            await DeleteAsync(message);
        }

        return true;
    }

    private async Task DeleteAsync(Azure.Storage.Queues.Models.QueueMessage message)
    {
        try
        {
            await Plain.Ranges.DeleteMessageAsync(message.MessageId, message.PopReceipt);
        }
        catch (Azure.RequestFailedException)
        {
            // Visible again by now, and perhaps another's.
        }
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

    // They stay to be posted again, in another order.
    private void Post(SimulatedProcess process, IEnumerable<string> references)
    {
        var events = references.Select((reference, number) =>
            new { @event = number % 2 == 0 ? "delivered" : "processed", @ref = reference, timestamp = Now.ToUnixTimeSeconds() });
        var post = EventReader.Read(JsonSerializer.SerializeToUtf8Bytes(events), Now);
        process.Start(() => process.Get<ProviderEvents>().ApplyAsync(post, CancellationToken.None));
    }

    private void Leave(int number)
    {
        if (Leaving.Count >= 3 && !Leaving.Contains(number))
            return;
        Leaving.Add(number);
        var process = Any();
        process.Start(async () =>
        {
            if (await process.Get<Subscriptions>().LeaveAsync(People.Token(number), CancellationToken.None) is null)
                return;
            Note($"{number} has left");
            LeftAt.TryAdd(number, Now);
        });
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
