using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Core.Delivery.Events;

/// <summary>What the provider can report of a mail, in the order of the ledger's columns.</summary>
internal enum EventKind
{
    Processed,
    Delivered,
    Deferred,

    /// <summary>There is no such mailbox, or never will be.</summary>
    Bounced,

    /// <summary>The mail server refused this mail (<c>blocked</c>): the next may arrive.</summary>
    SoftBounced,

    /// <summary>The provider did not send it, for the reason that it gives.</summary>
    Dropped,
    Complained,
    Unsubscribed,
}

/// <summary>One event, as far as it says something about the recipient and not only about the mail.</summary>
/// <param name="At">When it happened, in whole seconds of the provider's clock.</param>
/// <param name="Suppresses">Why her address must no longer be mailed, if that follows.</param>
/// <param name="Evidence">The provider's words, without an address.</param>
internal sealed record ProviderEvent(EventKind Kind, Instant At, SuppressionReason? Suppresses, string Evidence);
