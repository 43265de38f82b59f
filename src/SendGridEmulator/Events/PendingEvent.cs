using System.Runtime.InteropServices;
using SendGridEmulator.Mail;
using SendGridEmulator.Reading;

namespace SendGridEmulator.Events;

internal enum EventKind : byte
{
    Processed,
    Delivered,
    Deferred,
    Bounce,
    Blocked,
    DroppedAsBounced,
    DroppedAsUnsubscribed,
    SpamReport,
    Unsubscribe,
    GroupUnsubscribe,
}

/// <summary>An event that happened and wasn't posted yet; it is written out only when it is.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PendingEvent(MessageRef Message, EventKind Kind, long Timestamp, long Number)
{
    /// <summary>What SendGrid reports of a message that ended so, in this order.</summary>
    public static IEnumerable<EventKind> KindsOf(MessageState state, NamedBehaviour behaviour)
    {
        if (state == MessageState.Dropped)
        {
            yield return behaviour == NamedBehaviour.IsDropped ? EventKind.DroppedAsBounced : EventKind.DroppedAsUnsubscribed;
            yield break;
        }

        yield return EventKind.Processed;
        if (behaviour == NamedBehaviour.IsDeferred)
            yield return EventKind.Deferred;

        yield return state switch
        {
            MessageState.Bounced => EventKind.Bounce,
            MessageState.Blocked => EventKind.Blocked,
            _ => EventKind.Delivered,
        };

        if (behaviour == NamedBehaviour.ReportsSpam)
            yield return EventKind.SpamReport;
        else if (behaviour == NamedBehaviour.Unsubscribes)
            yield return EventKind.Unsubscribe;
        else if (behaviour == NamedBehaviour.UnsubscribesFromGroup)
            yield return EventKind.GroupUnsubscribe;
    }
}
