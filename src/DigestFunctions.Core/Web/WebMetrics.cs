using System.Diagnostics.Metrics;
using DigestFunctions.Core.Telemetry;

namespace DigestFunctions.Core.Web;

internal static class WebMetrics
{
    private static readonly Counter<long> SignUps = Signals.Meter.CreateCounter<long>(
        "empathy_digest.sign_ups", "{sign_up}", "Sign-ups by what came of them: taken, or why not.");

    private static readonly Counter<long> WebhookRefusals = Signals.Meter.CreateCounter<long>(
        "empathy_digest.webhook.refusals", "{request}", "Posts of events that were refused, and why.");

    private static readonly Counter<long> OperatorRefusals = Signals.Meter.CreateCounter<long>(
        "empathy_digest.operator.refusals", "{request}", "Who was not let in to the operator's pages, and why.");

    public static void SignedUp(string outcome) => SignUps.Add(1, Signals.With(Tag.Outcome, outcome));

    public static void EventsRefused(string reason) => WebhookRefusals.Add(1, Signals.With(Tag.Reason, reason));

    public static void OperatorRefused(string reason) => OperatorRefusals.Add(1, Signals.With(Tag.Reason, reason));
}
