namespace DigestFunctions.Tests.Delivery.Simulation;

/// <summary>What becomes of a call at a boundary where it waits.</summary>
internal enum Fate
{
    GoesOn,

    /// <summary>Before it took effect: it never does. After: its answer is lost.</summary>
    Fails,

    /// <summary>It takes effect, some time after its caller has given up. At the provider only.</summary>
    Delayed,

    /// <summary>It was refused without harm (429). At the provider only.</summary>
    PushedBack,
}

/// <summary>A call that waits at a boundary for the world to let it go on.</summary>
internal sealed class Waiting(SimulatedProcess process, string what)
{
    private readonly TaskCompletionSource<Fate> fate = new();

    public SimulatedProcess Process => process;

    public Task<Fate> Fate => fate.Task;

    /// <summary>Runs the caller, on this thread, until it waits again or ends.</summary>
    public void Meet(Fate met) => fate.SetResult(met);

    public override string ToString() => $"{process.Name} {what}";
}
