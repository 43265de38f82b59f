using System.Diagnostics.Metrics;
using DigestFunctions.Core.Telemetry;
using DigestFunctions.Core.Tips;

namespace DigestFunctions.Core.Schedule;

internal static class ScheduleMetrics
{
    private static readonly Counter<long> Runs = Signals.Meter.CreateCounter<long>(
        "empathy_digest.runs", "{run}", "Runs that were planned, or were skipped since it was too late for them.");

    public static void Planned(RunId run) => Count(run, "planned");

    public static void Late(RunId run) => Count(run, "late");

    private static void Count(RunId run, string state) =>
        Runs.Add(1, Signals.With(Tag.Kind, run.Slot.Kind.ToKey()), Signals.With(Tag.RunState, state));
}
