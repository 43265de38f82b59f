using System.Diagnostics.Metrics;
using DigestFunctions.Core.Delivery.Events;
using DigestFunctions.Core.Telemetry;
using DigestFunctions.Core.Tips;
using NodaTime;

namespace DigestFunctions.Core.Delivery;

internal static class DeliveryMetrics
{
    private static readonly Counter<long> Batches = Signals.Meter.CreateCounter<long>(
        "empathy_digest.batches", "{batch}", "Batches that came into a state: one that is tried again is counted in it again.");

    private static readonly Counter<long> AcceptedMails = Signals.Meter.CreateCounter<long>(
        "empathy_digest.accepted.mails", "{mail}", "Mails that the provider took, one for each recipient.");

    private static readonly Histogram<double> Delays = Signals.Meter.CreateHistogram(
        "empathy_digest.acceptance.delay",
        "s",
        "How long after it was due the provider took a batch: 0 where that was before.",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0, 60, 300, 600, 1_200, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400] });

    private static readonly Counter<long> ReceivedEvents = Signals.Meter.CreateCounter<long>(
        "empathy_digest.events", "{event}", "Events that the provider posted and signed, as often as it posted them.");

    private static readonly Counter<long> PoisonedMessages = Signals.Meter.CreateCounter<long>(
        "empathy_digest.poisoned.messages", "{message}", "Messages that failed at every try; on Azure the host counts them, and not we.");

    /// <summary>So many batches are in this one's state now, as the ledger has it.</summary>
    public static void Moved(Batch batch, int count = 1) =>
        Batches.Add(count, Kind(batch), Signals.With(Tag.BatchState, StateOf(batch)));

    public static void Accepted(string kind, int recipients) => AcceptedMails.Add(recipients, Signals.With(Tag.Kind, kind));

    public static void Accepted(Batch batch, int recipients, Instant at)
    {
        Accepted(batch.Run.Slot.Kind.ToKey(), recipients);
        Delays.Record(Math.Max(0, (at - batch.Run.Due).TotalSeconds), Kind(batch));
    }

    public static void Received(EventPost post)
    {
        foreach (var kind in Enum.GetValues<EventKind>())
            Received(kind.ToKey(), post.CountOf(kind));
        Received("ignored", post.Ignored);
        Received("unreadable", post.Unreadable);
    }

    public static void Poisoned(string queue) => PoisonedMessages.Add(1, Signals.With(Tag.Queue, queue));

    private static void Received(string type, int count)
    {
        if (count > 0)
            ReceivedEvents.Add(count, Signals.With(Tag.Event, type));
    }

    private static KeyValuePair<string, object?> Kind(Batch batch) => Signals.With(Tag.Kind, batch.Run.Slot.Kind.ToKey());

    private static string StateOf(Batch batch) => batch.State.GetType().Name.ToLowerInvariant();
}
