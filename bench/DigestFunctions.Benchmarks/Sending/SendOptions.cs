namespace DigestFunctions.Benchmarks.Sending;

/// <param name="Latency">What the provider takes to answer, on top of what it costs the emulator.</param>
/// <param name="InMemory">Whether the store is one in memory, and not Azurite.</param>
internal sealed record SendOptions(int Recipients, int Slots, int Variants, TimeSpan Latency, int Workers, int Repeat, bool InMemory, int WarmUp);

/// <summary>What <c>send</c> prints. Medians, where there is more than one repeat; duplicates and missing are sums.</summary>
internal sealed record SendFigures
{
    public required int Recipients { get; init; }

    public required int Slots { get; init; }

    public required int Variants { get; init; }

    public required int Workers { get; init; }

    public required double LatencyMs { get; init; }

    public required int Repeat { get; init; }

    /// <summary>True where Azurite can't hold it: then reading costs next to nothing, and both sides are faster than on a real store.</summary>
    public required bool StoreIsMemory { get; init; }

    public required int WarmUp { get; init; }

    public required double Seconds { get; init; }

    public required double RecipientsPerSecond { get; init; }

    public required double BareRecipientsPerSecond { get; init; }

    /// <summary>The median of the repeats' own ratios.</summary>
    public required double Ratio { get; init; }

    /// <summary>Of the service's own process, user and system.</summary>
    public required double CpuSecondsPer100k { get; init; }

    public required double BareCpuSecondsPer100k { get; init; }

    public required double AllocatedMbPer100k { get; init; }

    /// <summary>Of the service's own process, while it sent.</summary>
    public required double PeakRssMb { get; init; }

    public required double StorageOperationsPer1000 { get; init; }

    public required double TableOperationsPer1000 { get; init; }

    public required double QueueOperationsPer1000 { get; init; }

    public required double ProviderCallsPer1000 { get; init; }

    public required long Duplicates { get; init; }

    public required long Missing { get; init; }
}
