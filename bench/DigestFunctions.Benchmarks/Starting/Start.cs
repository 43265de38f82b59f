using DigestFunctions.Benchmarks.Measuring;
using WorkerHost;

namespace DigestFunctions.Benchmarks.Starting;

/// <summary>One new process.</summary>
/// <param name="Page">From the first request to its last byte.</param>
/// <param name="Warm">The same request again.</param>
/// <param name="Message">The first message of a queue.</param>
/// <param name="Cpu">Of all its threads, until the first page was answered.</param>
internal sealed record Start(StartTimes Times, TimeSpan Page, TimeSpan Warm, TimeSpan Message, TimeSpan Cpu)
{
    // Without what the stand-in takes in between to open its own door.
    private TimeSpan Total => Times.Loaded + Page;

    /// <summary>Medians, in the order in which it happens.</summary>
    /// <param name="name">What was started: the figures' names begin with it.</param>
    public static IEnumerable<KeyValuePair<string, double>> Figures(string name, IReadOnlyCollection<Start> starts)
    {
        yield return Median("ConnectMs", start => start.Times.Connected);
        yield return Median("ListMs", start => start.Times.Listed - start.Times.Connected);
        yield return Median("LoadMs", start => start.Times.Loaded - start.Times.Listed);
        yield return Median("PageMs", start => start.Page);
        yield return Median("TotalMs", start => start.Total);
        yield return KeyValuePair.Create($"{name}BestMs", starts.Min(start => start.Total).TotalMilliseconds);
        yield return Median("CpuMs", start => start.Cpu);
        yield return Median("WarmPageMs", start => start.Warm);
        yield return Median("MessageMs", start => start.Message);

        KeyValuePair<string, double> Median(string figure, Func<Start, TimeSpan> of) =>
            KeyValuePair.Create(name + figure, starts.Select(start => of(start).TotalMilliseconds).Median());
    }
}
