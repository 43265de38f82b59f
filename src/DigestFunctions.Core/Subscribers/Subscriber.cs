using Azure;
using DigestFunctions.Core.Schedule;
using NodaTime;

namespace DigestFunctions.Core.Subscribers;

/// <summary>A person with an address, preferences and consent: the truth that the schedule is derived from.</summary>
/// <param name="Generation">Starts anew with each erasure, so that the links of before are no longer good.</param>
/// <param name="ConfirmsAsked">When confirmation mails were asked for in the last day, oldest first.</param>
/// <param name="Owed">A mail to this person alone that is still to be sent.</param>
internal sealed record Subscriber(
    SubscriberId Id,
    EmailAddress Address,
    Preferences Preferences,
    ushort Generation,
    Consent Consent,
    SubscriberState State,
    IReadOnlyList<Instant> ConfirmsAsked,
    OwedMail? Owed,
    ETag ETag);

/// <summary>One record for each state: what can't be isn't representable.</summary>
internal abstract record SubscriberState
{
    private SubscriberState()
    {
    }

    /// <summary>Asked, and not yet confirmed. One who was here before keeps the first issue that she may get.</summary>
    internal sealed record Pending(IssueId? FirstIssue) : SubscriberState;

    /// <summary>Confirmed. Issues before the first aren't hers: she had them already, or came too late for them.</summary>
    internal sealed record Active(IssueId FirstIssue) : SubscriberState;

    internal sealed record Left(Instant At, IssueId FirstIssue) : SubscriberState;

    /// <param name="At">Since when.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="FirstIssue">The first that she may get, should she come back.</param>
    internal sealed record Suppressed(Instant At, SuppressionReason Reason, IssueId FirstIssue) : SubscriberState;
}

internal enum OwedMailKind
{
    Confirm,

    /// <summary>With this week's tip: it counts as this issue's digest.</summary>
    Welcome,

    /// <summary>Without: she had it before she left.</summary>
    WelcomeBack,

    /// <summary>No mail: her address on the provider's own list, since she left while mail may be on its way.</summary>
    ProviderSuppression,

    /// <summary>No mail: her address off that list again, since she undid leaving.</summary>
    ProviderRelease,
}

/// <summary>A mail that is owed and, while someone is sending it, who that is.</summary>
/// <param name="Kind">Which; or what else the provider is owed.</param>
/// <param name="Claim">Who is at it.</param>
/// <param name="Since">Since when the provider's list is owed a change: it is given up when that is too long ago.</param>
internal sealed record OwedMail(OwedMailKind Kind, MailClaim? Claim = null, Instant? Since = null)
{
    /// <summary>Whether it is a change of the provider's own list of whom not to mail.</summary>
    public bool IsOfList => Kind is OwedMailKind.ProviderSuppression or OwedMailKind.ProviderRelease;
}

/// <summary>Says who is sending a mail, and until when nobody else may.</summary>
internal sealed record MailClaim(Guid Id, Instant Until);
