using System.Diagnostics.Metrics;
using DigestFunctions.Core.Telemetry;
using DigestFunctions.Core.Tips;

namespace DigestFunctions.Core.Subscribers;

internal static class SubscriberMetrics
{
    private static readonly Counter<long> Confirmations = Signals.Meter.CreateCounter<long>(
        "empathy_digest.confirmations", "{confirmation}", "Sign-ups that were confirmed.");

    private static readonly Counter<long> Leaves = Signals.Meter.CreateCounter<long>(
        "empathy_digest.leaves", "{leave}", "Subscribers who left by a link, whether or not they had confirmed.");

    private static readonly Counter<long> CheckIns = Signals.Meter.CreateCounter<long>(
        "empathy_digest.check_ins", "{check_in}", "Answers to a week's practice; one that is changed is counted again.");

    public static void Confirmed() => Confirmations.Add(1);

    public static void Left() => Leaves.Add(1);

    public static void CheckedIn(CheckInAnswer answer) => CheckIns.Add(1, Signals.With(Tag.Answer, answer.ToKey()));
}
