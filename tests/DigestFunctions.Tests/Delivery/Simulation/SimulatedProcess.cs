using DigestFunctions.Core.Email;
using DigestFunctions.Core.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace DigestFunctions.Tests.Delivery.Simulation;

/// <summary>
/// One process of the service in a simulated world: the real delivery over the real SDK, whose every call waits at
/// both its boundaries until the world lets it go on. A killed one is never let go on.
/// </summary>
internal sealed class SimulatedProcess
{
    private readonly World world;
    private readonly ServiceProvider services;

    public SimulatedProcess(World world, string name)
    {
        (this.world, Name) = (world, name);
        var collection = new ServiceCollection();
        foreach (var shared in world.Shared)
            ((ICollection<ServiceDescriptor>)collection).Add(shared);
        collection.AddSingleton(StoreOf());
        var way = new WayToProvider(this, world.Provider, world);
        collection.AddSingleton<IMailProvider>(services => world.IsGuarded
            ? new GuardedProvider(way, _ => new(false), services.GetRequiredService<TimeProvider>(), NullLogger<GuardedProvider>.Instance)
            : way);
        services = collection.BuildServiceProvider();
    }

    public string Name { get; }

    public bool IsDead { get; private set; }

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public void Start(Func<Task> work) => _ = RunAsync(work);

    public void Kill() => IsDead = true;

    /// <summary>Waits at a boundary.</summary>
    public Task<Fate> WaitAsync(string what) => world.WaitAsync(this, what);

    // A failure ends what it was doing, as the host ends a function: the message, or the timer, comes again.
    private async Task RunAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception failure) when (IsMade(failure))
        {
            world.Note($"{Name} failed: {failure.GetType().Name}");
        }
        catch (Exception fault)
        {
            world.Faults.Add(fault);
        }
    }

    // The faults that the world makes, and several at once of those.
    private static bool IsMade(Exception failure) => failure is AggregateException several
        ? several.Flatten().InnerExceptions.All(IsMade)
        : failure is IOException || StoreFaults.IsAway(failure);

    private Store StoreOf()
    {
        var faults = new FaultyStore
        {
            Before = async call => Meet(await WaitAsync($"calls {call}"), $"{call} fails"),
            After = async call => Meet(await WaitAsync($"hears of {call}"), $"the answer to {call} is lost"),
        };
        return faults.StoreIn(world.Store, world.Names);
    }

    private static void Meet(Fate fate, string what)
    {
        if (fate != Fate.GoesOn)
            throw new IOException(what);
    }
}
