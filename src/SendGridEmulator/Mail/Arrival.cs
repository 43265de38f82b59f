using SendGridEmulator.Reading;

namespace SendGridEmulator.Mail;

internal static class Arrival
{
    /// <summary>Where mail to a recipient who behaves like this ends. Complaints come after delivery.</summary>
    public static MessageState Of(NamedBehaviour behaviour) => behaviour switch
    {
        NamedBehaviour.Bounces => MessageState.Bounced,
        NamedBehaviour.IsBlocked => MessageState.Blocked,
        NamedBehaviour.IsDropped => MessageState.Dropped,
        _ => MessageState.Delivered,
    };
}
