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
    ETag ETag)
{
    /// <summary>What she was before goes into her history, whoever changes it.</summary>
    public SubscriberState State
    {
        get;
        init
        {
            History = History.After(field, value);
            field = value;
        }
    } = State;

    /// <summary>Where she was before.</summary>
    public History History { get; init; }

    public CheckIns CheckIns { get; init; }

    public OneReminder? RemindOnce { get; init; }

    /// <summary>Whether she was reminded to confirm: once is enough.</summary>
    public bool ConfirmReminded { get; init; }

    /// <summary>How long after she asked one who hasn't confirmed is reminded, once.</summary>
    public static readonly Duration ConfirmPatience = Duration.FromDays(1);

    /// <summary>When she was last asked to confirm, or it was asked for.</summary>
    public Instant AskedToConfirm => ConfirmsAsked is [.., var last] ? Instant.Max(last, Consent.AskedAt) : Consent.AskedAt;

    /// <summary>Until when a sign-up can be confirmed; then it is erased. As long as the link in the last mail for it is good.</summary>
    public Instant ConfirmUntil => AskedToConfirm + LinkTokens.ConfirmLifetime;

    public bool IsToRemindToConfirm(Instant now) =>
        this is { State: SubscriberState.Pending, Owed: null, ConfirmReminded: false }
        && now >= AskedToConfirm + ConfirmPatience
        && now < ConfirmUntil;

    /// <summary>The links that were asked for in the last day, other than to confirm; oldest first.</summary>
    public IReadOnlyList<AskedLink> LinksAsked { get; init; } = [];

    /// <summary>The address that she wants to have her mail at, and that hasn't confirmed it.</summary>
    public AddressChange? NewAddress { get; init; }

    /// <summary>
    /// The slot of an issue's digest: while she was in none, that of before, whose run may have had her still; before
    /// she came, that of her first. Of what can't have been handed to one who isn't here any more: that of her preferences.
    /// </summary>
    public Slot SlotOf(IssueId issue)
    {
        if (State is not SubscriberState.Active && State.OpenFrom <= issue)
            return Preferences.DigestSlot;
        var stays = History.All.Concat(History.Of(State)).Where(stay => stay.Slot is not null).ToList();
        return stays.FindLast(stay => stay.From <= issue).Slot ?? stays.FirstOrDefault().Slot ?? Preferences.DigestSlot;
    }

    /// <summary>All her entries: those of her digests, and those that remind her.</summary>
    public IEnumerable<Placement> Placements =>
        State is SubscriberState.Active active ? active.Placements.Concat(Reminders.Of(this, active)) : [];
}

/// <summary>One record for each state: what can't be isn't representable.</summary>
internal abstract record SubscriberState
{
    private SubscriberState()
    {
    }

    /// <summary>The first issue that she may still get by it: none before that comes by it. Null of one who was never here.</summary>
    public IssueId? OpenFrom => this switch
    {
        Pending pending => pending.FirstIssue,
        Active active => active.Pause?.FirstIssue ?? active.Placements[0].FirstIssue,
        Left left => left.FirstIssue,
        Moved moved => moved.FirstIssue,
        Suppressed suppressed => suppressed.FirstIssue,
        _ => throw new InvalidOperationException($"Unknown state {GetType().Name}."),
    };

    /// <summary>Asked, and not yet confirmed. One who was here before keeps the first issue that she may get.</summary>
    internal sealed record Pending(IssueId? FirstIssue) : SubscriberState;

    /// <summary>
    /// Confirmed, and in the schedule. Issues before the first placement aren't hers: she had them already,
    /// or came too late for them.
    /// </summary>
    /// <param name="Placements">
    /// Her entries, of a slot each, in the order of their issues, of which none is in two of them. The last
    /// has no end, and its slot is that of her preferences; the others are being left.
    /// </param>
    /// <param name="Pause">Where the last placement begins so late because she paused, and hasn't begun yet.</param>
    internal sealed record Active(IReadOnlyList<Placement> Placements, Pause? Pause = null) : SubscriberState
    {
        /// <summary>One who is in one slot, and stays.</summary>
        public static Active In(Slot slot, IssueId first) => new([new Placement(slot, first, LastIssue: null)]);

        public Placement Current => Placements[^1];

        public Placement? In(Slot slot) => Placements.FirstOrDefault(placement => placement.Slot == slot);

        public bool Equals(Active? other) =>
            other is not null && Pause == other.Pause && Placements.SequenceEqual(other.Placements);

        public override int GetHashCode() => HashCode.Combine(Placements.Count, Current, Pause);
    }

    /// <param name="At">When she left.</param>
    /// <param name="FirstIssue">The first that she may get, should she come back.</param>
    internal sealed record Left(Instant At, IssueId FirstIssue) : SubscriberState;

    /// <summary>
    /// Her subscription goes on at another address, as another subscriber. Nothing starts here again: the row stays
    /// only until all of it is there and this address has been told.
    /// </summary>
    /// <param name="At">When that was confirmed.</param>
    /// <param name="FirstIssue">The first that she may get, there.</param>
    /// <param name="To">Where it goes.</param>
    /// <param name="PausedUntil">The date until which she had paused, if she had.</param>
    /// <param name="HasArrived">Whether she is there: from then on, what becomes of her there is no business of this row.</param>
    internal sealed record Moved(Instant At, IssueId FirstIssue, AddressChange To, LocalDate? PausedUntil, bool HasArrived) : SubscriberState;

    /// <param name="At">Since when.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="FirstIssue">The first that she may get, should she come back.</param>
    internal sealed record Suppressed(Instant At, SuppressionReason Reason, IssueId FirstIssue) : SubscriberState;
}

/// <summary>Another address, and when she named it.</summary>
internal sealed record AddressChange(EmailAddress Address, Instant AskedAt)
{
    /// <summary>Stands in the link that confirms it, so that one for another address is no good: the minute, of which no two are alike within the life of such a link.</summary>
    public ushort Number => (ushort)(AskedAt.ToUnixTimeSeconds() / 60);
}

/// <summary>A link that was asked for, by the mail that brings it.</summary>
internal readonly record struct AskedLink(OwedMailKind Kind, Instant At);

/// <summary>No digest before a date in her zone.</summary>
/// <param name="Until">The first date that she can have one.</param>
/// <param name="FirstIssue">The first that she can't have had when she paused: what she may get, should she end it sooner.</param>
internal sealed record Pause(LocalDate Until, IssueId FirstIssue);

internal enum OwedMailKind
{
    Confirm,

    /// <summary>The same again, once, a day after.</summary>
    ConfirmReminder,

    /// <summary>With this week's tip: it counts as this issue's digest.</summary>
    Welcome,

    /// <summary>Without: she had it before she left.</summary>
    WelcomeBack,

    /// <summary>No mail: her address on the provider's own list, since she left while mail may be on its way.</summary>
    ProviderSuppression,

    /// <summary>No mail: her address off that list again, since she undid leaving.</summary>
    ProviderRelease,

    /// <summary>The link to her own page, which she has lost.</summary>
    Link,

    /// <summary>A link to her data.</summary>
    Data,

    /// <summary>To her new address, for it to confirm.</summary>
    NewAddress,

    /// <summary>To the old one: that her mail goes elsewhere now.</summary>
    AddressTold,

    /// <summary>No mail: her row is to go.</summary>
    Erasure,
}

/// <summary>A mail that is owed and, while someone is sending it, who that is.</summary>
/// <param name="Kind">Which; or what else the provider is owed.</param>
/// <param name="Claim">Who is at it.</param>
/// <param name="Issue">
/// The issue that a welcome counts for: of the moment that she confirmed and the zone that she had then,
/// however late the mail goes and wherever she is by then.
/// </param>
/// <param name="Since">Since when it is owed, where it is given up when that is too long ago.</param>
internal sealed record OwedMail(OwedMailKind Kind, MailClaim? Claim = null, IssueId? Issue = null, Instant? Since = null)
{
    /// <summary>Whether it is a change of the provider's own list of whom not to mail.</summary>
    public bool IsOfList => Kind is OwedMailKind.ProviderSuppression or OwedMailKind.ProviderRelease;

    /// <summary>Whether it goes once more where nobody knows whether it was taken. Of what counts as an issue's digest, rather none than two.</summary>
    public bool MayGoTwice => Kind is OwedMailKind.Confirm or OwedMailKind.Link or OwedMailKind.Data or OwedMailKind.NewAddress or OwedMailKind.AddressTold;
}

/// <summary>Says who is sending a mail, and until when nobody else may.</summary>
internal sealed record MailClaim(Guid Id, Instant Until);
