namespace SendGridEmulator.Faults;

/// <summary>The faults that were asked for; the first that fits a call takes it.</summary>
internal sealed class FaultPlan(EmulatorOptions options)
{
    private readonly Lock gate = new();
    private readonly List<Fault> faults = [];
    private readonly Random random = new(options.Seed);

    public void Add(Fault fault)
    {
        lock (gate)
            faults.Add(fault);
    }

    public void Clear()
    {
        lock (gate)
            faults.Clear();
    }

    public IReadOnlyList<Fault> All()
    {
        lock (gate)
            return [.. faults];
    }

    /// <summary>The fault that hits this call, if one does; counts the call.</summary>
    public Fault? For(string path)
    {
        lock (gate)
        {
            var index = faults.FindIndex(f => f.Path is null || path.StartsWith(f.Path, StringComparison.OrdinalIgnoreCase));
            if (index < 0)
                return null;

            var fault = faults[index];
            if (fault.Calls == 1)
                faults.RemoveAt(index);
            else if (fault.Calls is { } calls)
                faults[index] = fault with { Calls = calls - 1 };
            return random.NextDouble() < (fault.Probability ?? 1) ? fault : null;
        }
    }
}
